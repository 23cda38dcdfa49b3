// One headless turn of the assistant for a commit message, and another one where the first was of no use.

import { Readable } from 'node:stream';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import type { SettledSettings } from '../../launch/settle.ts';
import { assistantNamed } from '../../launch/which-assistant.ts';
import { readAnswer, type CommitMessage, type ReadAnswer } from '../../plan/commit/message.ts';
import { plainText } from '../../plan/commit/plain-answer.ts';
import { secondPrompt } from '../../plan/commit/prompt.ts';
import type { Interruption } from '../../session/interruption.ts';
import { KeptOutput } from '../../session/kept-output.ts';
import type { CommandCall } from '../commands.ts';
import { startRequest } from './run.ts';

export interface TurnInput {
  prompt: string;
  /** Types of the repository's own. */
  types: readonly string[];
  settled: SettledSettings;
  interruption: Interruption;
  /** Throws where what is to be sent holds a secret that is known only now. */
  check: () => void;
}

/**
 * The message, and what there is to say of it.
 * @throws AiError AI_COMMIT_ANSWER, AI_INTERRUPTED, and whatever keeps a run from starting
 */
export async function askForMessage(
  call: CommandCall,
  input: TurnInput,
): Promise<{ message: CommitMessage; warnings: readonly string[] }> {
  const { world } = call;
  const { settings } = input.settled;
  const { name, title } = assistantNamed(settings, settings.assistant);
  const read = (answer: string, isLast: boolean): ReadAnswer => {
    const result = readAnswer(answer, { isLast, types: input.types });
    if (result.kind === 'unfit') return result;
    const { text } = result.message;
    // It knows a key, and whoever has written the diff may have asked for it.
    return world.redactor.coverTelling(text) === text
      ? result
      : { kind: 'unfit', why: 'it holds what looks like a secret' };
  };
  const first = await turn(call, input, { prompt: input.prompt, title, name });
  const result = read(first, false);
  if (result.kind === 'message') return result;
  world.emit({ type: 'note', text: `not a message that can be used: ${result.why}; asked again` });
  const prompt = secondPrompt(input.prompt, world.redactor.cover(plainText(first)), result.why);
  const second = await turn(call, input, { prompt, title, name });
  const last = read(second, true);
  if (last.kind === 'message') return last;
  const said = world.redactor.cover(plainText(second));
  throw new AiError('AI_COMMIT_ANSWER', { assistant: title, name, why: last.why, said });
}

/** Characters of an answer and of what it says beside it; more is no message. */
const mostKept = 256 * 1024;
/** Milliseconds that an assistant gets to end by itself after Ctrl-C. */
const patience = 2000;

async function turn(
  call: CommandCall,
  { settled, interruption, check }: TurnInput,
  { prompt, title, name }: { prompt: string; title: string; name: string },
): Promise<string> {
  const { world, options } = call;
  const [stdout, stderr] = [new KeptOutput(mostKept), new KeptOutput(mostKept)];
  const stdin = Readable.from([]);
  const session = { began: false };
  let timer: NodeJS.Timeout | undefined;
  const onInterrupt = (): void => {
    // It has been told already; whoever does not listen is ended, as by `kill`.
    timer = setTimeout(() => process.kill(process.pid, 'SIGTERM'), patience);
  };
  const { abortSignal } = interruption;
  // Of the command, not of the run.
  const plain = { ...options.plain };
  delete plain.dryRun;
  delete plain.json;
  try {
    const code = await startRequest(
      { ...call, options: { ...options, plain } },
      (settings) => ({
        kind: 'assistant',
        assistant: assistantNamed(settings, settings.assistant).name,
        arguments: [],
        prompt: { text: prompt, headless: true },
        continue: false,
        json: false,
        apart: true,
      }),
      {
        settleHow: () => Promise.resolve(settled),
        streams: { stdin, stdout, stderr },
        ready: check,
        started: () => {
          session.began = true;
          abortSignal.addEventListener('abort', onInterrupt, { once: true });
          world.emit({ type: 'work-start', title: `${title} writes the message` });
        },
      },
    );
    if (session.began) {
      const ok = code === 0 && !abortSignal.aborted;
      const summary = ok ? `${title} has written a message` : `${title} has written none`;
      world.emit({ type: 'work-end', ok, summary });
    }
    if (abortSignal.aborted || (code === exitCodes.interrupted && !session.began))
      throw new AiError('AI_INTERRUPTED', { before: 'there was a message' });
    if (code === 0) return stdout.text;
    const said = world.redactor.cover(plainText(`${stdout.text}\n${stderr.text}`));
    const why = code === exitCodes.timedOut ? 'it took too long: --timeout' : '';
    throw new AiError('AI_COMMIT_ANSWER', { assistant: title, name, why, said, code });
  } finally {
    clearTimeout(timer);
    abortSignal.removeEventListener('abort', onInterrupt);
  }
}
