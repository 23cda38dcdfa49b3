// A settings file changed: the user's, wherever it lies, and a project's, whatever lies there.

import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  changeProjectSettings,
  changeUserSettings,
  type Change,
  type Written,
} from '../../../src/state/settings-files.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
let file: string;

beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  file = path.join(state, 'config.yaml');
});

const added = (text: string): string => `${text}assistant: gemini\n`;
const set = (change: Change = added): Promise<Written> => changeUserSettings(state, change);
const modeOf = (place: string): number => statSync(place).mode & 0o777;
const write = (text: string): void => {
  mkdirSync(state, { recursive: true });
  writeFileSync(file, text);
};

describe('the user’s file', () => {
  it('stays as it is where the change is refused', async () => {
    write('a: 1\n');
    const refused = new Error('no');
    await expect(set(() => Promise.reject(refused))).rejects.toBe(refused);
    expect(readFileSync(file, 'utf8')).toBe('a: 1\n');
    expect(readdirSync(state)).toEqual(['config.yaml']);
  });

  it('is made, with its directory, for the user alone', async () => {
    expect(await set()).toEqual({ file, changed: true });
    expect(modeOf(file)).toBe(0o600);
    expect(modeOf(state)).toBe(0o700);
    expect(readdirSync(state)).toEqual(['config.yaml']);
  });

  it('is not written where it says so already', async () => {
    write('# mine\nassistant: "gemini"\n');
    const { ino, mtimeMs } = statSync(file);
    expect(await set((text) => text)).toEqual({ file, changed: false });
    expect(statSync(file)).toMatchObject({ ino, mtimeMs });
  });

  it('keeps its permissions', async () => {
    write('a: 1\n');
    chmodSync(file, 0o640);
    await set();
    expect(modeOf(file)).toBe(0o640);
  });

  it('stays a link, and what it leads to is written', async () => {
    const dotfiles = temporaryDirectory();
    writeFileSync(path.join(dotfiles, 'ai.yaml'), '# in git\n');
    mkdirSync(state);
    symlinkSync(path.join(dotfiles, 'ai.yaml'), file);
    await set();
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(dotfiles, 'ai.yaml'), 'utf8')).toBe(
      '# in git\nassistant: gemini\n',
    );
    expect(readdirSync(dotfiles)).toEqual(['ai.yaml']);
  });

  it('is not made where a link leads to nothing', async () => {
    mkdirSync(state);
    symlinkSync('/nonesuch/ai.yaml', file);
    await expect(set()).rejects.toMatchObject({ code: 'AI_STATE_UNWRITABLE' });
    expect(readlinkSync(file)).toBe('/nonesuch/ai.yaml');
    expect(existsSync('/nonesuch')).toBe(false);
  });

  it('is not written over a directory', async () => {
    mkdirSync(file, { recursive: true });
    await expect(set()).rejects.toMatchObject({ code: 'AI_FILE_UNREADABLE' });
  });

  it('takes parallel writers one after the other', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `key${index}`);
    const slowly = (key: string) => async (text: string) => {
      await new Promise(setImmediate);
      return `${text}${key}: x\n`;
    };
    await Promise.all(keys.map((key) => set(slowly(key))));
    const lines = readFileSync(file, 'utf8').trim().split('\n').sort();
    expect(lines).toEqual(keys.map((key) => `${key}: x`).sort());
    expect(readdirSync(state)).toEqual(['config.yaml']);
  });
});

describe('a project’s file', () => {
  let root: string;
  let outside: string;
  beforeEach(() => {
    root = temporaryDirectory();
    outside = path.join(temporaryDirectory(), 'victim');
    writeFileSync(outside, 'a: 1\n');
    mkdirSync(path.join(root, 'packages/api'), { recursive: true });
  });
  const setIn = (name: string): Promise<Written> =>
    changeProjectSettings(state, { root, name }, added);

  it('is made, with the lock elsewhere', async () => {
    expect(await setIn('packages/api/.airc')).toEqual({
      file: path.join(root, 'packages/api/.airc'),
      changed: true,
    });
    expect(readdirSync(path.join(root, 'packages/api'))).toEqual(['.airc']);
    expect(readdirSync(state)).toEqual([]);
    expect(modeOf(path.join(root, 'packages/api/.airc'))).toBe(0o644);
  });

  it('keeps its permissions', async () => {
    writeFileSync(path.join(root, '.airc'), '# x\n', { mode: 0o640 });
    await setIn('.airc');
    expect(readFileSync(path.join(root, '.airc'), 'utf8')).toBe('# x\nassistant: gemini\n');
    expect(modeOf(path.join(root, '.airc'))).toBe(0o640);
  });

  it.each<[string, (place: string) => void]>([
    [
      'a link',
      (place) => {
        symlinkSync(outside, place);
      },
    ],
    [
      'a link to nothing',
      (place) => {
        symlinkSync('/nonesuch', place);
      },
    ],
    [
      'another name of a file',
      (place) => {
        linkSync(outside, place);
      },
    ],
    [
      'a directory',
      (place) => {
        mkdirSync(place);
      },
    ],
    ['a pipe', (place) => execFileSync('mkfifo', [place])],
    [
      'a file of 33 MB',
      (place) => {
        truncateSync(openedAt(place), 33 * 1024 ** 2);
      },
    ],
  ])('is not written where there is %s', async (_what, put) => {
    put(path.join(root, '.airc'));
    await expect(setIn('.airc')).rejects.toMatchObject({ code: 'AI_STATE_UNWRITABLE' });
    expect(readFileSync(outside, 'utf8')).toBe('a: 1\n');
  });

  it('is not written through a directory that is a link', async () => {
    symlinkSync(path.dirname(outside), path.join(root, 'link'));
    await expect(setIn('link/.airc')).rejects.toMatchObject({ code: 'AI_STATE_UNWRITABLE' });
    expect(readdirSync(path.dirname(outside))).toEqual(['victim']);
  });

  it('is not written over what came meanwhile', async () => {
    const place = path.join(root, '.airc');
    const change = (): string => {
      writeFileSync(place, 'new: 1\n');
      return 'old: 1\n';
    };
    await expect(changeProjectSettings(state, { root, name: '.airc' }, change)).rejects.toThrow();
    expect(readFileSync(place, 'utf8')).toBe('new: 1\n');
  });
});

function openedAt(place: string): string {
  writeFileSync(place, '');
  return place;
}
