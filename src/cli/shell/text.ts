// The whole text for a shell: what `ai setup` keeps as ai.zsh, ai.bash and ai.fish, and `ai shell-init` prints.

import type { Shell } from '../../base/shells.ts';
import { bashCompletion, bashFunctions } from './bash.ts';
import { fishCompletion, fishFunctions } from './fish.ts';
import { functionsNamed, type ShellFunction } from './functions.ts';
import { completionModel, type CompletionModel } from './model.ts';
import { zshCompletion, zshFunctions } from './zsh.ts';

interface ShellWriter {
  functions: (functions: readonly ShellFunction[]) => string;
  completion: (model: CompletionModel, functions: readonly ShellFunction[]) => string;
}

const writers: Record<Shell, ShellWriter> = {
  zsh: { functions: zshFunctions, completion: zshCompletion },
  bash: { functions: bashFunctions, completion: bashCompletion },
  fish: { functions: fishFunctions, completion: fishCompletion },
};

/**
 * Functions and completion.
 * @param first the lines that it begins with
 * @param names of the functions that are wanted
 */
export function shellText(shell: Shell, first: string, names: readonly string[]): string {
  const functions = functionsNamed(names);
  const { functions: write, completion } = writers[shell];
  return `${first}${write(functions)}${completion(completionModel(), completedLikeAi(functions))}`;
}

/** Completion alone; as a file `_ai` in a directory of zsh's `fpath` as well. */
export function completionText(shell: Shell): string {
  const first = shell === 'zsh' ? '#compdef ai\n' : '';
  return `${first}${writers[shell].completion(completionModel(), [])}`;
}

/** What follows an assistant's name is the assistant's own. */
const completedLikeAi = (functions: readonly ShellFunction[]): readonly ShellFunction[] =>
  functions.filter(({ name, words }) => words.join(' ') !== name);
