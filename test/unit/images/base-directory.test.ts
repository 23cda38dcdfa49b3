// What a killed `ai` has left of a base image is found again, and only that.

import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { abandonedBaseDirectories } from '../../../src/images/base-directory.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

it('abandoned directories are those whose maker has ended', () => {
  const parent = temporaryDirectory();
  const ended = spawnSync('true').pid;
  const at = (name: string): string => path.join(parent, name);
  for (const name of [`ai-base-${ended}-a`, `ai-base-${process.pid}-b`, 'ai-base-c', 'other'])
    mkdirSync(at(name));
  writeFileSync(at(`ai-base-${ended}-file`), '');
  symlinkSync('/', at(`ai-base-${ended}-link`));
  expect(abandonedBaseDirectories(parent)).toEqual([at(`ai-base-${ended}-a`)]);
});
