// A yes-or-no question to the user, where there is somebody to ask.

import { showOnOneLine } from '../base/quote.ts';
import type { World } from '../launch/world.ts';
import { askLine } from './ask-line.ts';

/** @param yes --yes was given: every question that goes through here is one that it answers */
export const makeConfirm =
  (yes: boolean): World['confirm'] =>
  async (question, details = []) =>
    yes || ((await ask(`${question} [Y/n]`, details, /^(y|yes|)$/i)) ?? false);

/**
 * The same for what nobody but the user may answer, at a terminal: --yes does not, and just Enter is a no. Ctrl-D is no answer.
 * Nothing of it is covered: a repository could word what it wants so that it looks like a key.
 */
export const consent: World['consent'] = (question, details = []) =>
  ask(`${question} [y/N]`, details, /^(y|yes)$/i);

async function ask(
  question: string,
  details: readonly string[],
  yes: RegExp,
): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  // Part of the question: with --quiet, too, the user is to know what the yes is to.
  process.stderr.write(details.map((line) => `ai: ${showOnOneLine(line)}\n`).join(''));
  return askLine(`ai: ${showOnOneLine(question)} `, (line) => yes.test(line));
}
