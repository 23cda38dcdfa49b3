// A second user of this machine for the tests, in the docker group: what a container makes must belong to whoever ran it.

import { execFileSync, spawnSync } from 'node:child_process';

export interface TestUser {
  name: string;
  uid: number;
  gid: number;
}

const name = 'ai-test';
const uid = 4321;

/** True if tests may act as another user; where not, such tests are skipped by name. */
export const mayActAsOthers = process.platform === 'linux' && process.getuid?.() === 0;

/** The user, made on first use with a home of its own that tests never use. Only for root. */
export function testUser(): TestUser {
  if (spawnSync('id', [name]).status !== 0)
    execFileSync('useradd', ['--uid', `${uid}`, '--user-group', '--groups', 'docker', name]);
  const ask = (option: string): number =>
    Number(execFileSync('id', [option, name], { encoding: 'utf8' }));
  return { name, uid: ask('-u'), gid: ask('-g') };
}

/** The command as that user would run it, with its groups (Node's own uid option drops the supplementary ones). */
export function asUser(user: TestUser | undefined, command: readonly string[]): string[] {
  if (user === undefined) return [...command];
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'];
  return ['setpriv', ...identity, '--', ...command];
}
