// A yes-or-no question to the user, where there is somebody to ask.

import { showOnOneLine } from '../base/quote.ts';
import type { World } from '../launch/world.ts';
import { askLine } from './ask-line.ts';

/** @param yes --yes was given: every question that goes through here is one that it answers */
export function makeConfirm(yes: boolean): World['confirm'] {
  return async (question, details = []) => {
    if (yes) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    // Part of the question: with --quiet, too, the user is to know what the yes is to.
    process.stderr.write(details.map((line) => `ai: ${showOnOneLine(line)}\n`).join(''));
    return (await askLine(`ai: ${question} [Y/n] `, (line) => /^(y|yes|)$/i.test(line))) ?? false;
  };
}
