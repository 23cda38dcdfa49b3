// The SOCKS5 side of the egress proxy: an address, another command or a client that has only passwords is refused in its own words.

import { describe, expect, it } from 'vitest';
import { echoServer, openEgress, serveOnLoopback } from '../../support/egress.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const inHex = (answer: string): string => Buffer.from(answer, 'latin1').toString('hex');
const name = `03 0b ${Buffer.from('example.com').toString('hex')}`;
const greeting = '05 01 00';

describe('SOCKS5', () => {
  it.each([
    ['an address of IPv4', `${greeting} 05 01 00 01 7f000001 0050`, '0500 0508'],
    ['a public one', `${greeting} 05 01 00 01 cb007107 01bb`, '0500 0508'],
    ['an address of IPv6', `${greeting} 05 01 00 04 ${'00'.repeat(15)}01 0050`, '0500 0508'],
    ['port 0', `${greeting} 05 01 00 ${name} 0000`, '0500 0502'],
    ['a port to listen at', `${greeting} 05 02 00 ${name} 01bb`, '0500 0507'],
    ['datagrams', `${greeting} 05 03 00 ${name} 01bb`, '0500 0507'],
    ['passwords only', '05 01 02', '05ff'],
    ['passwords only, with a request behind', `05 01 02 05 01 00 ${name} 01bb`, '05ff'],
    ['no way to log in at all', '05 00', ''],
    ['another version', `${greeting} 04 01 00 ${name} 01bb`, '0500'],
    ['another kind of address', `${greeting} 05 01 00 02 7f000001 0050`, '0500'],
  ])('refuses %s', async (_name, said, expected) => {
    const port = await serveOnLoopback(echoServer());
    const addresses = (host: string): string[] => [host === 'example.com' ? '203.0.113.7' : host];
    const allowed = ['example.com', '127.0.0.1', '203.0.113.7', '::1'].map((host) => ({ host }));
    const egress = await openEgress({ port, addresses, allowed });
    const answer = inHex(await egress.ask(hex(said)));
    const wanted = expected.replaceAll(' ', '');
    expect(answer.slice(0, wanted.length || undefined)).toBe(wanted);
    expect(egress.dialled).toEqual([]);
    expect(egress.uses.filter(({ denied }) => denied === undefined)).toEqual([]);
  });

  it('connects to a name, where no password is among the ways', async () => {
    const port = await serveOnLoopback(echoServer('SSH-2.0-s\r\n'));
    const egress = await openEgress({ port });
    const answer = await egress.ask(hex(`05 02 02 00 05 01 00 ${name} 0016`), 'SSH');
    expect(inHex(answer)).toMatch(/^05000500/);
    expect(egress.dialled).toEqual(['203.0.113.7:22']);
  });
});
