// Where names lead before a browser goes there.

import { expect, it } from 'vitest';
import { judgeAddress } from '../../../src/tunnel/link-address.ts';

const known: Readonly<Record<string, readonly string[]>> = {
  'public.example': ['203.0.113.7'],
  'rebound.example': ['203.0.113.7', '127.0.0.1'],
  'intranet.example': ['10.1.2.3'],
  'here.example': ['198.51.100.9'],
};
const proxies = { https: 'http://proxy.example:3128', none: 'public.example,gone.example' };
const own = { eth0: [{ address: '198.51.100.9', family: 'IPv4', cidr: '198.51.100.9/24' }] };
const judge = (
  host: string,
  more: Partial<Parameters<typeof judgeAddress>[1]> = {},
): Promise<string | undefined> =>
  judgeAddress(
    { host, port: 443 },
    {
      proxies: {},
      resolve: (name) => {
        const found = known[name];
        return found ? Promise.resolve(found) : Promise.reject(new Error('ENOTFOUND'));
      },
      interfaces: () => own as unknown as ReturnType<typeof import('node:os').networkInterfaces>,
      ...more,
    },
  );

it.each([
  ['public.example', undefined],
  ['203.0.113.7', undefined],
  ['rebound.example', 'private'],
  ['intranet.example', 'private'],
  ['10.1.2.3', 'private'],
  ['here.example', 'private'],
  ['198.51.100.9', 'private'],
  ['gone.example', 'unknown'],
])('%s: %s', async (host, expected) => {
  expect(await judge(host)).toBe(expected);
});

it('names that nobody here knows are left to the proxy that the browser asks as well', async () => {
  expect(await judge('other.example', { proxies })).toBeUndefined();
  expect(await judge('intranet.example', { proxies })).toBe('private');
  expect(await judge('gone.example', { proxies })).toBe('unknown');
});

it('names that a browser finds in this network by itself are left to nobody', async () => {
  for (const host of ['printer', 'printer.local'])
    expect(await judge(host, { proxies })).toBe('unknown');
  const never = new Promise<readonly string[]>(() => undefined);
  const slow = { proxies, resolve: () => never, patience: 5 };
  expect(await judge('other.example', slow)).toBe('unknown');
});

it('does not wait for a name for ever', async () => {
  const never = new Promise<readonly string[]>(() => undefined);
  expect(await judge('slow.example', { resolve: () => never, patience: 5 })).toBe('unknown');
});
