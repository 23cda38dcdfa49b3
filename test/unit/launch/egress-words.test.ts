import { expect, it } from 'vitest';
import { unusableProxy, wordsOfDenials } from '../../../src/launch/egress-words.ts';

it('says each host once, with the command that allows what was asked for', () => {
  expect(
    wordsOfDenials([
      { host: 'good.example', port: 443 },
      { host: 'a.example', port: 443, denied: 'host' },
      { host: 'a.example', port: 80, denied: 'host' },
      { host: 'b.example', port: 5432, denied: 'host' },
      { host: 'c.example', port: 25, denied: 'port' },
      { host: 'd.example', port: 443, denied: 'private' },
      { host: 'e.example', port: 443, failed: 'connect ECONNREFUSED' },
    ]),
  ).toEqual([
    'a.example was not reached (network: allowlist): ai net allow a.example  lets the next run',
    'b.example was not reached (network: allowlist): ai net allow b.example:5432  lets the next run',
    'c.example was not reached (network: allowlist): ai net allow c.example:25  lets the next run',
    'd.example was not reached (network: allowlist): it is at a private address; --network open or name:NETWORK gets there',
    'e.example is allowed (network: allowlist), but did not answer: connect ECONNREFUSED',
  ]);
});

it('says what no command would help with, and proxies that lead nowhere', () => {
  expect(wordsOfDenials([{ host: 'a.example', port: 443, denied: 'name' }])).toEqual([
    'a.example was not reached (network: allowlist): the connection named another host, or none',
  ]);
  expect(unusableProxy('ALL_PROXY')).toMatch(/^ALL_PROXY is not an HTTP proxy/);
});

it('does not fill the screen', () => {
  const uses = Array.from({ length: 9 }, (_, index) => ({
    ...{ host: `h${index}.example`, port: 443, denied: 'host' as const },
  }));
  const lines = wordsOfDenials(uses);
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe('and 4 more hosts: ai net log');
});
