// What the audit tells of a session that asks without end: what matters still, and how much is left out.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import { auditDetails } from '../../../src/cli/audit-words.ts';
import { readAudit } from '../../../src/journal/read-audit.ts';
import { readNetworkLines } from '../../../src/journal/network-lines.ts';
import { AuditedUses } from '../../../src/launch/audited-uses.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const run = { run: 'r1', assistant: 'claude', project: '/p' };
let stateDirectory: string;
let uses: AuditedUses;
beforeEach(() => {
  stateDirectory = temporaryDirectory();
  uses = new AuditedUses({ stateDirectory, redactor: new Redactor() }, { what: 'network', ...run });
});

const lines = (): Record<string, unknown>[] =>
  readFileSync(path.join(stateDirectory, 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

it('is 200 of what was refused; a signature and a host that is reached after them are still told', () => {
  for (let index = 0; index < 1000; index++)
    uses.note('refused', { host: `h${index}`, allowed: false }, `h${index}`);
  expect(lines()).toHaveLength(200);
  expect(uses.note('signed', { action: 'sign', allowed: true })).toBe(true);
  expect(uses.note('failed', { host: 'down.example', allowed: true })).toBe(true);
  expect(uses.note('allowed', { host: 'good.example', allowed: true })).toBe(true);
  expect(lines().at(-1)).toMatchObject({ ...run, what: 'network', host: 'good.example' });
  expect(uses.untold).toBe(800);
});

it('is the same thing once, however often it is asked for', () => {
  for (let index = 0; index < 1000; index++) uses.note('refused', { host: 'evil' }, 'evil');
  expect(lines()).toHaveLength(1);
  expect(uses.untold).toBe(0);
  uses.close();
  expect(lines()).toHaveLength(1);
});

it('ends with how many were left out, for every list of it', () => {
  for (let index = 0; index < 201; index++) uses.note('allowed', { host: 'h', allowed: true });
  for (let index = 0; index < 250; index++) uses.note('refused', { host: 'x', allowed: false });
  uses.close();
  uses.close();
  expect(lines()).toHaveLength(401);
  expect(lines().at(-1)).toMatchObject({ leftOut: { allowed: 1, refused: 50 } });
  expect(readNetworkLines(stateDirectory, '/p').at(-1)).toMatchObject({ run: 'r1', leftOut: 51 });
  const last = readAudit(stateDirectory, {}).entries.at(-1);
  expect(last && auditDetails(last)).toBe('and 51 more times');
});
