// One setting written into config.yaml: the rest of the file stays as the user wrote it, byte for byte where that can be.

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AiError, type ErrorFacts } from '../../../src/base/errors.ts';
import { writeUserSetting } from '../../../src/state/user-settings.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
let file: string;

beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  file = path.join(state, 'config.yaml');
});

const set = (value = 'gemini'): ReturnType<typeof writeUserSetting> =>
  writeUserSetting(state, 'assistant', value);
const modeOf = (place: string): number => statSync(place).mode & 0o777;
const write = (text: string): void => {
  mkdirSync(state, { recursive: true });
  writeFileSync(file, text);
};

describe('the text', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'assistant: gemini\n'],
    ['only a comment', '# mine\n', '# mine\nassistant: gemini\n'],
    ['other settings', 'memory: 4g\n', 'memory: 4g\nassistant: gemini\n'],
    ['no line end', 'memory: 4g', 'memory: 4g\nassistant: gemini\n'],
    ['a value', 'assistant: claude\n', 'assistant: gemini\n'],
    [
      'a value between',
      'a: 1\nassistant:   claude  # why\nb: [1,  2]\n',
      'a: 1\nassistant:   gemini  # why\nb: [1,  2]\n',
    ],
    ['quotes', `assistant: 'claude'\n`, 'assistant: gemini\n'],
    ['a quoted key', `"assistant": claude\n`, `"assistant": gemini\n`],
    ['no value', 'assistant:\nb: 1\n', 'assistant: gemini\nb: 1\n'],
    ['no value and a comment', 'assistant: # later\n', 'assistant: gemini # later\n'],
    ['a list', 'assistant: [a, b]\n', 'assistant: gemini\n'],
    ['lines of Windows', 'a: 1\r\nassistant: claude\r\n', 'a: 1\r\nassistant: gemini\r\n'],
    ['lines of Windows, without it', 'a: 1\r\n', 'a: 1\r\nassistant: gemini\r\n'],
    ['a document start', '---\nassistant: claude\n', '---\nassistant: gemini\n'],
    ['one flow map', '{ assistant: claude, a: 1 }\n', '{ assistant: gemini, a: 1 }\n'],
    [
      'the same name deeper',
      'env:\n    assistant: x\n',
      'env:\n    assistant: x\nassistant: gemini\n',
    ],
    [
      'long lines',
      `a: ${'word '.repeat(40)}end\n`,
      `a: ${'word '.repeat(40)}end\nassistant: gemini\n`,
    ],
    ['an alias', 'a: &x claude\nassistant: *x\n', 'a: &x claude\nassistant: gemini\n'],
  ])('of %s', async (_what, before, after) => {
    write(before);
    expect(await set()).toEqual({ file, changed: true });
    expect(readFileSync(file, 'utf8')).toBe(after);
  });

  it.each([
    ['a flow map without it', '{ a: 1 } # x\n', /^\{ a: 1, assistant: gemini \} # x\n$/],
    ['a document end', 'a: 1\n...\n', /^a: 1\nassistant: gemini\n\.\.\.\n$/],
    ['a list of lines', 'assistant:\n  - a # b\nc: 1\n', /^assistant: gemini\n[^]*c: 1\n$/],
  ])('of %s is written anew', async (_what, before, after) => {
    write(before);
    await set();
    expect(readFileSync(file, 'utf8')).toMatch(after);
  });

  it.each<[string, string, number]>([
    ['no YAML', 'a: 1\nb: }\n', 2],
    ['the same key twice', 'a: 1\n# x\na: 2\n', 3],
    ['no mapping', '- a\n', 1],
    ['an alias of nothing', 'a: *x\n', 1],
    ['a value that others share', 'assistant: &x claude\nb: *x\n', 1],
  ])('of %s is left alone, with the line in the error', async (_what, text, line) => {
    write(text);
    const failure: unknown = await set().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'AI_SETTING_INVALID' });
    const { problems } = (failure as AiError).facts as ErrorFacts['AI_SETTING_INVALID'];
    expect(problems[0]?.origin).toBe(`${file}:${line}`);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(state)).toEqual(['config.yaml']);
  });
});

describe('the file', () => {
  it('is made, with its directory, for the user alone', async () => {
    expect(await set()).toEqual({ file, changed: true });
    expect(modeOf(file)).toBe(0o600);
    expect(modeOf(state)).toBe(0o700);
    expect(readdirSync(state)).toEqual(['config.yaml']);
  });

  it('is not written where it says so already', async () => {
    write('# mine\nassistant: "gemini"\n');
    const { ino, mtimeMs } = statSync(file);
    expect(await set()).toEqual({ file, changed: false });
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
    await Promise.all(keys.map((key) => writeUserSetting(state, key, 'x')));
    const lines = readFileSync(file, 'utf8').trim().split('\n').sort();
    expect(lines).toEqual(keys.map((key) => `${key}: x`).sort());
    expect(readdirSync(state)).toEqual(['config.yaml']);
  });
});
