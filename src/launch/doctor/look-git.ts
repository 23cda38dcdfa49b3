// The git of this machine: whether there is one, which, and whether it works in the project as this user.

import { accessSync, constants } from 'node:fs';
import { path } from '../../base/path.ts';
import { runCommand } from '../../host/command.ts';
import { programAt } from '../../host/program-path.ts';
import type { Examination } from './examination.ts';

export interface GitFacts {
  /** Absent where there is none on the PATH. */
  git?: { path: string; version: string | undefined };
  project: { root: string; trouble: GitTrouble | undefined } | undefined;
}

export type GitTrouble =
  /** It belongs to somebody else (safe.directory of git-config(1)). */
  | { kind: 'ownership'; directory: string }
  /** A file of the repository's that this user cannot write. */
  | { kind: 'unwritable'; file: string }
  | { kind: 'other'; said: string };

/** Milliseconds for each question. */
const patience = 2500;

export async function lookAtGit({ world, project }: Examination): Promise<GitFacts> {
  const file = programAt('git', world.environment['PATH']);
  const root = project?.git === undefined ? undefined : project.root;
  if (file === undefined)
    return { project: root === undefined ? undefined : { root, trouble: undefined } };
  const ask = async (
    words: readonly string[],
    cwd: string,
  ): Promise<{ ok: boolean; text: string }> => {
    const late = AbortSignal.timeout(patience);
    const environment = { ...withoutGit(world.environment), LC_ALL: 'C' };
    try {
      const { ok, output } = await runCommand([file, ...words], {
        ...{ environment, cwd, interrupt: late, patience: 200 },
      });
      return { ok, text: output };
    } catch {
      return { ok: false, text: 'it does not answer' };
    }
  };
  const [version, inProject] = await Promise.all([
    ask(['--version'], '/'),
    // It starts nothing that the repository names: it only says where it is.
    root === undefined ? undefined : ask(['rev-parse', '--git-dir'], root),
  ]);
  const trouble =
    inProject === undefined
      ? undefined
      : inProject.ok
        ? unwritableIn(project?.git?.directory)
        : troubleIn(inProject.text, root ?? '/');
  return {
    git: { path: file, version: /(\d+\.\d+(?:\.\d+)?)/.exec(version.text)?.[1] },
    project: root === undefined ? undefined : { root, trouble },
  };
}

function troubleIn(said: string, root: string): GitTrouble {
  const [, directory = root] = /safe\.directory '?([^'\n]+)'?/.exec(said) ?? [];
  return /dubious ownership|unsafe repository/.test(said)
    ? { kind: 'ownership', directory }
    : { kind: 'other', said: said.split('\n')[0] ?? '' };
}

/** What a commit has to write, and `sudo git` may have left to root. */
function unwritableIn(directory: string | undefined): GitTrouble | undefined {
  if (directory === undefined) return undefined;
  for (const name of ['', 'index', 'HEAD', 'objects']) {
    const file = path.join(directory, name);
    try {
      accessSync(file, constants.F_OK);
    } catch {
      continue;
    }
    try {
      accessSync(file, constants.W_OK);
    } catch {
      return { kind: 'unwritable', file };
    }
  }
  return undefined;
}

/** Hooks have variables set that point git elsewhere. */
const withoutGit = (environment: Readonly<Partial<Record<string, string>>>) =>
  Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !name.startsWith('GIT_') || name.startsWith('GIT_CONFIG_'),
    ),
  );
