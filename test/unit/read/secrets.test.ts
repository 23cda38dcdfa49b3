// Keys in files: what counts as one.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claude } from '../../../src/assistants/claude.ts';
import { glm } from '../../../src/assistants/glm.ts';
import { knownNames } from '../../../src/plan/reach.ts';
import { readProjectSecrets, readSecrets } from '../../../src/read/secrets.ts';

let state: string;
let file: string;

beforeEach(() => {
  state = mkdtempSync(path.join(tmpdir(), 'ai-secrets-'));
  file = path.join(state, 'global_state', 'secrets', 'zai_key');
  mkdirSync(path.dirname(file), { recursive: true });
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

it.each<[string, () => void, string | undefined]>([
  ['no file', () => undefined, undefined],
  [
    'a key and a line end',
    () => {
      writeFileSync(file, 'key\r\n');
    },
    'key',
  ],
  [
    'an empty file',
    () => {
      writeFileSync(file, ' \n');
    },
    undefined,
  ],
  [
    'several lines',
    () => {
      writeFileSync(file, 'key\nother\n');
    },
    undefined,
  ],
  [
    'a file that others may read',
    () => {
      writeFileSync(file, 'key');
      chmodSync(file, 0o644);
    },
    'key',
  ],
  [
    'a command',
    () => {
      writeFileSync(file, 'command:op read "op://a b"\n');
    },
    'command:op read "op://a b"',
  ],
  [
    'more than any key',
    () => {
      writeFileSync(file, 'a'.repeat(70_000));
    },
    undefined,
  ],
  [
    'a link to a key',
    () => {
      writeFileSync(`${file}.real`, 'key');
      symlinkSync('zai_key.real', file);
    },
    'key',
  ],
  [
    'a link to nothing',
    () => {
      symlinkSync('gone', file);
    },
    undefined,
  ],
  [
    'a directory',
    () => {
      mkdirSync(file);
    },
    undefined,
  ],
  [
    'a pipe',
    () => {
      execFileSync('mkfifo', [file]);
    },
    undefined,
  ],
])('%s', (_what, make, key) => {
  make();
  expect(readSecrets(path.join(state, 'global_state'), glm)).toEqual(
    key === undefined ? {} : { zai_key: key },
  );
  expect(readSecrets(path.join(state, 'global_state'), claude)).toEqual({});
});

it('what is not an assistant’s is read where it is asked for, as it is but for its last line end', () => {
  const global = path.join(state, 'global_state');
  writeFileSync(path.join(global, 'secrets', 'MINE'), ' a\n"b"\n\n');
  writeFileSync(path.join(global, 'secrets', 'BLANK'), ' \n\n');
  expect(readSecrets(global, claude)).toEqual({});
  expect(readSecrets(global, claude, ['MINE', 'BLANK', 'GONE'])).toEqual({ MINE: ' a\n"b"\n' });
});

it('of a project’s secrets a run gets its assistant’s, and those of nobody', () => {
  const directory = path.join(state, 'projects', 'app', 'secrets');
  mkdirSync(directory, { recursive: true });
  const names = ['MINE', 'zai_key', 'OPENAI_API_KEY', '.MINE.1.tmp', 'no-name'];
  for (const name of names) writeFileSync(path.join(directory, name), 'x\n');
  expect(readProjectSecrets(state, 'app', glm, knownNames({}))).toEqual({
    directory,
    values: { MINE: 'x', zai_key: 'x' },
  });
  expect(readProjectSecrets(state, 'other', glm, knownNames({})).values).toEqual({});
});
