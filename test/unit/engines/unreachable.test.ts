// Why there is no way to an engine: connections that are never through, and what the codes of systems, TLS and parsers mean.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dialer } from '../../../src/engines/docker/dial.ts';
import type { Endpoint } from '../../../src/engines/docker/endpoint.ts';
import { logOf } from '../../../src/engines/docker/log.ts';
import { isBrokenOff, unreachable } from '../../../src/engines/docker/unreachable.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const directory = temporaryDirectory();
writeFileSync(path.join(directory, 'ca.pem'), '');
const tls = { directory, verify: true };
const origin = 'DOCKER_HOST';
const endpoint = (way: 'unix' | 'tcp' | 'tls'): Endpoint =>
  way === 'unix'
    ? { kind: 'unix', path: '/s', origin }
    : { kind: 'tcp', host: 'far', port: 1, tls: way === 'tls' ? tls : undefined, origin };
const certificates = { kind: 'certificates', directory, missing: ['cert.pem', 'key.pem'] };

describe('a code means', () => {
  it.each<[string, 'unix' | 'tcp' | 'tls', string, object | undefined]>([
    ['ECONNREFUSED', 'unix', 'nothing listens there', undefined],
    ['EAI_AGAIN', 'tcp', 'its name is not known', undefined],
    ['EHOSTUNREACH', 'tcp', 'there is no way to that machine', undefined],
    ['ETIMEDOUT', 'tls', 'it does not answer', undefined],
    ['HPE_INVALID_CONSTANT', 'unix', 'what answers there is no engine', undefined],
    ['HPE_INVALID_CONSTANT', 'tcp', 'what answers there is no engine', { kind: 'unused' }],
    ['ECONNRESET', 'unix', 'it closed the connection', undefined],
    ['ECONNRESET', 'tcp', 'it closed the connection', { kind: 'unused' }],
    ['ECONNRESET', 'tls', 'it closed the connection', certificates],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'it does not speak TLS', { kind: 'unspoken' }],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'tls',
      'its certificate is signed by nobody that this machine trusts',
      certificates,
    ],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'tls',
      'its certificate is signed by nobody that this machine trusts',
      certificates,
    ],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'tls',
      'its certificate is signed by nobody that this machine trusts',
      certificates,
    ],
    ['CERT_HAS_EXPIRED', 'tls', 'its certificate has expired', certificates],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'its certificate is for another name', certificates],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tls',
      'it wants a certificate of yours',
      certificates,
    ],
    [
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'tls',
      'it does not take your certificate',
      certificates,
    ],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls', 'it does not take your certificate', certificates],
    ['ERR_OSSL_PEM_NO_START_LINE', 'tls', 'there is no agreement about TLS', certificates],
  ])('%s, %s: %s', (code, way, cause, trouble) => {
    const error = Object.assign(new Error('said by a library'), { code });
    const { facts } = unreachable(endpoint(way), error);
    expect(facts).toMatchObject({ cause, origin });
    expect('tls' in facts && facts.tls).toEqual(trouble);
    expect(isBrokenOff(error)).toBe(true);
  });

  it('nothing, where it is none of these', () => {
    expect(unreachable(endpoint('unix'), new Error('x')).facts).toMatchObject({ cause: 'x' });
    for (const error of [new TypeError('x'), Object.assign(new Error('x'), { code: 'ENOSPC' })])
      expect(isBrokenOff(error)).toBe(false);
  });
});

describe('a TLS handshake that is never answered', () => {
  async function silentEndpoint(): Promise<Endpoint> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return { kind: 'tcp', host: '127.0.0.1', port, tls };
  }
  const late = { code: 'AI_ENGINE_UNREACHABLE', facts: { cause: 'it does not answer' } };

  it('is given up in time', async () => {
    await expect(dialer(await silentEndpoint(), 100)()).rejects.toMatchObject(late);
  });

  it.each([0, 50])('is given up at a signal after %i ms', async (delay) => {
    const signal = delay === 0 ? AbortSignal.abort() : AbortSignal.timeout(delay);
    await expect(dialer(await silentEndpoint())(signal)).rejects.toMatchObject(late);
  });
});

describe('the log of an engine', () => {
  const podman = { server: 'Libpod/4.3.1 (linux)' };
  it.each<[string, Record<string, string>, readonly string[], string | undefined]>([
    ['/var/run/docker.sock', {}, ['/run/systemd/system'], 'journalctl -u docker -n 50'],
    ['/run/user/7/docker.sock', {}, ['/run/systemd/system'], 'journalctl --user -u docker -n 50'],
    ['/run/podman/podman.sock', podman, ['/run/systemd/system'], 'journalctl -u podman -n 50'],
    ['/var/run/docker.sock', {}, ['/var/log/dockerd.log'], 'tail -n 50 /var/log/dockerd.log'],
    ['/run/podman/podman.sock', podman, ['/var/log/dockerd.log'], undefined],
    ['/home/ann/own.sock', {}, ['/var/log/dockerd.log'], undefined],
    ['/var/run/docker.sock', {}, [], undefined],
  ])('at %s %j, with %j', (socket, headers, files, expected) => {
    const places = { exists: (file: string) => files.includes(file), platform: 'linux' } as const;
    expect(logOf({ kind: 'unix', path: socket }, { headers }, places)).toBe(expected);
    const mac = { ...places, platform: 'darwin' } as const;
    expect(logOf({ kind: 'unix', path: socket }, { headers }, mac)).toBeUndefined();
    expect(logOf(endpoint('tcp'), { headers }, places)).toBeUndefined();
  });
});
