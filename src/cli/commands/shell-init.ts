// ai shell-init and ai completion: the texts that shells load, on stdout.

import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { isShell, shells, type Shell } from '../../base/shells.ts';
import { buildOf } from '../../launch/shell-build.ts';
import { firstLines } from '../../state/shell-files.ts';
import { readFunctionList, shellFunctions } from '../shell/functions.ts';
import { completionText, shellText } from '../shell/text.ts';

/** Functions and completion. */
export const shellInit: CommandHandler = ({ world, options, words }) => {
  const shell = shellOf('shell-init', words);
  const list = options.extra['functions'];
  const functions =
    typeof list === 'string' ? readFunctionList(list) : shellFunctions.map(({ name }) => name);
  const first = firstLines({ build: buildOf(world), functions });
  world.streams.stdout.write(shellText(shell, first, functions));
  return Promise.resolve(0);
};

/** Completion alone. */
export const completion: CommandHandler = ({ world, words }) => {
  world.streams.stdout.write(completionText(shellOf('completion', words)));
  return Promise.resolve(0);
};

/** Which shell reads this is not guessed: the one that runs the line may be another than the user's. */
function shellOf(command: string, [word, ...more]: readonly string[]): Shell {
  if (isShell(word) && more.length === 0) return word;
  const ways = shells.map((shell) => `ai ${command} ${shell}`).join(', ');
  throw new AiError('AI_USAGE', {
    problem:
      word === undefined
        ? `ai ${command} needs the shell to write for`
        : `ai ${command} takes one shell, and got “${[word, ...more].join(' ')}”`,
    next: ways,
  });
}
