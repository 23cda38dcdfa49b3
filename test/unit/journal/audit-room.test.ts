// Two processes that both find the audit full: the second must not move what the first has just begun.

import { readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { appendAudit, auditFiles } from '../../../src/journal/audit.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

/** What another process does between the look and the deed. */
const meanwhile = vi.hoisted(() => ({ once: undefined as (() => void) | undefined }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    renameSync: (from: string, to: string) => {
      const act = meanwhile.once;
      meanwhile.once = undefined;
      act?.();
      fs.renameSync(from, to);
    },
  };
});

it('goes on in what the other has begun', () => {
  const stateDirectory = temporaryDirectory();
  const file = path.join(stateDirectory, 'audit.jsonl');
  const other = `${file}.20260101T000000000-1-1`;
  writeFileSync(file, '{"time":"1","what":"start","n":1}\n');
  truncateSync(file, 10 * 1024 ** 2);
  writeFileSync(file, '\n', { flag: 'a' });
  meanwhile.once = () => {
    renameSync(file, other);
    writeFileSync(file, '{"time":"2","what":"start","n":2}\n');
  };
  const done = appendAudit(
    { stateDirectory, redactor: new Redactor() },
    { what: 'start', ...{ n: 3 } },
  );
  expect(done).toBeUndefined();
  expect(auditFiles(stateDirectory)).toEqual([other, file]);
  expect(readFileSync(file, 'utf8')).toMatch(/^.*"n":2.*\n.*"n":3.*\n$/);
});
