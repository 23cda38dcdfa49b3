// Which assistants there are: those that `ai` brings along, and those of the user's settings.

import type { BuiltInName, Definitions } from '../base/assistant-definition.ts';
import type { Assistant, NpmPackage } from './assistant.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { define, override } from './define.ts';
import { gemini } from './gemini.ts';
import { glm } from './glm.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';

/** Those that `ai` brings along, as they are without any settings. */
export const assistants: Readonly<
  Record<BuiltInName, Assistant & { readonly package: NpmPackage }>
> = {
  claude,
  gemini,
  codex,
  glm,
  opencode,
  qwen,
  copilot,
};

/** Assistants by the names that users type. */
export type Registry = ReadonlyMap<string, Assistant>;

/** Every assistant there is with these definitions: the built-in ones first. */
export function assistantsOf(definitions: Definitions): Registry {
  const all = new Map<string, Assistant>(Object.entries(assistants));
  for (const [name, definition] of Object.entries(definitions)) {
    const builtIn = all.get(name);
    all.set(name, builtIn ? override(builtIn, definition) : define(name, definition));
  }
  return all;
}

/**
 * The assistant of a run, which may be one that the settings of now do not have any more: from what the run's plan says of it.
 * Where that says what it keeps, it is an own one, even if this version of `ai` brings along one of that name.
 * Undefined for one that another version of `ai` brings along.
 */
export function assistantOfRun({
  assistant: name,
  definition,
}: {
  assistant: string;
  definition?: Definitions[string];
}): Assistant | undefined {
  if (definition && (definition.state ?? definition.conversations ?? definition.credentials))
    return define(name, definition);
  return assistantsOf(definition ? { [name]: definition } : {}).get(name);
}
