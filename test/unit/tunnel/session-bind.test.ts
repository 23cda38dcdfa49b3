// What proves that a host has signed a session: every type of key that OpenSSH uses for hosts, and nothing that only looks so.

import { describe, expect, it } from 'vitest';
import { isSignedByHost } from '../../../src/tunnel/session-bind.ts';
import { readAll } from '../../../src/tunnel/ssh-wire.ts';
import {
  certify,
  keyTypes,
  makeBind,
  makeKey,
  strings,
  type KeyType,
} from '../../support/ssh-values.ts';

const keys = Object.fromEntries(keyTypes.map((type) => [type, makeKey(type)])) as Record<
  KeyType,
  ReturnType<typeof makeKey>
>;

describe.each(keyTypes)('a host with a key of %s', (type) => {
  const host = keys[type];

  it('is believed what it has signed, every time', async () => {
    // Numbers of ECDSA are now and then shorter than the curve's.
    for (let turn = 0; turn < 40; turn++)
      expect(
        await isSignedByHost(makeBind(host, { sessionId: Buffer.from(`session ${turn}`) })),
      ).toBe(true);
  });

  it('is not believed what another has signed', async () => {
    const bind = makeBind(host, { signedBy: makeKey(type) });
    expect(await isSignedByHost(bind)).toBe(false);
  });

  it('is not believed for another session', async () => {
    const signature = host.sign(Buffer.from('one'));
    const bind = makeBind(host, { sessionId: Buffer.from('two'), signature });
    expect(await isSignedByHost(bind)).toBe(false);
  });

  it('is not believed what is not whole, or more', async () => {
    const bind = makeBind(host);
    for (const signature of [
      Buffer.alloc(0),
      bind.signature.subarray(0, -1),
      Buffer.concat([bind.signature, Buffer.of(0)]),
    ])
      expect(await isSignedByHost({ ...bind, signature })).toBe(false);
    for (const hostKey of [
      Buffer.alloc(0),
      bind.hostKey.subarray(0, -1),
      Buffer.concat([bind.hostKey, Buffer.of(0)]),
    ])
      expect(await isSignedByHost({ ...bind, hostKey })).toBe(false);
  });

  it('is not believed by the name of another algorithm', async () => {
    const bind = makeBind(host);
    const other = type === 'ed25519' ? 'ecdsa-sha2-nistp256' : 'ssh-ed25519';
    const blob = readAll(bind.signature, (reader) => [reader.string(), reader.string()])![1]!;
    expect(await isSignedByHost({ ...bind, signature: strings(other, blob) })).toBe(false);
  });
});

describe('hosts with an RSA key', () => {
  const host = keys.rsa;
  const sessionId = Buffer.from('session');

  it.each([
    ['rsa-sha2-256', true],
    ['rsa-sha2-512', true],
    ['ssh-rsa', false],
  ])('sign by %s: %s', async (algorithm, expected) => {
    const signature = host.sign(sessionId, algorithm);
    expect(await isSignedByHost({ hostKey: host.blob, sessionId, signature })).toBe(expected);
  });

  it('may leave out the zeros before a signature', async () => {
    let signature: Buffer = Buffer.alloc(0);
    let session = sessionId;
    for (let turn = 0; signature[0] !== 0; turn++) {
      session = Buffer.from(`session ${turn}`);
      signature = readAll(host.sign(session), (reader) => [reader.string(), reader.string()])![1]!;
    }
    const bind = { hostKey: host.blob, sessionId: session };
    const short = strings('rsa-sha2-512', signature.subarray(1));
    expect(await isSignedByHost({ ...bind, signature: short })).toBe(true);
  });
});

describe('keys that are none', () => {
  const sessionId = Buffer.from('session');

  it.each([
    ['a curve by another name', strings('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(97, 4))],
    ['no point of the curve', strings('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(65, 4))],
    ['a short key', strings('ssh-ed25519', Buffer.alloc(31))],
    ['no numbers', strings('ssh-rsa', '', '')],
    ['a type of another world', strings('ssh-dss', 'p', 'q', 'g', 'y')],
    ['a key in words', Buffer.from('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==')],
    ['a private key', Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n')],
  ])('have signed nothing: %s', async (_what, hostKey) => {
    for (const key of Object.values(keys)) {
      const signature = key.sign(sessionId);
      expect(await isSignedByHost({ hostKey, sessionId, signature })).toBe(false);
    }
  });

  it('do not pass under a curve that is not theirs', async () => {
    const host = keys['ecdsa-256'];
    const [, , point] = readAll(host.blob, (reader) => [
      reader.string(),
      reader.string(),
      reader.string(),
    ])!;
    const hostKey = strings('ecdsa-sha2-nistp256', 'nistp521', point);
    const signature = host.sign(sessionId);
    expect(await isSignedByHost({ hostKey, sessionId, signature })).toBe(false);
  });
});

it('a host that shows a certificate has signed with the key in it', async () => {
  const host = keys.ed25519;
  const name = 'ssh-ed25519-cert-v01@openssh.com';
  const hostKey = certify(host.blob, name, host.blob.subarray(4 + 'ssh-ed25519'.length));
  const sessionId = Buffer.from('session');
  const signature = host.sign(sessionId);
  expect(await isSignedByHost({ hostKey, sessionId, signature })).toBe(true);
  expect(await isSignedByHost({ hostKey, sessionId: Buffer.from('x'), signature })).toBe(false);
});
