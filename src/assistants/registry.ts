// Which assistants there are.

import type { Assistant } from './assistant.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';
import { glm } from './glm.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';

export type AssistantName = 'claude' | 'gemini' | 'codex' | 'glm' | 'opencode' | 'qwen' | 'copilot';

export const assistants: Readonly<Record<AssistantName, Assistant>> = {
  claude,
  gemini,
  codex,
  glm,
  opencode,
  qwen,
  copilot,
};

export const assistantNames = Object.keys(assistants) as readonly AssistantName[];

export const isAssistantName = (word: string): word is AssistantName =>
  Object.hasOwn(assistants, word);
