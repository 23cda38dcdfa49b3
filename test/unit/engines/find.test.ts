// Which engine is used: named ones first, in docker's own order, then the sockets that are there.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { showEndpoint } from '../../../src/engines/docker/endpoint.ts';
import {
  findEngine,
  knownSockets,
  socketsToTry,
  type EngineChoice,
} from '../../../src/engines/docker/find.ts';
import { AiError } from '../../../src/base/errors.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const home = temporaryDirectory();
const docker = path.join(home, '.docker');
mkdirSync(docker);

function addContext(name: string, meta: unknown, tls = false): void {
  const id = createHash('sha256').update(name).digest('hex');
  mkdirSync(path.join(docker, 'contexts/meta', id), { recursive: true });
  const text = typeof meta === 'string' ? meta : JSON.stringify(meta);
  writeFileSync(path.join(docker, 'contexts/meta', id, 'meta.json'), text);
  if (tls) mkdirSync(path.join(docker, 'contexts/tls', id, 'docker'), { recursive: true });
}
const at = (host: string, more = {}): object => ({
  Endpoints: { docker: { Host: host, ...more } },
});
addContext('colima', at('unix:///colima.sock'));
addContext('tls', at('tcp://far:2376'), true);
addContext('lax', at('tcp://far:2376', { SkipTLSVerify: true }), true);
addContext('lax without files', at('tcp://far', { SkipTLSVerify: true }));
addContext('plain', at('tcp://far'));
addContext('wrong', at('npipe:////./pipe/docker'));
addContext('far', at('ssh://me@far'));
addContext('empty', { Endpoints: {} });
addContext('broken', '{');

const useContext = (name: string | undefined): void => {
  writeFileSync(
    path.join(docker, 'config.json'),
    JSON.stringify(name === undefined ? {} : { currentContext: name }),
  );
};

const choice = (more: Partial<EngineChoice> = {}): EngineChoice => ({
  host: undefined,
  context: undefined,
  environment: {},
  home,
  uid: 4321,
  ...more,
});

/** The endpoint as text; “a socket” for one that was found, and codes of errors. */
function find(more: Partial<EngineChoice>): string {
  try {
    const { endpoint } = findEngine(choice(more));
    const isKnown = endpoint.kind === 'unix' && knownSockets(choice(more)).includes(endpoint.path);
    return isKnown ? 'a socket' : showEndpoint(endpoint);
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    const { code } = error as AiError;
    return code === 'AI_ENGINE_MISSING' ? 'a socket' : code;
  }
}

describe('the order', () => {
  const env = (environment: Record<string, string>): Partial<EngineChoice> => ({ environment });
  it.each<[string, string | undefined, Partial<EngineChoice>, string]>([
    [
      'the setting host',
      'colima',
      { host: 'unix:///h', context: 'tls', ...env({ DOCKER_HOST: 'unix:///e' }) },
      'unix:///h',
    ],
    [
      'the setting context',
      undefined,
      { context: 'colima', ...env({ DOCKER_HOST: 'unix:///e' }) },
      'unix:///colima.sock',
    ],
    [
      'DOCKER_HOST',
      'colima',
      env({ DOCKER_HOST: 'unix:///e', DOCKER_CONTEXT: 'tls' }),
      'unix:///e',
    ],
    ['DOCKER_CONTEXT', 'tls', env({ DOCKER_CONTEXT: 'colima' }), 'unix:///colima.sock'],
    ['the current context', 'colima', {}, 'unix:///colima.sock'],
    [
      'the current context, variables being empty',
      'colima',
      env({ DOCKER_HOST: '', DOCKER_CONTEXT: '', DOCKER_CONFIG: '' }),
      'unix:///colima.sock',
    ],
    ['sockets', undefined, {}, 'a socket'],
    ['sockets, the current context being “default”', 'default', {}, 'a socket'],
    [
      'sockets, DOCKER_CONTEXT being “default”',
      'colima',
      env({ DOCKER_CONTEXT: 'default' }),
      'a socket',
    ],
    ['sockets, the setting context being “default”', 'colima', { context: 'default' }, 'a socket'],
    [
      'DOCKER_HOST, the setting context being “default”',
      'colima',
      { context: 'default', ...env({ DOCKER_HOST: 'unix:///e' }) },
      'unix:///e',
    ],
  ])('%s', (_what, current, more, expected) => {
    useContext(current);
    expect(find(more)).toBe(expected);
  });

  it('takes contexts from DOCKER_CONFIG', () => {
    useContext('colima');
    expect(find({ home: '/nowhere', environment: { DOCKER_CONFIG: docker } })).toBe(
      'unix:///colima.sock',
    );
  });

  it('leaves a broken config.json to docker', () => {
    writeFileSync(path.join(docker, 'config.json'), '{');
    expect(find({})).toBe('a socket');
    useContext(undefined);
  });
});

describe('hosts', () => {
  it.each([
    ['unix:///some/engine.sock', 'unix:///some/engine.sock'],
    ['/var/run/other.sock', 'unix:///var/run/other.sock'],
    ['tcp://far:1234', 'tcp://far:1234'],
    ['tcp://far:80', 'tcp://far:80'],
    ['tcp://far', 'tcp://far:2375'],
    ['http://far', 'tcp://far:2375'],
    ['https://far', 'tcp://far:2376'],
    ['tcp://[::1]:99', 'tcp://::1:99'],
    ['ssh://me@far', 'ssh://me@far'],
    ['ssh://-far', 'AI_USAGE'],
    ['unix://relative', 'AI_USAGE'],
    ['npipe:////./pipe/docker', 'AI_USAGE'],
    ['tcp://a b', 'AI_USAGE'],
    ['', 'AI_USAGE'],
    // As docker completes them (docker/cli, opts/hosts.go).
    ['far', 'tcp://far:2375'],
    ['localhost:2375', 'tcp://localhost:2375'],
    ['127.0.0.1:1234', 'tcp://127.0.0.1:1234'],
    ['[::1]:1234', 'tcp://::1:1234'],
    ['tcp://', 'tcp://localhost:2375'],
    [':1234', 'tcp://localhost:1234'],
    ['tcp://:1234', 'tcp://localhost:1234'],
    ['unix://', 'a socket'],
    ['  tcp://far:1\n', 'tcp://far:1'],
    ['TCP://far:1', 'tcp://far:1'],
    ['SSH://far', 'ssh://far'],
  ])('%s is %s', (host, expected) => {
    expect(find({ host })).toBe(expected);
  });

  it.each<[Record<string, string>, number, object | undefined]>([
    [{}, 2375, undefined],
    [{ DOCKER_TLS_VERIFY: '1' }, 2376, { directory: docker, verify: true }],
    [{ DOCKER_TLS: '1' }, 2376, { directory: docker, verify: false }],
    [
      { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' },
      2376,
      { directory: '/certs', verify: true },
    ],
    [{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '' }, 2376, { directory: docker, verify: true }],
  ])('with %j use port %i and TLS %j', (environment, port, tls) => {
    expect(findEngine(choice({ host: 'tcp://far', environment })).endpoint).toEqual({
      kind: 'tcp',
      host: 'far',
      port,
      tls,
    });
  });
});

describe('what names the engine', () => {
  const origin = (more: Partial<EngineChoice>): string | undefined =>
    findEngine(choice(more)).origin;
  const environment = { DOCKER_HOST: 'unix:///e', DOCKER_CONTEXT: 'colima' };
  it.each<[string, string | undefined, Partial<EngineChoice>]>([
    ['--host', undefined, { host: 'far' }],
    ['--host', undefined, { host: 'far', places: { host: '--host' }, environment }],
    ['setting host (AI_HOST)', undefined, { host: 'far', places: { host: 'AI_HOST' } }],
    ['setting host (c.yaml:3)', undefined, { host: 'far', places: { host: 'c.yaml:3' } }],
    ['--context', undefined, { context: 'far', environment }],
    ['setting context (AI_CONTEXT)', 'tls', { context: 'far', places: { context: 'AI_CONTEXT' } }],
    ['DOCKER_HOST', 'tls', { environment }],
    ['DOCKER_HOST', 'tls', { context: 'default', environment }],
    ['DOCKER_CONTEXT', 'tls', { environment: { DOCKER_CONTEXT: 'far' } }],
    ['context tls', 'tls', {}],
  ])('%s', (expected, current, more) => {
    useContext(current);
    expect(origin(more)).toBe(expected);
    expect(socketsToTry(choice(more))).toEqual([]);
    useContext(undefined);
  });

  it('is nothing where `ai` itself has found a socket', () => {
    expect(origin({ host: 'unix:///s', places: { host: '' } })).toBeUndefined();
  });

  it.each<[string, Partial<EngineChoice>, string]>([
    ['DOCKER_HOST', { environment: { DOCKER_HOST: 'npipe://x' } }, 'unset DOCKER_HOST'],
    ['DOCKER_HOST', { environment: { DOCKER_HOST: 'ssh://-x' } }, 'unset DOCKER_HOST'],
    ['setting host (AI_HOST)', { host: 'npipe://x', places: { host: 'AI_HOST' } }, 'write it as'],
    ['context wrong', { context: 'wrong' }, 'write it as'],
  ])('is said where it is none: %s %j', (expected, more, next) => {
    try {
      findEngine(choice(more));
    } catch (error) {
      const { facts } = error as AiError<'AI_USAGE'>;
      expect(facts.problem.startsWith(`${expected}: “`)).toBe(true);
      expect(facts.next).toContain(next);
      return;
    }
    expect.unreachable();
  });
});

describe('contexts', () => {
  it.each([
    ['far', 'ssh://me@far'],
    ['empty', 'AI_ENGINE_CONTEXT'],
    ['broken', 'AI_ENGINE_CONTEXT'],
    ['missing', 'AI_ENGINE_CONTEXT'],
    ['plain', 'tcp://far:2375'],
    ['wrong', 'AI_USAGE'],
  ])('%s is %s', (context, expected) => {
    expect(find({ context })).toBe(expected);
  });

  it.each([
    ['tls', true],
    ['lax', false],
    ['lax without files', false],
  ])('%s has its own certificates', (context, verify) => {
    const tls = {
      directory: expect.stringMatching(/contexts\/tls\/[0-9a-f]{64}\/docker$/) as string,
      verify,
    };
    expect(findEngine(choice({ context })).endpoint).toMatchObject({ port: 2376, tls });
  });
});

describe('sockets', () => {
  it('are looked for where engines of all makes listen', () => {
    expect(knownSockets(choice({ environment: { XDG_RUNTIME_DIR: '' } }))).toContain(
      '/run/user/4321/docker.sock',
    );
    expect(knownSockets(choice({ environment: { XDG_RUNTIME_DIR: '/x' } }))).toContain(
      '/x/podman/podman.sock',
    );
  });

  it('are used where they are there and are sockets', async () => {
    const missing = knownSockets(choice()).find((file) => file.startsWith(`${home}/.colima`))!;
    mkdirSync(path.dirname(missing), { recursive: true });
    writeFileSync(missing.replace('docker.sock', 'other'), '');
    const server = createServer().listen(missing);
    await once(server, 'listening');
    const { path: found } = findEngine(choice()).endpoint as { path: string };
    // “default” names nothing: neither as a setting nor in docker's variable.
    const asVariable = { environment: { DOCKER_CONTEXT: 'default' } };
    for (const more of [{}, { context: 'default' }, asVariable])
      expect(socketsToTry(choice(more))).toContain(missing);
    server.close();
    // The machine's own engine, where it has one, comes first.
    expect(['/var/run/docker.sock', missing]).toContain(found);
  });
});
