// Which assistant a name means with these settings.

import type { Assistant } from '../assistants/assistant.ts';
import { assistantsOf } from '../assistants/registry.ts';
import { AiError, type SettingProblem } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { ResolvedSettings } from '../settings/layers.ts';
import type { Settings } from '../settings/schema.ts';

/**
 * @param command takes the name, for the error: `ai mode`
 * @throws AiError AI_UNKNOWN_NAME
 */
export function assistantNamed(settings: Settings, name: string, command?: string): Assistant {
  const all = assistantsOf(settings.assistants);
  const found = all.get(name);
  if (found !== undefined) return found;
  const names = [...all.keys()];
  throw new AiError('AI_UNKNOWN_NAME', {
    name,
    nearest: nearest(name, names),
    assistants: names,
    ...(command !== undefined && { command }),
  });
}

/** What is wrong where the setting `assistant` names none, with the place where it does. */
export function unknownDefault({
  settings,
  origins,
}: ResolvedSettings): SettingProblem | undefined {
  const { assistant: name, assistants } = settings;
  const names = [...assistantsOf(assistants).keys()];
  if (names.includes(name)) return undefined;
  const problem = `must be an assistant, not “${name}”`;
  return {
    origin: origins.assistant ?? '',
    key: 'assistant',
    problem,
    nearest: nearest(name, names),
  };
}
