// What goes over the wire to a Docker Engine, and what its answers mean.

import { describe, expect, it } from 'vitest';
import {
  ChunkedDecoder,
  formatRequest,
  parseHead,
} from '../../../src/engines/docker/http-message.ts';
import {
  checkApiVersion,
  messageOfResponse,
  refusal,
  saysImageMissing,
} from '../../../src/engines/docker/refusals.ts';
import { toContainer } from '../../../src/engines/docker/to-container.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { buildFacts } from '../../support/build-facts.ts';

describe('requests', () => {
  it('are as short as they can be', () => {
    expect(formatRequest('GET', '/_ping', {})).toBe(
      'GET /_ping HTTP/1.1\r\nHost: docker\r\nUser-Agent: ai-in-docker\r\nContent-Length: 0\r\n\r\n',
    );
    expect(formatRequest('POST', '/x', { upgrade: true })).toContain(
      '\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n',
    );
  });

  it('count the bytes of their body, not its characters', () => {
    const request = formatRequest('POST', '/x', { body: { é: '日' } });
    expect(request).toContain('\r\nContent-Type: application/json\r\n');
    expect(request).toMatch(/Content-Length: 12\r\n\r\n\{"é":"日"\}$/);
  });
});

describe('the head of a response', () => {
  const text = 'HTTP/1.1 200 OK\r\nAPI-Version: 1.41\r\nX: a:b \r\n\r\nbody';

  it('is read once it is all there, wherever it is cut', () => {
    const bytes = Buffer.from(text);
    const end = text.indexOf('body');
    for (let at = 0; at < end; at++) expect(parseHead(bytes.subarray(0, at))).toBeUndefined();
    for (let at = end; at <= bytes.length; at++)
      expect(parseHead(bytes.subarray(0, at))).toEqual({
        head: { status: 200, headers: { 'api-version': '1.41', x: 'a:b' } },
        bodyAt: end,
      });
  });

  it.each(['SSH-2.0-OpenSSH\r\n\r\n', 'HTTP/2 200\r\n\r\n', 'HTTP/1.1 2x0 OK\r\n\r\n'])(
    'is none: %j',
    (other) => {
      expect(() => parseHead(Buffer.from(other))).toThrow('not an HTTP response');
    },
  );
});

it('what is no head is not waited for', () => {
  for (const other of ['SSH-2.0-OpenSSH', '\u0015\u0003\u0001', '<html'])
    expect(() => parseHead(Buffer.from(other, 'latin1'))).toThrow('not an HTTP response');
  for (const begun of ['', 'HT', 'HTTP/1.1']) expect(parseHead(Buffer.from(begun))).toBeUndefined();
});

describe('a chunked body', () => {
  const body = Buffer.from(
    '4\r\nWiki\r\n6;ext=1\r\npedia \r\nC\r\nin \r\n\r\nchunk\r\n0\r\n\r\nrest',
  );
  const decode = (pieces: readonly Buffer[]): [string, boolean] => {
    const decoder = new ChunkedDecoder();
    const parts = pieces.flatMap((piece) => decoder.push(piece));
    return [Buffer.concat(parts).toString(), decoder.done];
  };

  it('comes out whole wherever it is cut', () => {
    for (let at = 0; at <= body.length; at++)
      expect(decode([body.subarray(0, at), body.subarray(at)])).toEqual([
        'Wikipedia in \r\n\r\nchunk',
        true,
      ]);
    expect(decode(Array.from(body, (byte) => Buffer.from([byte])))).toEqual([
      'Wikipedia in \r\n\r\nchunk',
      true,
    ]);
  });

  it('gives what is there, and is not done before its end', () => {
    expect(decode([Buffer.from('4\r\nWiki\r\n6\r\npe')])).toEqual(['Wiki', false]);
  });

  it('that is malformed is refused', () => {
    expect(() => decode([Buffer.from('hello\r\n')])).toThrow('malformed chunk');
  });
});

describe('refusals', () => {
  const response = (
    status: number,
    body: string,
    headers = {},
  ): { status: number; body: string; headers: Record<string, string> } => ({
    status,
    body,
    headers,
  });

  it.each([
    ['{"message":"No such container: x"}', 'No such container: x'],
    ['<html>proxy</html>\n', '<html>proxy</html>'],
    ['"text"', '"text"'],
    ['', ''],
    ['x'.repeat(600), `${'x'.repeat(499)}…`],
  ])('%.30s says %.30s', (body, message) => {
    expect(messageOfResponse(response(500, body))).toBe(message);
  });

  it.each([
    [404, '{"message":"No such image: ai/claude:1"}', true],
    [404, '{"message":"no such image: x: image not known"}', true],
    [404, '{"message":"No such container: x"}', false],
    [500, '{"message":"image store is broken"}', false],
  ])('%i %s says that the image is missing: %s', (status, body, missing) => {
    expect(saysImageMissing(response(status, body))).toBe(missing);
  });

  it.each([
    [
      'invalid mount config for type "bind": bind source path does not exist: /x',
      'AI_ENGINE_REMOTE',
    ],
    ['the port is taken', 'AI_ENGINE_REFUSED'],
  ])('%s is %s', (message, code) => {
    expect(
      refusal('start', response(400, JSON.stringify({ message })), { kind: 'unix', path: '/s' }),
    ).toMatchObject({ code });
  });

  it.each([
    ['1.40', true],
    ['1.9', true],
    ['0.99', true],
    ['1.41', false],
    ['1.100', false],
    ['2.0', false],
    [undefined, false],
  ])('API %s is too old: %s', (version, tooOld) => {
    const check = (): void => {
      checkApiVersion(response(200, '', version === undefined ? {} : { 'api-version': version }));
    };
    if (tooOld)
      expect(check).toThrow(expect.objectContaining({ code: 'AI_ENGINE_API_OLD' }) as Error);
    else expect(check).not.toThrow();
  });
});

describe('a container to create', () => {
  const files = { inside: '/state/runs/deadbeef/inside' };
  const create = (...input: Parameters<typeof buildFacts>): Record<string, unknown> =>
    toContainer(buildPlan(buildFacts(...input)), files) as Record<string, unknown>;

  it('is the plan in the engine’s words', () => {
    const plan = buildPlan(
      buildFacts({
        settings: {
          memory: 1024,
          cpus: 1.5,
          publish: ['8080:3000', '9090:3000', '53/udp'],
          env: { MY_TOKEN: 'hush', A: '' },
        },
        mounts: [{ source: '/data', target: '/data', readOnly: true, kind: 'directory', gid: 27 }],
      }),
    );
    const body = toContainer(plan, files);
    expect(body).toMatchObject({
      Image: 'ai/claude:1',
      Entrypoint: ['/opt/ai/start'],
      Cmd: ['claude'],
      WorkingDir: '/workspace/app',
      User: '1000:1000',
      Labels: plan.labels,
      ...{ Tty: true, OpenStdin: true, StdinOnce: true, AttachStdin: true },
      ...{ AttachStdout: true, AttachStderr: true },
      ExposedPorts: { '3000/tcp': {}, '53/udp': {} },
      HostConfig: {
        ...{ AutoRemove: true, Init: true, GroupAdd: ['27'], NetworkMode: 'default' },
        ...{ CapDrop: ['ALL'], CapAdd: [], SecurityOpt: ['no-new-privileges'] },
        ...{ PidsLimit: 4096, Memory: 1024, MemorySwap: 1024, NanoCpus: 1_500_000_000 },
        PortBindings: {
          '3000/tcp': [
            { HostIp: '127.0.0.1', HostPort: '8080' },
            { HostIp: '127.0.0.1', HostPort: '9090' },
          ],
          '53/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }],
        },
      },
    });
    const { Env: environment, HostConfig: host } = body as {
      Env: string[];
      HostConfig: { Mounts: object[] };
    };
    expect(environment).toEqual(
      expect.arrayContaining(['USER=ann', 'AI_RUN=deadbeef', 'AI_ROWS=24', 'AI_COLUMNS=80']),
    );
    // The user's own travel in the file of secrets, whatever they are.
    expect(String(environment)).not.toMatch(/(^|,)A=/);
    const volumes = ['/tmp', '/var/tmp'].map((target) => ({ Type: 'volume', Target: target }));
    expect(host.Mounts).toHaveLength(plan.mounts.length + volumes.length + 1);
    expect(host.Mounts).toEqual(expect.arrayContaining(volumes));
    expect(host.Mounts).toContainEqual({
      Type: 'bind',
      Source: '/home/ann/app',
      Target: '/workspace/app',
      ReadOnly: false,
    });
    expect(host.Mounts).toContainEqual({
      Type: 'bind',
      Source: '/data',
      Target: '/data',
      ReadOnly: true,
      BindOptions: { NonRecursive: true },
    });
    expect(host.Mounts.at(-1)).toMatchObject({
      Source: files.inside,
      Target: '/run/ai',
      ReadOnly: true,
    });
    expect(JSON.stringify(body)).not.toMatch(/hush|Privileged|Binds|docker\.sock/);
  });

  it('has no limits that nobody asked for, and no sizes without a terminal', () => {
    const {
      Env: environment,
      HostConfig: host,
      Tty: tty,
    } = create({ terminal: { stdin: false, stdout: false } });
    expect(host).not.toHaveProperty('Memory');
    expect(host).not.toHaveProperty('NanoCpus');
    expect(tty).toBe(false);
    expect(String(environment)).not.toMatch(/AI_ROWS|AI_COLUMNS/);
  });

  it.each([
    ['docker', 'noexec,size=1m,mode=0700,uid=1000,gid=1000'],
    ['podman', 'noexec,size=1m,mode=0777'],
  ] as const)('of %s has a place for sockets where they are relayed, only', (make, options) => {
    const ssh = { remotes: [{ host: 'h', origin: 'remote' }] };
    const settings = { browser: 'off' } as const;
    const body = create({ ssh, engine: { make, sharesSockets: false } });
    expect(body['HostConfig']).toMatchObject({ Tmpfs: { '/run/ai-sock': options } });
    expect(body['Env']).toContain('AI_AWAIT=/run/ai-sock/agent');
    for (const other of [
      create({ ssh }),
      create({ settings, engine: { make, sharesSockets: false } }),
    ]) {
      expect(other['HostConfig']).not.toHaveProperty(['Tmpfs', '/run/ai-sock']);
      expect(String(other['Env'])).not.toContain('AI_AWAIT');
    }
  });

  it('does not tell a size that the terminal does not know', () => {
    expect(create({ terminal: { rows: 0, columns: 0 } })['Env']).toContain('AI_ROWS=');
  });
});
