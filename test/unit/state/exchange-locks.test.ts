// Locks of a shared login: those of the dead go, so that nobody waits a minute for them; all others stay.

import { existsSync, mkdirSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { releaseLocks, renewalLocks } from '../../../src/state/exchange-locks.ts';
import { testRun, type TestRun } from '../../support/state-run.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let run: TestRun;
let exchange: string;
beforeEach(() => {
  run = testRun(temporaryDirectory(), 'claude');
  exchange = run.run.plan.exchange ?? '';
});
const lock = (): string => path.join(exchange, '.oauth_refresh.lock');

function hold(pidDomain: unknown, ageInSeconds: number): void {
  mkdirSync(lock(), { recursive: true });
  const owner = `${lock()}.owner`;
  if (pidDomain !== undefined) writeFileSync(owner, JSON.stringify({ pid: 7, pidDomain }));
  const then = Date.now() / 1000 - ageInSeconds;
  for (const file of [lock(), ...(pidDomain === undefined ? [] : [owner])])
    utimesSync(file, then, then);
}
const own = (): string => readlinkSync('/proc/self/ns/pid');

it.each<[string, unknown, number, boolean]>([
  ['of a namespace that is gone', 'linux:3d123456c4c5:pid:[4026599999]', 5, false],
  ['of one that is gone, as a number', 4026599999, 5, false],
  ['of a living one', `linux:3d123456c4c5:${own()}`, 5, true],
  ['of a dead one that is young', 'pid:[4026599999]', 0, true],
  ['of nobody who says who it is', undefined, 5, true],
  ['of somebody who says it in another way', { a: 1 }, 5, true],
])('%s', (_what, pidDomain, age, stays) => {
  hold(pidDomain, age);
  releaseLocks(run.run);
  expect(existsSync(lock())).toBe(stays);
});

it('are what a container is not ended in the middle of', () => {
  expect(renewalLocks(run.plan)).toContain(lock());
  expect(renewalLocks(testRun(temporaryDirectory(), 'gemini').plan)).toEqual([]);
});
