// Addresses that no run reaches through the egress proxy: this machine, its networks, what clouds serve there, and all of these
// in the clothes of IPv6. Documentation ranges are not among them.

import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { networkInterfaces } from 'node:os';

/** Source: IANA's special-purpose registries (RFC 6890 and what it lists); 100.64/10 is carriers' NAT, 169.254/16 cloud metadata. */
const refused4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // What Azure serves its machines at, though the address is a public one (learn.microsoft.com: “What is IP address 168.63.129.16?”).
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  // Of protocols; a cloud has its metadata there (192.0.0.192).
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  // Multicast, and what lies above it with the broadcast.
  ['224.0.0.0', 3],
];

const refused6: readonly (readonly [string, number])[] = [
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
  // NAT64 of a network's own, and Teredo: nobody can say where these lead.
  ['64:ff9b:1::', 48],
  ['2001::', 32],
];

const list = new BlockList();
for (const [network, prefix] of refused4) list.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of refused6) list.addSubnet(network, prefix, 'ipv6');

/** True for whatever is refused, and for what is no address. @param own more that is refused */
export function isPrivateAddress(address: string, own = new BlockList()): boolean {
  const plain = undressed(address);
  return plain === undefined || [list, own].some((one) => one.check(...plain));
}

/**
 * Addresses of this machine, and its networks of IPv6: their addresses look public, and usually only a router keeps strangers out.
 * @param interfaces as `os.networkInterfaces()` has them
 */
export function ownNetworks(interfaces: ReturnType<typeof networkInterfaces>): BlockList {
  const own = new BlockList();
  for (const { address, family, cidr } of Object.values(interfaces).flatMap((all) => all ?? [])) {
    const plain = undressed(address.replace(/%.*$/, ''));
    if (plain) own.addAddress(...plain);
    const prefix = Number(cidr?.split('/')[1] ?? 64);
    if (family === 'IPv6' && plain?.[1] === 'ipv6')
      own.addSubnet(plain[0], networkOf(prefix), 'ipv6');
  }
  return own;
}

/** An address alone has a network around it all the same (DHCPv6 gives /128); one that is wider than a site is a provider's. */
const networkOf = (prefix: number): number => Math.min(Math.max(prefix, 48), 64);

type Plain = [address: string, family: 'ipv4' | 'ipv6'];

/** As one of IPv4 where it stands for that; undefined for what is no address. */
function undressed(address: string): Plain | undefined {
  if (isIPv4(address)) return [address, 'ipv4'];
  if (!isIPv6(address) || address.includes('%')) return undefined;
  const inside = embedded(groupsOf(address));
  return inside === undefined ? [address, 'ipv6'] : [inside, 'ipv4'];
}

/** The address of IPv4 that one of IPv6 stands for: mapped, compatible (`::1` among them), NAT64, 6to4. */
function embedded(groups: readonly number[]): string | undefined {
  const isZero = (from: number, to: number): boolean =>
    groups.slice(from, to).every((group) => group === 0);
  const at = (index: number): string => {
    const [high = 0, low = 0] = groups.slice(index, index + 2);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  };
  const [first, second] = groups;
  if (isZero(0, 5) && (groups[5] === 0xffff || groups[5] === 0)) return at(6);
  // SIIT's translated form.
  if (isZero(0, 4) && groups[4] === 0xffff && groups[5] === 0) return at(6);
  if (first === 0x64 && second === 0xff9b && isZero(2, 6)) return at(6);
  if (first === 0x2002) return at(1);
  return undefined;
}

/** The eight numbers of a valid address. */
function groupsOf(address: string): readonly number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return numbers(head);
  const [before, after] = [numbers(head), numbers(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
