import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPrivateAddress } from '../../../src/tunnel/private-address.ts';

/** First and last of each range. */
const refused = [
  ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
  ...['127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ...['172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255', '224.0.0.1'],
  ...['255.255.255.255', '168.63.129.16', '192.0.0.192'],
];
const reached = [
  ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0'],
  ...[
    '192.167.255.255',
    '192.169.0.0',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.80',
    ...['223.255.255.255', '168.63.129.15', '168.63.129.17', '192.0.1.0'],
  ],
];

const hex = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};
/** The forms in which IPv6 carries an address of IPv4. */
const disguises = (address: string): readonly string[] => [
  ...[`::ffff:${address}`, `::FFFF:${hex(address)}`, `0:0:0:0:0:ffff:${hex(address)}`],
  ...[`::ffff:0:${hex(address)}`, `64:ff9b::${hex(address)}`, `2002:${hex(address)}::1`],
];

it.each(refused)('%s is refused, in any disguise', (address) => {
  for (const one of [address, ...disguises(address)]) expect(isPrivateAddress(one), one).toBe(true);
});

it.each(reached)('%s is reached', (address) => {
  for (const one of [address, ...disguises(address)])
    expect(isPrivateAddress(one), one).toBe(false);
});

it.each([
  ...['::', '::1', 'fc00::', 'fdff:ffff::1', 'fe80::1', 'febf::1', 'fe80::1%eth0', 'ff02::1'],
  ...['::7f00:1', '64:ff9b:1::1', '2001::1', '', 'example.com', '127.1', '0x7f000001'],
])('%j is refused', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

it.each(['2606:4700::1111', '2001:db8::1', '2a00::', 'fbff:ffff::1'])(
  '%s is reached',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);

it('says the same of every way to write an address', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const said = isPrivateAddress(address);
      for (const one of disguises(address)) expect(isPrivateAddress(one), one).toBe(said);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
      expect(isPrivateAddress(short)).toBe(isPrivateAddress(address));
    }),
  );
});
