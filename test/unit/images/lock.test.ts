// One holder at a time, whatever became of the others.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAiError } from '../../../src/base/errors.ts';
import { ownIdentity } from '../../../src/host/process-identity.ts';
import { acquireLock } from '../../../src/images/lock.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const newLock = (): string => path.join(temporaryDirectory(), 'images', 'build.lock');

describe('the lock', () => {
  it('leaves nothing behind when it is given up', async () => {
    const file = newLock();
    const release = await acquireLock(file);
    expect(existsSync(file)).toBe(true);
    release();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('is held by one at a time', async () => {
    const file = newLock();
    let holders = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const release = await acquireLock(file);
        most = Math.max(most, ++holders);
        await new Promise(setImmediate);
        holders--;
        release();
      }),
    );
    expect(most).toBe(1);
  });

  it('says once that there is somebody to wait for', async () => {
    const file = newLock();
    const release = await acquireLock(file);
    let said = 0;
    let second: Promise<() => void> | undefined;
    await new Promise<void>((resolve) => {
      second = acquireLock(file, {
        onWait: () => {
          said++;
          resolve();
        },
      });
    });
    release();
    (await second)?.();
    expect(said).toBe(1);
  });

  it.each([
    ['a process that has ended', { ...ownIdentity(), pid: spawnSync('true').pid, startTime: '1' }],
    [
      'a process of the same number that started at another time',
      { ...ownIdentity(), startTime: '1' },
    ],
    ['another boot', { ...ownIdentity(), bootId: 'another' }],
  ])('does not wait for %s', async (_, holder) => {
    const file = lockHeldBy(JSON.stringify(holder));
    (await acquireLock(file))();
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('does not wait for a file that says nothing', async () => {
    (await acquireLock(lockHeldBy('')))();
  });

  it('stops waiting when the user interrupts', async () => {
    const file = lockHeldBy(JSON.stringify(ownIdentity()));
    const interrupt = new AbortController();
    const waiting = acquireLock(file, {
      interrupt: interrupt.signal,
      onWait: () => {
        interrupt.abort();
      },
    });
    await expect(waiting).rejects.toSatisfy((error) => isAiError(error, 'AI_INTERRUPTED'));
    expect(readdirSync(path.dirname(file))).toEqual(['build.lock']);
  });
});

function lockHeldBy(content: string): string {
  const file = newLock();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}
