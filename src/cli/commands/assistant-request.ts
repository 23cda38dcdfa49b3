// What a command line asks of an assistant: its name, its own arguments, a prompt.

import { isatty } from 'node:tty';
import { AiError } from '../../base/errors.ts';
import { assistantNamed } from '../../launch/which-assistant.ts';
import type { Request } from '../../plan/facts.ts';
import type { Settings } from '../../settings/schema.ts';
import type { CommandCall } from '../commands.ts';
import type { ParsedOptions } from '../options.ts';

export function assistantRequest({ words, options }: CommandCall, settings: Settings): Request {
  const { plain } = options;
  const { assistant, rest, initialPrompt } = readWords(words, settings);
  if (plain.json && plain.prompt === undefined && !plain.dryRun)
    throw new AiError('AI_USAGE', {
      problem: '--json goes with -p, --dry-run or a list',
      next: 'ai --json -p "…"',
    });
  const prompt = promptOf(plain, initialPrompt);
  return {
    kind: 'assistant',
    assistant,
    arguments: rest,
    continue: plain.continue === true,
    json: plain.json === true && plain.prompt !== undefined,
    ...(prompt && { prompt }),
  };
}

interface Words {
  assistant: string;
  /** The assistant's own arguments, untouched. */
  rest: readonly string[];
  initialPrompt: string | undefined;
}

/** `[assistant] args…`, `-- args…` for the default one, or `"a sentence" args…`. */
function readWords(words: readonly string[], settings: Settings): Words {
  const [first, ...rest] = words;
  if (first === undefined)
    return { assistant: assistantOf(settings), rest: [], initialPrompt: undefined };
  if (first === '--') return { assistant: assistantOf(settings), rest, initialPrompt: undefined };
  if (/\s/.test(first)) return { assistant: assistantOf(settings), rest, initialPrompt: first };
  const { name } = assistantNamed(settings, first);
  return { assistant: name, rest, initialPrompt: undefined };
}

function promptOf(
  plain: ParsedOptions['plain'],
  initialPrompt: string | undefined,
): { text: string; headless: boolean } | undefined {
  if (plain.prompt !== undefined && initialPrompt !== undefined)
    throw new AiError('AI_USAGE', {
      problem: 'two prompts: -p and a sentence',
      next: 'ai -p "one prompt"',
    });
  if (plain.prompt !== undefined) return { text: plain.prompt, headless: true };
  // Without a terminal there is nobody to go on talking.
  const atTerminal = isatty(0) && isatty(1);
  return initialPrompt === undefined ? undefined : { text: initialPrompt, headless: !atTerminal };
}

/** The name of the default assistant. @throws AiError AI_UNKNOWN_NAME */
export const assistantOf = (settings: Settings): string =>
  assistantNamed(settings, settings.assistant).name;
