// How findings look: grouped, with a mark and a word each, whole commands, in any width, and without colour.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AreaFinding } from '../../../../src/cli/doctor/checks.ts';
import { formatReport } from '../../../../src/cli/doctor/report.ts';

const stream = (columns?: number): NodeJS.WritableStream =>
  ({ isTTY: columns !== undefined, columns }) as unknown as NodeJS.WritableStream;

const fine: AreaFinding = { id: 'a.x', area: 'engine', state: 'ok', summary: 'it answers' };
const findings: readonly AreaFinding[] = [
  fine,
  { ...fine, state: 'skipped', summary: 'not looked at' },
  {
    ...{ id: 'b.x', area: 'disk', state: 'failure', summary: 'the disk under your home is full' },
    ...{ detail: ['more of it'], fix: 'du -xh -d1 /home/ann  shows what fills it' },
  },
  {
    ...{ id: 'c.x', area: 'state', state: 'warning', summary: 'a run was cut off' },
    ...{ fix: 'ai clean', mend: { kind: 'runs' } },
  },
];

beforeEach(() => {
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'TERM']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('is grouped by area, and ends with the counts', () => {
  expect(formatReport(findings, stream()).split('\n')).toEqual([
    'engine',
    '  ✔ ok       it answers',
    '  - skipped  not looked at',
    '',
    'disk',
    '  ✘ failure  the disk under your home is full',
    '             more of it',
    '             → du -xh -d1 /home/ann  shows what fills it',
    '',
    'state',
    '  ! warning  a run was cut off',
    '             → ai clean',
    '',
    '1 ok, 1 warning, 1 failure, 1 not looked at',
    'ai doctor --fix  mends 1 of them',
    '',
  ]);
});

it('fits a narrow terminal; commands stay whole', () => {
  vi.stubEnv('NO_COLOR', '1');
  const text = formatReport(findings, stream(40));
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  expect(text).toContain('\n  ✘ failure\n    the disk under your home is full\n');
  expect(text).toContain('\n    → du -xh -d1 /home/ann\n      shows what fills it\n');
});

it('ends with one short line where all is well', () => {
  expect(formatReport([fine], stream())).toMatch(/\nall is well: 1 ok, 0 warnings, 0 failures\n$/);
  expect(formatReport([fine], stream(), true)).toBe('all is well: 1 ok, 0 warnings, 0 failures\n');
});

it('leaves out what is well where it is to be quiet', () => {
  const text = formatReport(findings, stream(), true);
  expect(text).not.toContain('it answers');
  expect(text).not.toContain('engine');
  expect(text).toMatch(/^disk\n {2}✘ failure/);
});

it('is coloured at a terminal only', () => {
  vi.stubEnv('TERM', 'xterm');
  expect(formatReport(findings, stream(80))).toContain('\u001b[31m✘ failure\u001b[39m');
  expect(formatReport(findings, stream())).not.toContain('\u001b');
});

it('shows what would act on a terminal', () => {
  const evil: AreaFinding = { ...fine, state: 'failure', summary: 'a\u001b[2Jb', fix: 'c\nd' };
  const text = formatReport([evil], stream());
  expect(text).toContain(String.raw`a\x1b[2Jb`);
  expect(text).toContain(String.raw`→ c\nd`);
});
