// What Node loads before an assistant in JavaScript: it reaches the program, and the one that this starts itself again as.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const preload = fileURLToPath(new URL('../../../templates/inside/compile-cache', import.meta.url));

/** The variables of Node in the process itself, in a child of it and in a grandchild. */
function variables(given: Record<string, string>): unknown[] {
  const show = `
    const { NODE_OPTIONS, AI_COMPILE_CACHE } = process.env;
    console.log(JSON.stringify([NODE_OPTIONS, AI_COMPILE_CACHE]));
    if (process.env.DEPTH > 0)
      require('node:child_process').spawnSync(process.execPath, ['-e', process.env.PROGRAM], {
        stdio: 'inherit', env: { ...process.env, DEPTH: process.env.DEPTH - 1 },
      });`;
  const env = { ...process.env, NODE_OPTIONS: undefined, ...given, PROGRAM: show, DEPTH: '2' };
  const said = execFileSync(process.execPath, ['--require', preload, '-e', show], { env });
  return said
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const own = '--no-deprecation';
const kept = [own, null];
const none = [null, null];

it('leaves nothing of itself to what a session starts', () => {
  expect(variables({})).toEqual([none, none, none]);
  expect(variables({ NODE_OPTIONS: own })).toEqual([kept, kept, kept]);
});

it('goes on to the second process of a program that starts itself again, and no further', () => {
  const first = [`--require=${preload}`, null];
  expect(variables({ AI_COMPILE_CACHE: 'again' })).toEqual([first, none, none]);
  expect(variables({ AI_COMPILE_CACHE: 'again', NODE_OPTIONS: own })).toEqual([
    [`--require=${preload} ${own}`, null],
    ...[kept, kept],
  ]);
});
