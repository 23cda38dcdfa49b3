// Twelve processes renew one login at the same time, as sessions that run side by side and as runs one after the other: the
// newest is what is kept, and nobody ever reads anything else than a whole login, none older than the one before.

import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bundleStateProgram, endOf, startProgram } from '../support/state-processes.ts';
import { put, readJson } from '../support/state-run.ts';
import { defaultSettings } from '../support/build-facts.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const [writers, renewals] = [12, 25];

let program: string;
beforeAll(async () => {
  program = await bundleStateProgram();
});

it.each([1, 2, 3])('the newest login is kept, time %i', async (time) => {
  const state = path.join(temporaryDirectory(), 'state');
  mkdirSync(state, { mode: 0o700 });
  const truth = path.join(state, 'global_state/gemini/oauth_creds.json');
  const first = { access_token: 'a', refresh_token: 'r', expiry_date: Date.now() };
  put(truth, first);

  const reader = startProgram(program, ['read', truth]);
  const start = performance.now();
  const ends = await Promise.all(
    Array.from({ length: writers }, (_, index) => {
      const kind = index % 3 === 0 ? 'run-by-run' : 'renew';
      return endOf(startProgram(program, [kind, state, `run${index}`, `${renewals}`]));
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  reader.stdin?.end();
  const { stdout } = await endOf(reader);
  const { reads, ...bad } = JSON.parse(stdout) as Record<'reads' | 'torn' | 'rolledBack', number>;
  process.stdout.write(
    `time ${time}: ${writers} x ${renewals} in ${seconds.toFixed(1)} s, ${reads} reads, ${bad.torn} torn, ${bad.rolledBack} rolled back\n`,
  );

  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    ends.map(() => ({ code: 0, stderr: '' })),
  );
  const newest = Math.max(...ends.map((end) => Number(end.stdout)));
  expect(newest).toBeGreaterThan(first.expiry_date);
  expect(readJson(truth)).toMatchObject({ expiry_date: newest });
  expect(reads).toBeGreaterThan(1000);
  expect(bad).toEqual({ torn: 0, rolledBack: 0 });

  const left = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/^runs(\/|$)/.test(name),
  );
  expect(left.filter((name) => !name.startsWith('backups')).sort()).toEqual([
    ...['global_state', 'global_state/gemini', 'global_state/gemini/oauth_creds.json'],
    ...['locks', 'locks/default', 'projects'],
    ...left.filter((name) => name.startsWith('projects/')).sort(),
  ]);
  const backups = readdirSync(path.join(state, 'backups/default/gemini/oauth_creds.json'));
  expect(backups).toHaveLength(defaultSettings.backups);
});
