// Where in a project an assistant's conversations were held. Read only when the user wants to go on with the last one.

import { readdirSync, statSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { filled } from '../assistants/words.ts';
import { parseJsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readRegularFile } from '../host/files.ts';
import type { ConversationFacts } from '../plan/facts.ts';

/** Newest first; `directory` is the project's own place for this assistant. */
export function readConversations(
  directory: string,
  { state }: Assistant,
): readonly ConversationFacts[] {
  const index = state.conversationIndex;
  if (index === undefined) return [];
  const place = path.join(directory, index.part);
  return namesIn(place)
    .flatMap((key) => newestIn(path.join(place, key), key) ?? [])
    .sort((a, b) => b.changed - a.changed);
}

function newestIn(directory: string, key: string): ConversationFacts | undefined {
  const [newest] = namesIn(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => {
      const file = path.join(directory, name);
      return { file, changed: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
    })
    .sort((a, b) => b.changed - a.changed);
  if (newest === undefined) return undefined;
  const workingDirectory = workingDirectoryIn(newest.file);
  return { key, changed: newest.changed, ...(workingDirectory && { workingDirectory }) };
}

/** As the assistant has noted it, with every turn. */
function workingDirectoryIn(file: string): string | undefined {
  const [, quoted] = /"cwd":("(?:[^"\\]|\\.)*")/.exec(readRegularFile(file) ?? '') ?? [];
  return filled(parseJsonValue(quoted));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
