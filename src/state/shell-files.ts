// The files that users' shells load: ai.zsh, ai.bash and ai.fish in the state directory, and by what their first lines tell of them.

import { closeSync, openSync, readSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { path } from '../base/path.ts';
import { shells, type Shell } from '../base/shells.ts';
import { ensureDirectory, writeFileAtomically } from '../host/files.ts';

export const shellDirectory = (stateDirectory: string): string =>
  path.join(stateDirectory, 'shell');

export const shellFile = (stateDirectory: string, shell: Shell): string =>
  path.join(shellDirectory(stateDirectory), `ai.${shell}`);

/** What the file says of itself. */
export interface ShellStamp {
  /** Which `ai` has written it. */
  build: string;
  /** Names of its functions. */
  functions: readonly string[];
}

const opening = '# Written by `ai setup`, taken away by `ai setup --undo`: changes here are lost.';

export const firstLines = ({ build, functions }: ShellStamp): string =>
  `${opening}\n# build: ${build}; functions: ${functions.join(',') || 'none'}\n`;

/** Undefined where there is no file, or none of ours. Reads its beginning alone: it is asked after every command. */
export function readStamp(stateDirectory: string, shell: Shell = 'zsh'): ShellStamp | undefined {
  const start = startOf(shellFile(stateDirectory, shell));
  if (start?.startsWith(`${opening}\n`) !== true) return undefined;
  const [, build = '', functions = ''] =
    /^# build: (.*); functions: (.*)\n/m.exec(start.slice(opening.length + 1)) ?? [];
  return { build, functions: functions === 'none' ? [] : functions.split(',') };
}

/** @throws AiError AI_STATE_UNWRITABLE */
export function writeShellFiles(stateDirectory: string, textOf: (shell: Shell) => string): void {
  const directory = shellDirectory(stateDirectory);
  ensureDirectory(directory);
  // Root may do it for a user, who is to be able to read them.
  const { uid, gid } = statSync(directory);
  const owner = process.getuid?.() === 0 ? { uid, gid } : undefined;
  for (const shell of shells)
    writeFileAtomically(shellFile(stateDirectory, shell), textOf(shell), { mode: 0o600, owner });
}

/** Those of ours. @param only they are looked for, and stay. @returns what was removed */
export function removeShellFiles(stateDirectory: string, only: boolean): readonly string[] {
  const ours = shells
    .filter((shell) => readStamp(stateDirectory, shell) !== undefined)
    .map((shell) => shellFile(stateDirectory, shell));
  if (only) return ours;
  for (const file of ours) rmSync(file, { force: true });
  try {
    rmdirSync(shellDirectory(stateDirectory));
  } catch {
    // Copies of the user's files are in it, or there is none.
  }
  return ours;
}

function startOf(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const start = Buffer.alloc(512);
    return start.toString('utf8', 0, readSync(descriptor, start));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
