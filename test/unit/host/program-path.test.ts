// Where programs of the host are looked for, with directories and links that a session could have made.

import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { programPath, systemPath } from '../../../src/host/program-path.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let project: string;
beforeEach(() => {
  home = temporaryDirectory();
  project = path.join(home, 'p');
  mkdirSync(path.join(project, '.venv/bin'), { recursive: true });
  mkdirSync(path.join(home, 'bin'));
});

const kept = (...entries: string[]): string | undefined =>
  programPath(entries.join(':'), [project]);

it('is the user’s own, in its order', () => {
  expect(kept(`${home}/bin`, '/usr/bin', '/bin', '/not/there')).toBe(
    `${home}/bin:/usr/bin:/bin:/not/there`,
  );
  expect(programPath(undefined, [project])).toBeUndefined();
  expect(kept(`${project}-tools/bin`)).toBe(`${project}-tools/bin`);
});

it('has nothing that sessions write', () => {
  for (const entry of [
    ...[`${project}/.venv/bin`, `${project}/node_modules/.bin`, `${project}/../p`, project],
    ...[`${home}/bin/../p/.venv/bin`, `${project}/`, `${project}//x`],
  ])
    expect(kept(entry, '/usr/bin')).toBe('/usr/bin');
});

it('has no link into the project, and none out of it, which can be led elsewhere', () => {
  symlinkSync(path.join(project, '.venv'), path.join(home, 'venv'));
  symlinkSync('/usr/bin', path.join(project, 'tools'));
  symlinkSync(project, path.join(home, 'link'));
  expect(kept(`${home}/venv/bin`, `${project}/tools`, '/usr/bin')).toBe('/usr/bin');
  expect(programPath(`${project}/.venv/bin:/usr/bin`, [`${home}/link`])).toBe('/usr/bin');
});

it('has no place that depends on where we are, and is never empty, which would mean here', () => {
  expect(kept('', '/usr/bin', '.', 'bin', './bin', '~/bin')).toBe('/usr/bin');
  expect(kept('')).toBe(systemPath);
  expect(kept('.', `${project}/bin`)).toBe(systemPath);
  expect(programPath('/usr/bin', ['/'])).toBe(systemPath);
});
