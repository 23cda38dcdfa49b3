// Keys that look real to whoever searches for leaks, made at run time so that nothing of the kind stands in the repository.

import { randomBytes } from 'node:crypto';

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Random, of this many letters and digits, with one of each kind in it. */
export const word = (length: number, alphabet = lettersAndDigits): string =>
  `Ab1${Array.from(randomBytes(length - 3), (byte) => alphabet[byte % alphabet.length]).join('')}`;

/** By its maker. */
export const fakeKeys = {
  anthropic: (): string => ['sk', 'ant', 'api03', `${word(93)}AA`].join('-'),
  openai: (): string => ['sk', 'proj', `${word(20)}T3BlbkFJ${word(20)}`].join('-'),
  gitHub: (): string => `ghp_${word(36)}`,
  gitHubFine: (): string => ['github', 'pat', word(22), word(59)].join('_'),
  google: (): string => `AIza${word(35)}`,
  slack: (): string => ['xox' + 'b', '123456789012', '1234567890123', word(24)].join('-'),
  npm: (): string => `npm_${word(36)}`,
  aws: (): string => `AKIA${word(16).toUpperCase()}`,
  gitLab: (): string => `glpat-${word(20)}`,
  zai: (): string => `${randomBytes(16).toString('hex')}.${word(16)}`,
  token: (): string =>
    [{ alg: 'HS256' }, { sub: word(12) }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(word(43))
      .join('.'),
  address: (): string => `https://user:${word(16)}@host.example/path`,
  privateKey: (): string => {
    const lines = Array.from({ length: 12 }, () => randomBytes(48).toString('base64'));
    const mark = (what: string): string => `-----${what} RSA PRIVATE KEY-----`;
    return [mark('BEGIN'), ...lines, mark('END')].join('\n');
  },
} satisfies Record<string, () => string>;
