// Git repositories for tests: real ones, with a commit, owned by whom the test wants.

import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from './test-directory.ts';
import { asUser } from './user.ts';
import type { TestUser } from './user.ts';

export interface RepositoryOptions {
  /** Where; made if it is missing. A new directory by default. */
  directory?: string;
  owner?: TestUser | undefined;
}

/** A repository with a file, a first commit on `main` and an author of its own. Returns its top level. */
export function makeRepository(options: RepositoryOptions = {}): string {
  const { owner } = options;
  const directory = options.directory ?? path.join(temporaryDirectory({ owner }), 'project');
  mkdirSync(directory, { recursive: true });
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  git(['init', '--quiet', '--initial-branch=main'], { directory, owner });
  git(['config', 'user.name', 'Test'], { directory, owner });
  git(['config', 'user.email', 'test@example.invalid'], { directory, owner });
  const file = path.join(directory, 'README.md');
  writeFileSync(file, '# A project\n');
  if (owner !== undefined) chownSync(file, owner.uid, owner.gid);
  git(['add', '.'], { directory, owner });
  git(['commit', '--quiet', '--message=first'], { directory, owner });
  return directory;
}

/** Runs git there, as the owner and without anybody's own configuration; returns what it printed. */
export function git(
  args: readonly string[],
  { directory, owner }: { directory: string; owner?: TestUser | undefined },
): string {
  const [program = '', ...rest] = asUser(owner, ['git', ...args]);
  return execFileSync(program, rest, {
    cwd: directory,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'protocol.file.allow',
      GIT_CONFIG_VALUE_0: 'always',
    },
  });
}
