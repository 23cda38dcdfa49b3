// The redactor: no secret survives in a text, known or by its looks, and a text without one stays as it is.

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverSecrets, formsOf, Redactor } from '../../../src/base/redact.ts';
import {
  isTelling,
  looksSecret,
  namesSecret,
  soundsSecret,
} from '../../../src/base/secret-patterns.ts';
import { quoteForShell, showOnOneLine } from '../../../src/base/quote.ts';
import { shorten } from '../../../src/base/shorten.ts';
import { fakeKeys, word } from '../../support/fake-keys.ts';

const cover = (text: string, ...values: string[]): string => coverSecrets(text, formsOf(values));

const value = fc
  .string({ minLength: 6, maxLength: 40, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 6 && !text.includes('*'));
const text = fc.string({ maxLength: 30, unit: 'grapheme' });

describe('a known value', () => {
  const ways: readonly [string, (value: string, before: string, after: string) => string][] = [
    ['as it is', (secret, before, after) => `${before}${secret}${after}`],
    ['twice', (secret, before, after) => `${secret}${before}${secret}${after}`],
    ['in JSON', (secret, before, after) => JSON.stringify({ [before]: [secret, after] })],
    [
      'in JSON, within a text',
      (secret, before, after) => JSON.stringify(`${before} ${secret} ${after}`),
    ],
    [
      'in an address',
      (secret, before) => `http://x/${encodeURIComponent(before)}?k=${encodeURIComponent(secret)}`,
    ],
    ['in a form', (secret) => new URLSearchParams({ k: secret }).toString()],
    [
      'on one line of a terminal',
      (secret, before, after) => showOnOneLine(`${before}${secret}${after}`),
    ],
    ['in base64', (secret) => Buffer.from(secret).toString('base64')],
    ['in base64 for addresses', (secret) => Buffer.from(secret).toString('base64url')],
  ];
  it.each(ways)('is gone %s', (_way, make) => {
    fc.assert(
      fc.property(value, text, text, (secret, before, after) => {
        const covered = cover(make(secret, before, after), secret);
        expect(covered).not.toContain(secret);
        for (const form of formsOf([secret])) expect(covered).not.toContain(form);
      }),
    );
  });

  it.each([
    ['JSON of Go', 'a&b<c123', String.raw`a\u0026b\u003cc123`],
    ['JSON of Python', 'péss-word', String.raw`p\u00e9ss-word`],
    ['JSON in JSON', 'a"b12345', String.raw`a\\\"b12345`],
    ['an address, in small letters', 'a/b+12345', 'a%2fb%2b12345'],
    ['the quotes of a shell', "it's-secret", String.raw`it'\''s-secret`],
  ])('is gone as it stands in %s', (_what, secret, written) => {
    expect(cover(`<${written}>`, secret)).toBe('<***>');
  });

  it('is gone in base64 that is wrapped', () => {
    const secret = word(200);
    const lines =
      Buffer.from(secret)
        .toString('base64')
        .match(/.{1,76}/g) ?? [];
    expect(cover(lines.join('\n'), secret)).toBe(lines.map(() => '***').join('\n'));
  });

  it.each([
    ['a known one, of 64 signs', randomBytes(32).toString('hex'), 60],
    ['one in the middle', `before ${randomBytes(32).toString('hex')}`, 40],
    ['a short one', `before ${word(12)}`, 15],
  ])('of which a piece is left where a text was cut is gone too: %s', (_what, given, most) => {
    const secret = given.split(' ').at(-1) ?? '';
    const cut = shorten(`${given} and more`.repeat(3), most);
    expect(cut).toHaveLength(most);
    expect(cover(`must be x, not “${cut}”`, secret)).toMatch(
      /^must be x, not “(before )?\*\*\*…”$/,
    );
    expect(cover(`${secret.slice(0, 5)}…`, secret)).toContain(secret.slice(0, 5));
  });

  it('cannot be had out of a longer text in base64', () => {
    fc.assert(
      fc.property(value, text, text, (secret, before, after) => {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString('base64');
        expect(Buffer.from(cover(encoded, secret), 'base64').toString()).not.toContain(secret);
        expect(cover(encoded, secret)).toContain('***');
      }),
    );
  });

  it('leaves nothing of several that overlap, whatever their order', () => {
    for (const values of [
      ['abcdefgh', 'defghijk'],
      ['defghijk', 'abcdefgh'],
      ['abcdefghijk', 'defgh!'],
    ])
      expect(cover('<abcdefghijk>', ...values)).toBe('<***>');
  });

  it('with several lines is covered line by line too, but for what every key begins with', () => {
    const key = fakeKeys.privateKey();
    const [first = '', second = '', ...rest] = key.split('\n');
    expect(cover(`    ${second}\n    ${rest[3]}`, key)).toBe('    ***\n    ***');
    expect(cover(`${first.replace('PRIVATE', 'PUBLIC')} x`, key)).toContain('PUBLIC');
  });

  it('of fewer than six signs is left to the patterns', () => {
    expect(cover('a 12345 b', '12345')).toBe('a 12345 b');
  });

  it('that the cover stands in is covered all the same', () => {
    expect(cover('a***b, a123456b', '123456', 'a***bc')).toBe('a***b, a***b');
    expect(cover('******', '******')).toBe('***');
  });
});

describe('what looks like a secret', () => {
  it.each(Object.entries(fakeKeys))('%s is covered wherever it stands', (kind, make) => {
    for (let turn = 0; turn < 20; turn++) {
      const key = make();
      const secret = kind === 'address' ? new URL(key).password : key;
      expect(looksSecret(key)).toBe(true);
      for (const place of [
        key,
        `a ${key} b`,
        `K=${key}`,
        `"${key}"`,
        `line\\n${key}\\n`,
        `<${key}>`,
      ])
        expect(cover(place)).not.toContain(secret.slice(3, -3));
    }
  });

  it.each([
    ['Authorization: Bearer abc123def456', 'Authorization: Bearer ***'],
    ['authorization: bearer  x1.y2-z3~4+5', 'authorization: bearer  ***'],
    ['git clone https://me:pw@host/x.git', 'git clone https://***@host/x.git'],
    ['postgres://:pw@db/x and https://a:b@c', 'postgres://***@db/x and https://***@c'],
  ])('%s', (given, covered) => {
    expect(cover(given)).toBe(covered);
  });

  it('a private key without an end is covered to the end', () => {
    const key = fakeKeys.privateKey();
    expect(cover(`x ${key.slice(0, 200)}`)).toBe('x ***');
    expect(cover(`x ${JSON.stringify(key)} y`)).toBe('x "***" y');
  });
});

describe('a text without a secret', () => {
  it.each([
    'task-force1-based-kind-of-name-with-many-dashes',
    'the desk-2024-overview-of-everything-we-have',
    'Bearer authentication required',
    'ssh://git@host.example:22/x.git',
    'https://host.example:443/path?q=1@2',
    'npm_config_user_agent=npm/10',
    'sha256:05cf280201bf1b3ca4ad52f15b713f91c55790b125ee46ba92a03',
    '-----BEGIN PUBLIC KEY-----',
    '/home/ann/work/app: 12:30:45',
  ])('%s stays as it is', (given) => {
    expect(cover(given, 'hunter22')).toBe(given);
  });

  it('stays as it is, whatever words it has', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 12 });
    fc.assert(
      fc.property(words, (all) => {
        const given = all.join(' ');
        expect(cover(given, 'Sec-ret0')).toBe(given);
      }),
    );
  });
});

it('of a key that is cut the beginning is covered by its look', () => {
  const cut = shorten(`x: ${fakeKeys.google()}${' y'.repeat(50)}`, 30);
  expect(cut).toMatch(/^x: \*\*\*( y)+ ?…$/);
});

it.each([
  ['vault read -token=s.1234567 x', 'vault read -token=*** x'],
  ['x --password hunter22 y', 'x --password *** y'],
  ["x --token='a b' y", 'x --token=*** y'],
  ['X="$(vault read -token=s.1234567)" docker', 'X="$(vault read -token=***)" docker'],
  ['Server=db;Pwd=abc12345', 'Server=db;Pwd=***'],
  ['Password=abc;Server=db', 'Password=***;Server=db'],
  ['--token $TOKEN --password-stdin x PWD=/home/x;A=b', undefined],
  ['ai: --token must be one word, --password=', undefined],
])('of %j only the secret is covered', (given, covered = given) => {
  expect(coverSecrets(given, [])).toBe(covered);
});

it('no text keeps the patterns busy', () => {
  const pieces =
    'sk-|eyJ-|eyJa.|://a:|:|bearer |bearer a|-----BEGIN |-----BEGIN PRIVATE KEY|PRIVATE KEY|xoxb-|-token=|--password |--token "|;pwd=|pwd=a|a|0| |\\n|AKIA|@'.split(
      '|',
    );
  for (const piece of pieces)
    for (const first of ['', 'sk-']) {
      const hostile = first + piece.repeat(90_000 / piece.length);
      const started = performance.now();
      coverSecrets(hostile, []);
      looksSecret(hostile);
      // Some 150 ms at most; seconds where the time grows with the square.
      expect({ piece, first, slow: performance.now() - started > 1500 }).toMatchObject({
        slow: false,
      });
    }
});

it.each<[string, boolean]>([
  ['MYSQL_PWD', true],
  ['SENTRY_DSN', true],
  ['DSN', true],
  ['SESSION_COOKIE', true],
  ['PWD', false],
  ['OLDPWD', false],
  ['WINDSNAP', false],
  ['MODE', false],
])('the name %s sounds like a secret: %s', (name, yes) => {
  expect(soundsSecret(name)).toBe(yes);
});

describe('a redactor', () => {
  it('covers what it has learnt, and what it learns later', () => {
    const redactor = new Redactor();
    const [one, two, three] = [word(12), word(12), word(12)];
    redactor.learn([one]);
    expect(redactor.cover(`${one} ${two}`)).toBe(`*** ${two}`);
    redactor.learn([two]);
    redactor.learnLater(() => [three]);
    expect(redactor.cover(`${one} ${two} ${three}`)).toBe('*** *** ***');
  });

  it('asks for what takes time when there is something to cover, once', () => {
    const redactor = new Redactor();
    let asked = 0;
    redactor.learnLater(() => {
      asked++;
      return [];
    });
    redactor.learn(['x']);
    expect(asked).toBe(0);
    redactor.cover('a');
    redactor.cover('b');
    expect(asked).toBe(1);
  });

  it('still asks for the others where one of them cannot be read', () => {
    const redactor = new Redactor();
    redactor.learnLater(() => {
      throw new Error('unreadable');
    });
    redactor.learnLater(() => ['correcthorse']);
    expect(() => redactor.cover('a correcthorse')).toThrow('unreadable');
    expect(redactor.cover('a correcthorse')).toBe('a ***');
  });

  it('covers the texts of data, and nothing else of it', () => {
    const redactor = new Redactor();
    redactor.learn(['secret1', 'summary']);
    const data = { summary: 'a secret1', list: ['secret1', 5, null, true], deep: { x: undefined } };
    expect(redactor.coverData(data)).toEqual({
      summary: 'a ***',
      list: ['***', 5, null, true],
      deep: { x: undefined },
    });
  });

  it('leaves our own words and paths as they are where a secret is a plain word', () => {
    const redactor = new Redactor();
    redactor.learn(['docker', 'k-123456']);
    expect(redactor.coverTelling('docker run k-123456')).toBe('docker run ***');
    expect(redactor.cover('docker run')).toBe('*** run');
  });

  it('covers a word of a command line before it is quoted, whatever is in it', () => {
    const redactor = new Redactor();
    const secret = 'it\'s "$x"\n\u0007end';
    redactor.learn([secret]);
    expect(quoteForShell(redactor.cover(`say ${secret}`))).toBe("'say ***'");
  });
});

it.each<[string, boolean]>([
  ['MY_API_KEY', true],
  ['DB_PASSWORD', true],
  ['TOKEN_1', true],
  ['apiKeys', true],
  ['SSH_AUTH_SOCK', false],
  ['PASSWORD_STORE_DIR', false],
  ['TOKENIZERS_PARALLELISM', false],
])('the name %s leaves no doubt: %s', (name, yes) => {
  expect(namesSecret(name)).toBe(yes);
});

it.each<[string, boolean]>([
  ['production', false],
  ['3000', false],
  ['127.0.0.1:80', false],
  ['/tmp/ssh-x/agent.1', false],
  ['~/.config', false],
  ['./x1y2', false],
  ['https://host.example/', false],
  ['https://hooks.example/T0/B1/x', true],
  ['hunter2', true],
])('%s in an ordinary text tells a secret: %s', (given, yes) => {
  expect(isTelling(given)).toBe(yes);
});
