// The redactor: no secret survives in a text, known or by its looks, and a text without one stays as it is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverSecrets, formsOf, Redactor } from '../../../src/base/redact.ts';
import { isTelling, looksSecret, namesSecret } from '../../../src/base/secret-patterns.ts';
import { quoteForShell, showOnOneLine } from '../../../src/base/quote.ts';
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
