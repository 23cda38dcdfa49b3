// A copy of `ai` as npm would install it, for a user who cannot enter or write the working tree of the developer.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testDirectory } from './test-directory.ts';

export const workingTree = fileURLToPath(new URL('../..', import.meta.url));

/** The `bin/ai.js` of the working tree. */
export const ownExecutable = path.join(workingTree, 'bin/ai.js');

/** The `bin/ai.js` of a copy that every user can read, made on first use: no sources, no development dependencies. */
export function installedExecutable(): string {
  const installation = path.join(testDirectory(), 'installation');
  const executable = path.join(installation, 'bin/ai.js');
  if (existsSync(executable)) return executable;
  mkdirSync(installation);
  const parts = ['package.json', 'templates', 'dist', ...productionModules(), 'bin'];
  for (const part of parts)
    cpSync(path.join(workingTree, part), path.join(installation, part), { recursive: true });
  execFileSync('chmod', ['-R', 'a+rX', installation]);
  return executable;
}

function productionModules(): string[] {
  const list = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable', '--silent'], {
    cwd: workingTree,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return list
    .split('\n')
    .map((directory) => path.relative(workingTree, directory))
    .filter((directory) => directory.startsWith('node_modules/'));
}
