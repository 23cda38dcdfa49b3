// Files of variables: every line that such files have, and what is none.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { isAiError } from '../../../src/base/errors.ts';
import { parseEnvFile, readEnvFile } from '../../../src/read/env-file.ts';
import { readNamedEnvFiles } from '../../../src/read/named-env-files.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

describe('a line', () => {
  it.each<[string, string, string | undefined]>([
    ['plain', 'A=b', 'b'],
    ['with `export`', '  export   A=b', 'b'],
    ['with white space around', '  A =  b c  ', 'b c'],
    ['with an equals sign in its value', 'A=b=c==', 'b=c=='],
    ['in double quotes', 'A=" b \'c\' "', " b 'c' "],
    ['in single quotes', `A=' b "c" \\n '`, ' b "c" \\n '],
    ['with escapes', String.raw`A="a\nb\tc\\d\"e\$f\x"`, 'a\nb\tc\\d"e$f\\x'],
    ['with a quote inside', "A=it's", "it's"],
    ['with quotes that do not match', `A="b'`, `"b'`],
    ['with more quotes than two', 'A="b"c"', 'b"c'],
    ['with a comment behind', 'A=b # c', 'b'],
    ['with a comment behind quotes', 'A="b # c" # d', 'b # c'],
    ['with # within a word', 'A=b#c', 'b#c'],
    ['with # first', 'A=#c', '#c'],
    ['empty, with a comment', 'A= # c', ''],
    ['empty', 'A=', ''],
    ['with a CRLF', 'A=b\r\nB=c\r\n', 'b'],
    ['behind a mark of byte order', '\uFEFFA=b', 'b'],
    ['that a later one replaces', 'A=b\nA=c', 'c'],
    ['that would be run by a shell', 'A=$(id) `id` $HOME', '$(id) `id` $HOME'],
    ['of several lines in quotes', 'A="b\n  c\n\nd" # x\nB=1', 'b\n  c\n\nd'],
    ['of several lines without an end', 'A="b\nB=c', '"b'],
    ['that is a comment', '# A=b', undefined],
  ])('%s', (_what, text, value) => {
    const { values, strange } = parseEnvFile(text);
    expect(values['A']).toBe(value);
    expect(strange).toEqual([]);
  });

  it('that is none is named by its number, and the others count', () => {
    const { values, strange } = parseEnvFile('A=1\nnonsense\n\n1B=2\n# x\nC-D=3\n=4\nE=5');
    expect(values).toEqual({ A: '1', E: '5' });
    expect(strange).toEqual([2, 4, 6, 7]);
  });

  it('of any name is a variable like others', () => {
    const { values } = parseEnvFile('__proto__=a\nconstructor=b');
    expect(Object.entries(values)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('holds every value in quotes as it is', () => {
    const quote = (value: string): string => `"${value.replaceAll(/["\\$`]/g, '\\$&')}"`;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes('\r')),
        (value) => {
          expect(parseEnvFile(`A=${quote(value)}\nB=1`).values).toEqual({ A: value, B: '1' });
        },
      ),
    );
  });

  it('of whatever a file has stops nobody', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        parseEnvFile(text);
      }),
    );
    const started = performance.now();
    parseEnvFile('A="'.repeat(50_000));
    parseEnvFile('A="\n'.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});

describe('the user’s own file', () => {
  it('is open where others may read it', () => {
    writeFileSync(path.join(directory, 'env'), 'A=1\n');
    for (const [mode, isOpen] of [
      [0o600, false],
      [0o640, true],
      [0o604, true],
    ] as const) {
      chmodSync(path.join(directory, 'env'), mode);
      expect(readEnvFile(directory)).toMatchObject({ isOpen, values: { A: '1' } });
    }
  });

  it('is empty where there is none, or something else', () => {
    expect(readEnvFile(directory)).toMatchObject({ values: {}, isOpen: false, strange: [] });
    mkdirSync(path.join(directory, 'env'));
    expect(readEnvFile(directory)).toMatchObject({ values: {}, isOpen: false });
  });
});

describe('a file that is named', () => {
  const at = (name: string): string => path.join(directory, name);
  const read = (...names: string[]): Record<string, string>[] =>
    readNamedEnvFiles(names, {
      directory: at('project/sub'),
      root: at('project'),
      home: at('home'),
    }).map(({ values }) => values);
  const whyNot = (name: string): string | undefined => {
    try {
      read(name);
    } catch (error) {
      if (isAiError(error, 'AI_FILE_UNREADABLE')) return error.facts.cause;
      throw error;
    }
    return undefined;
  };
  beforeEach(() => {
    mkdirSync(at('project/sub'), { recursive: true });
    mkdirSync(at('home'));
    writeFileSync(at('project/.env'), 'WHERE=root\n');
    writeFileSync(at('project/sub/own.env'), 'WHERE=sub\n');
    writeFileSync(at('home/x.env'), 'WHERE=home\n');
  });

  it('is looked for in the directory, then in the root, or where its path says', () => {
    expect(read('.env', 'own.env', '~/x.env', at('home/x.env'))).toEqual([
      { WHERE: 'root' },
      { WHERE: 'sub' },
      { WHERE: 'home' },
      { WHERE: 'home' },
    ]);
    writeFileSync(at('project/sub/.env'), 'WHERE=nearer\n');
    expect(read('.env')).toEqual([{ WHERE: 'nearer' }]);
  });

  it.each<[string, () => void, RegExp]>([
    ['missing', () => undefined, /no such file \(setting envFiles\)/],
    [
      'a directory',
      () => {
        mkdirSync(at('project/sub/x'));
      },
      /not a regular file/,
    ],
    [
      'a link out of the project',
      () => {
        symlinkSync(at('home/x.env'), at('project/sub/x'));
      },
      /leads out/,
    ],
    [
      'a file of 2 MiB',
      () => {
        writeFileSync(at('project/sub/x'), 'a'.repeat(2 ** 21));
      },
      /larger/,
    ],
  ])('is refused if it is %s', (_what, make, cause) => {
    make();
    expect(whyNot('x')).toMatch(cause);
  });

  it('may be a link within the project, and one of the user’s elsewhere', () => {
    symlinkSync('../.env', at('project/sub/x'));
    symlinkSync(at('project/.env'), at('home/y'));
    expect(read('x', '~/y')).toEqual([{ WHERE: 'root' }, { WHERE: 'root' }]);
  });
});

it.each<[string, (file: string) => void, RegExp]>([
  ['a pipe', (file) => execFileSync('mkfifo', [file]), /not a regular file/],
  [
    'a directory',
    (file) => {
      mkdirSync(file);
    },
    /not a regular file/,
  ],
  [
    'a file of 2 MiB',
    (file) => {
      writeFileSync(file, 'A=1\n'.repeat(2 ** 19));
    },
    /larger than 1 MiB/,
  ],
])('the user’s own holds no variables, and says why, where it is %s', (_what, make, why) => {
  const directory = temporaryDirectory();
  make(path.join(directory, 'env'));
  expect(readEnvFile(directory)).toMatchObject({
    values: {},
    problem: expect.stringMatching(why) as string,
  });
});
