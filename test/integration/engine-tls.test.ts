// An engine behind TLS, and what is none: a real TLS listener in front of the engine's socket, with certificates made here.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askEngine } from '../../src/launch/engine-version.ts';
import { runAi, type AiResult } from '../support/ai.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const engineSocket = (process.env['DOCKER_HOST'] ?? '/var/run/docker.sock').replace('unix://', '');
const directory = temporaryDirectory();
const home = temporaryDirectory();
const at = (name: string): string => path.join(directory, name);
const sockets = new Set<Socket>();
const servers: Server[] = [];

/** A certificate of that name, signed by the authority or, without one, by itself. */
function makeCertificate(name: string, authority?: string): void {
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
  const signer = authority ? ['-CA', at(`${authority}.pem`), '-CAkey', at(`${authority}.key`)] : [];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...files, ...signer], {
    stdio: 'pipe',
  });
}

/** A directory as DOCKER_CERT_PATH wants it: `ca` trusts the engine, `client` is who the engine lets in. */
function certificates(...which: readonly ('ca' | 'client' | 'stranger')[]): string {
  const made = temporaryDirectory();
  for (const name of which) {
    copyFileSync(at(`${name}.pem`), path.join(made, name === 'ca' ? 'ca.pem' : 'cert.pem'));
    if (name !== 'ca') copyFileSync(at(`${name}.key`), path.join(made, 'key.pem'));
  }
  return made;
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function proxy(more: TlsOptions = {}): Promise<string> {
  const [key, cert] = [readFileSync(at('engine.key')), readFileSync(at('engine.pem'))];
  // As servers in Go do, an end of input leaves the other direction open.
  const server = createTlsServer({ key, cert, allowHalfOpen: true, ...more }, (client) => {
    const engine = createConnection({ path: engineSocket, allowHalfOpen: true });
    client.on('error', () => engine.destroy()).pipe(engine);
    engine.on('error', () => client.destroy()).pipe(client);
  });
  return listen(server);
}

let plain: string;
let wantsCertificates: string;
let silent: string;
let garbage: string;
let website: string;
let webServer: string;
let notTls: string;

beforeAll(async () => {
  makeCertificate('ca');
  for (const name of ['engine', 'client']) makeCertificate(name, 'ca');
  makeCertificate('stranger');
  const ca = readFileSync(at('ca.pem'));
  plain = await proxy();
  wantsCertificates = await proxy({ ca, requestCert: true, rejectUnauthorized: true });
  silent = await listen(createServer(() => undefined));
  garbage = await listen(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
  const answering = (status: string): Promise<string> => {
    const page = `HTTP/1.1 ${status}\r\nContent-Length: 6\r\n\r\n<html>`;
    return listen(createServer((socket) => socket.once('data', () => socket.end(page))));
  };
  website = await answering('200 OK');
  webServer = await answering('404 Not Found');
  notTls = await listen(
    createServer((socket) => {
      const engine = createConnection(engineSocket);
      socket.on('error', () => engine.destroy()).pipe(engine);
      engine.on('error', () => socket.destroy()).pipe(socket);
    }),
  );
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

afterEach(async () => {
  await expectNothingLeft(home);
});

const ai = (host: string, env: Record<string, string>, ...args: string[]): Promise<AiResult> =>
  runAi(args, { home, env: { ...env, DOCKER_HOST: host } });

const verified = (directory: string): Record<string, string> => ({
  DOCKER_TLS_VERIFY: '1',
  DOCKER_CERT_PATH: directory,
});
const trusting = (directory: string): Record<string, string> => ({
  DOCKER_TLS: '1',
  DOCKER_CERT_PATH: directory,
});

describe('an engine behind TLS', () => {
  it.each([
    ['with its authority', () => plain, () => verified(certificates('ca'))],
    ['without any verification', () => plain, () => trusting(certificates())],
    [
      'with certificates on both sides',
      () => wantsCertificates,
      () => verified(certificates('ca', 'client')),
    ],
    [
      'with one of ours, and no verification',
      () => wantsCertificates,
      () => trusting(certificates('client')),
    ],
  ])('%s is listed and started on', async (_what, host, env) => {
    expect(await ai(host(), env(), 'ps', '--json')).toMatchObject({
      ...{ code: 0, stdout: '[]\n', stderr: '' },
    });
    const run = await ai(host(), env(), '--yes', 'exec', '--', 'echo', 'inside');
    expect(run).toMatchObject({ code: 0, stdout: 'inside\n' });
  });

  it('is reached by a context without any verification and without files', async () => {
    const name = 'lax';
    const target = plain.replace('tcp://', '');
    execFileSync(
      'docker',
      ['context', 'create', name, '--docker', `host=tcp://${target},skip-tls-verify=true`],
      { env: { ...process.env, HOME: home }, stdio: 'pipe' },
    );
    const result = await runAi(['--context', name, 'ps', '--json'], { home });
    expect(result).toMatchObject({ code: 0, stdout: '[]\n' });
  });
});

describe('what stands between', () => {
  const empty = certificates();
  it.each<[string, () => string, () => Record<string, string>, RegExp, RegExp]>([
    [
      'no authority',
      () => plain,
      () => verified(empty),
      /signed by nobody that this machine trusts/,
      RegExp(`→ put ca.pem, cert.pem, key.pem into ${empty}`),
    ],
    [
      'no certificate of ours',
      () => wantsCertificates,
      () => verified(certificates('ca')),
      /it wants a certificate of yours/,
      /→ put cert.pem, key.pem into /,
    ],
    [
      'a certificate that the engine does not know',
      () => wantsCertificates,
      () => verified(certificates('ca', 'stranger')),
      // Node's listener says no word; those in Go do (test/unit/engines/unreachable.test.ts).
      /it closed the connection/,
      /→ ls -l .* compare ca.pem, cert.pem and key.pem/,
    ],
    [
      'TLS, forgotten',
      () => plain,
      () => ({}),
      /closed the connection/,
      /export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH/,
    ],
    [
      'no TLS over there',
      () => notTls,
      () => trusting(empty),
      /does not speak TLS/,
      /→ unset DOCKER_TLS_VERIFY DOCKER_TLS/,
    ],
    ['another service', () => garbage, () => ({}), /what answers there is no engine/, /→ /],
    ['a website', () => website, () => ({}), /what answers there is no engine/, /→ /],
    ['a web server', () => webServer, () => ({}), /what answers there is no engine/, /→ /],
  ])('%s', async (_what, host, env, why, next) => {
    for (const args of [['ps'], ['exec', '--', 'true']]) {
      const { code, stdout, stderr } = await ai(host(), env(), ...args);
      expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
      expect(stderr).toMatch(why);
      expect(stderr).toMatch(next);
      expect(stderr).toMatch(/DOCKER_HOST/);
      expect(stderr).toMatch(/ {4}AI_ENGINE_UNREACHABLE\n$/);
    }
  });
});

describe('an engine that takes connections and stays silent', () => {
  it('is not waited for by a look at it, with and without TLS', async () => {
    const port = Number(new URL(silent).port);
    for (const tls of [undefined, { directory, verify: true }]) {
      const endpoint = { kind: 'tcp', host: '127.0.0.1', port, tls } as const;
      expect(await askEngine(endpoint, 200)).toBe('silent');
    }
  });

  it.each<[string, Record<string, string>]>([
    ['with TLS', { DOCKER_TLS_VERIFY: '1' }],
    ['without', {}],
  ])('is named by a launch and by a preview, %s', async (_what, env) => {
    const [launch, preview] = await Promise.all([
      ai(silent, env, 'exec', '--', 'true'),
      ai(silent, env, '--dry-run', 'exec', '--', 'true'),
    ]);
    expect(launch).toMatchObject({ code: 125, stdout: '' });
    expect(launch.stderr).toMatch(/it does not answer[^]*AI_ENGINE_UNREACHABLE\n$/);
    expect(preview.code).toBe(0);
    expect(preview.stderr).toMatch(/^# .*it does not answer/m);
  });
});
