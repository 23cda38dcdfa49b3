// Reading one file out of what tar made.

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { firstFile } from '../../../src/images/archive.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const content = 'root:x:0:0:root:/root:/bin/bash\n'.repeat(100);

it.each(['ustar', 'gnu', 'pax'])('finds the file in the format %s', (format) => {
  const name = format === 'ustar' ? 'passwd' : 'long/'.repeat(40) + 'passwd';
  const directory = temporaryDirectory();
  mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
  writeFileSync(path.join(directory, name), content);
  const archive = execFileSync('tar', [`--format=${format}`, '-C', directory, '-cf', '-', name]);
  expect(Buffer.from(firstFile(archive) ?? []).toString()).toBe(content);
});

it('finds none where the first entry is a link, or nothing is there', () => {
  const directory = temporaryDirectory();
  symlinkSync('elsewhere', path.join(directory, 'passwd'));
  expect(firstFile(execFileSync('tar', ['-C', directory, '-cf', '-', 'passwd']))).toBeUndefined();
  expect(firstFile(new Uint8Array(1024))).toBeUndefined();
  expect(firstFile(new Uint8Array())).toBeUndefined();
});
