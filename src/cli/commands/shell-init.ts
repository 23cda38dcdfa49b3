// ai shell-init and ai completion: the texts that shells load, on stdout.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { showAsJson } from '../../base/quote.ts';
import { isShell, shells, type Shell } from '../../base/shells.ts';
import { buildOf } from '../../launch/shell-build.ts';
import { firstLines } from '../../state/shell-files.ts';
import { readFunctionList, shellFunctions } from '../shell/functions.ts';
import { completionText, shellText } from '../shell/text.ts';

/** Functions and completion. */
export const shellInit: CommandHandler = (call) => {
  const { world, options, words } = call;
  const shell = shellOf('shell-init', words);
  const list = options.extra['functions'];
  const functions =
    typeof list === 'string' ? readFunctionList(list) : shellFunctions.map(({ name }) => name);
  const first = firstLines({ build: buildOf(world), functions });
  return answer(call, shell, shellText(shell, first, functions));
};

/** Completion alone. */
export const completion: CommandHandler = (call) => {
  const shell = shellOf('completion', call.words);
  return answer(call, shell, completionText(shell));
};

function answer({ world, options }: CommandCall, shell: Shell, text: string): Promise<number> {
  const { stdout } = world.streams;
  stdout.write(options.plain.json ? `${showAsJson({ shell, text })}\n` : text);
  return Promise.resolve(0);
}

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
