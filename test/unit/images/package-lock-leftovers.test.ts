import { chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeLock } from '../../../src/images/package-lock.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

it('what a killed npm has left goes with the next lock, what one is at stays', async () => {
  const [cwd, programs] = [temporaryDirectory(), temporaryDirectory()];
  const npm = path.join(programs, 'npm');
  writeFileSync(npm, '#!/bin/sh\necho \'{"packages":{}}\' > package-lock.json\n');
  chmodSync(npm, 0o755);
  for (const name of ['.lock-dead', '.lock-alive']) mkdirSync(path.join(cwd, name));
  const long = new Date(Date.now() - 2 * 3600 * 1000);
  utimesSync(path.join(cwd, '.lock-dead'), long, long);
  const environment = { PATH: `${programs}:${process.env['PATH'] ?? ''}` };
  await makeLock('thing', '1.0.0', { cwd, environment });
  expect(readdirSync(cwd)).toEqual(['.lock-alive']);
});
