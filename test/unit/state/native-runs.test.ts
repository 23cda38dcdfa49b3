// Runs on the host whose launcher was killed: their end is told of once, and that of a living one never.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { ownIdentity } from '../../../src/host/process-identity.ts';
import { readAudit } from '../../../src/journal/read-audit.ts';
import { tellLeftNative } from '../../../src/launch/audit-run.ts';
import { forgetNative, rememberNative, takeLeftNative } from '../../../src/state/native-runs.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const run = { run: 'deadbeef', assistant: 'claude', project: '/p' };
let stateDirectory: string;

beforeEach(() => {
  stateDirectory = temporaryDirectory();
});

/** As one that was killed leaves it: nobody has that number since. */
function leave(): void {
  rememberNative(stateDirectory, run);
  const file = path.join(stateDirectory, 'native-runs', run.run);
  const record = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(
    file,
    JSON.stringify({ ...record, launcher: { ...ownIdentity(), startTime: '1' } }),
  );
}

it('of a launcher that lives is not told', () => {
  rememberNative(stateDirectory, run);
  expect(takeLeftNative(stateDirectory)).toEqual([]);
  forgetNative(stateDirectory, run);
  expect(readdirSync(stateDirectory)).toEqual([]);
});

it('of one that was killed is told once', () => {
  leave();
  const sink = { stateDirectory, redactor: new Redactor() };
  expect([tellLeftNative(sink), tellLeftNative(sink)]).toEqual([[], []]);
  expect(readAudit(stateDirectory, {}).entries).toMatchObject([
    { what: 'end', ...run, reason: 'recovered' },
  ]);
});

it('is nothing where something else stands', () => {
  expect(takeLeftNative(stateDirectory)).toEqual([]);
  mkdirSync(path.join(stateDirectory, 'native-runs', 'directory'), { recursive: true });
  for (const [name, text] of Object.entries({ a: '', b: 'null', c: '{"run":{}}', d: '[]' }))
    writeFileSync(path.join(stateDirectory, 'native-runs', name), text);
  expect(takeLeftNative(stateDirectory)).toEqual([]);
});
