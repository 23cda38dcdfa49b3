// Which assistants there are.

import type { Assistant } from './assistant.ts';
import { claude } from './claude.ts';

export type AssistantName = 'claude';

export const assistants = { claude } as const satisfies Record<AssistantName, Assistant>;

export const assistantNames = Object.keys(assistants) as readonly AssistantName[];

export const isAssistantName = (word: string): word is AssistantName =>
  Object.hasOwn(assistants, word);
