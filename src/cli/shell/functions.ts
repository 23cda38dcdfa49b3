// The functions that stand for lines of `ai`, and which of them a user wants.

import { builtInNames } from '../../base/assistant-definition.ts';
import { AiError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';

export interface ShellFunction {
  name: string;
  /** The words after `ai`; what is typed after the function's name follows them. */
  words: readonly string[];
}

export const shellFunctions: readonly ShellFunction[] = [
  ...builtInNames.map((name) => ({ name, words: [name] })),
  { name: 'aic', words: ['commit', '-a', 'gemini'] },
  { name: 'cic', words: ['commit', '-a', 'claude'] },
  { name: 'gexec', words: ['exec', '-a', 'gemini', '--'] },
  { name: 'ai-mode', words: ['mode'] },
];

const names: readonly string[] = shellFunctions.map(({ name }) => name);

/** Those of the names, in our order. */
export const functionsNamed = (wanted: readonly string[]): readonly ShellFunction[] =>
  shellFunctions.filter(({ name }) => wanted.includes(name));

/**
 * `claude,aic`, `all` or `none` as names of functions.
 * @throws AiError AI_USAGE
 */
export function readFunctionList(list: string): readonly string[] {
  if (list.trim() === 'all') return names;
  if (list.trim() === 'none') return [];
  const wanted = list.split(/[\s,]+/).filter((word) => word !== '');
  const unknown = wanted.find((word) => !names.includes(word));
  if (wanted.length === 0 || unknown !== undefined)
    throw new AiError('AI_USAGE', {
      problem:
        unknown === undefined ? '--functions needs names' : `“${unknown}” is none of the functions`,
      next: nextFor(unknown),
    });
  return names.filter((name) => wanted.includes(name));
}

function nextFor(unknown = ''): string {
  const meant = nearest(unknown, names);
  return meant === undefined
    ? `choose of these: ${names.join(',')}; or all, or none`
    : `did you mean ${meant}?`;
}
