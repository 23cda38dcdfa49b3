// Whether the user has told the assistant in its own words to ask for nothing, where `ai --yolo` would have said it too. Pure.

import type { Assistant, Gesture } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import type { Settings } from '../settings/schema.ts';
import type { Request } from './facts.ts';

/** The same settings; git's own files are read-only, as with `--yolo`, unless something else is set. */
export function withOwnYolo(settings: Settings, request: Request, assistant: Assistant): Settings {
  const isSaid = request.kind === 'assistant' && namesYolo(request.arguments, assistant);
  return isSaid && settings.protect === undefined ? { ...settings, protect: 'readonly' } : settings;
}

function namesYolo(own: readonly string[], assistant: Assistant): boolean {
  if (own.length === 0) return false;
  // Behind it everything is the prompt.
  const end = own.includes('--') ? own.indexOf('--') : own.length;
  const words = yoloWords(assistant);
  return own.slice(0, end).some((word) => words.includes(word));
}

/** What `--yolo` adds to the assistant's command line; nothing for one that has no such word. */
function yoloWords({ commandLine }: Assistant): readonly string[] {
  const plain: Gesture = { continue: false, yolo: false, json: false, contained: true };
  try {
    const without = commandLine(plain);
    return commandLine({ ...plain, yolo: true }).filter((word) => !without.includes(word));
  } catch (error) {
    if (error instanceof AiError) return [];
    throw error;
  }
}
