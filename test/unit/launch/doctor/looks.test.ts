// What ai doctor looks at by itself: trees, certificates, connections, backups; and that broken settings are no obstacle.

import { chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examine } from '../../../../src/cli/doctor/checks.ts';
import { beginExamination, type Examination } from '../../../../src/launch/doctor/examination.ts';
import { foreignIn } from '../../../../src/launch/doctor/foreign-in.ts';
import { certificatesIn } from '../../../../src/launch/doctor/look-certificates.ts';
import { mend } from '../../../../src/launch/doctor/mend.ts';
import { tryConnection } from '../../../../src/launch/doctor/try-connection.ts';
import { makeWorld } from '../../../../src/launch/world.ts';
import { damagedBackups, makeBackup } from '../../../../src/state/backup-sets.ts';
import { expiredCertificate, goodCertificate } from '../../../support/certificates.ts';
import { freePort } from '../../../support/free-port.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';
import { mayActAsOthers } from '../../../support/user.ts';

async function begin(environment: Record<string, string>, config?: string): Promise<Examination> {
  const home = temporaryDirectory();
  const state = path.join(home, '.docker-ai-config');
  mkdirSync(state);
  if (config !== undefined) writeFileSync(path.join(state, 'config.yaml'), config);
  const world = makeWorld({
    packageRoot: path.join(import.meta.dirname, '../../../..'),
    environment: { HOME: home, ...environment },
    directory: home,
    streams: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
    emit: ({ type }) => {
      throw new Error(`it said ${type}`);
    },
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(undefined),
  });
  const commandLine = { origin: 'command line', values: [] };
  return beginExamination(world, { commandLine, where: {}, online: false });
}

describe('an examination', () => {
  it('takes of broken settings what is right', async () => {
    const { settings, assistant } = await begin(
      { AI_MEMORY: 'much', AI_PROFILE: 'work' },
      'assistant: gemini\npids: no\nnonesuch: 1\n',
    );
    expect(settings).toMatchObject({ assistant: 'gemini', profile: 'work', pids: 4096 });
    expect(assistant.name).toBe('gemini');
  });

  it.each([
    ['is no YAML', ': : :\n- x'],
    ['names no assistant', 'assistant: nobody\n'],
  ])('goes on where the file %s', async (_what, config) => {
    const examination = await begin({}, config);
    expect(examination.assistant.name).toBe('claude');
    const findings = await examine(examination, ['settings', 'logins', 'state', 'ca']);
    expect(findings.filter(({ state }) => state === 'failure')).toMatchObject([
      { id: 'settings.files' },
    ]);
  });

  it('keeps a bug of one area to that area', async () => {
    const examination = await begin({});
    const broken = { ...examination, engine: () => Promise.reject(new Error('a bug')) };
    const findings = await examine(broken, ['engine', 'settings']);
    expect(findings[0]).toMatchObject({
      ...{ id: 'engine', state: 'failure', summary: 'could not be looked at: a bug' },
    });
    expect(findings.at(-1)).toMatchObject({ id: 'settings.files', state: 'ok' });
  });
});

it.runIf(mayActAsOthers)(
  'files of others are found in a tree, and what is below them is not',
  () => {
    const root = temporaryDirectory();
    for (const name of ['a/b', 'mine/deep', 'node_modules/x'])
      mkdirSync(path.join(root, name), { recursive: true });
    chownSync(path.join(root, 'a'), 4321, 4321);
    chownSync(path.join(root, 'a/b'), 4321, 4321);
    chownSync(path.join(root, 'mine/deep'), 4321, 4321);
    symlinkSync(root, path.join(root, 'mine/around'));
    chownSync(path.join(root, 'node_modules/x'), 4321, 4321);
    const first = [path.join(root, 'a'), path.join(root, 'mine/deep')];
    expect(foreignIn(root, (uid) => uid === 4321)).toEqual({ count: 2, first });
    expect(foreignIn(path.join(root, 'nonesuch'), () => true)).toEqual({ count: 0, first: [] });
  },
);

it('certificates are read with their times, and what is none is counted', () => {
  const text = `# two\n${expiredCertificate}words\n${goodCertificate}
-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
  expect(certificatesIn(text)).toEqual({
    certificates: [
      { name: 'Test expired', from: Date.UTC(2020, 0), until: Date.UTC(2020, 1) },
      { name: 'Test root', from: Date.UTC(2020, 0), until: Date.UTC(2099, 11, 31) },
    ],
    broken: 1,
  });
  expect(certificatesIn('nothing')).toEqual({ certificates: [], broken: 0 });
});

it('modes are mended of what is ours, never behind a link', async () => {
  const examination = await begin({});
  const { world } = examination;
  const elsewhere = temporaryDirectory();
  for (const directory of [elsewhere, world.stateDirectory])
    writeFileSync(path.join(directory, 'auth.json'), '{}', { mode: 0o644 });
  symlinkSync(elsewhere, path.join(world.stateDirectory, 'linked'));
  symlinkSync(path.join(elsewhere, 'auth.json'), path.join(world.stateDirectory, 'link.json'));
  const files = ['auth.json', 'linked/auth.json', 'link.json'].map((name) => ({
    path: path.join(world.stateDirectory, name),
    mode: 0o600,
  }));
  const { done } = await mend(world, examination, { kind: 'modes', files });
  expect(done).toHaveLength(1);
  expect(statSync(path.join(world.stateDirectory, 'auth.json')).mode & 0o777).toBe(0o600);
  expect(statSync(path.join(elsewhere, 'auth.json')).mode & 0o777).toBe(0o644);
});

describe('a connection', () => {
  it('is tried on this machine', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const here = { host: '127.0.0.1', port };
    expect(await tryConnection(here, { online: false })).toEqual({ kind: 'answers' });
    const nobody = { host: 'localhost', port: await freePort() };
    expect(await tryConnection(nobody, { online: false })).toEqual({
      ...{ kind: 'fails', why: 'nothing listens there' },
    });
  });

  it('leaves this machine only where it may, through a proxy neither', async () => {
    // TEST-NET-1: nothing answers there (RFC 5737).
    const far = { host: '192.0.2.1', port: 9 };
    expect(await tryConnection(far, { online: false })).toEqual({ kind: 'untried' });
    const proxy = { host: '127.0.0.1', port: await freePort(), isTls: false };
    expect(await tryConnection(far, { online: false, proxy })).toEqual({ kind: 'untried' });
    expect(await tryConnection(far, { online: true, proxy })).toMatchObject({ kind: 'fails' });
  });

  it.each([
    ['200 OK', { kind: 'answers' }],
    [
      '407 Proxy Authentication Required',
      { kind: 'fails', why: expect.stringContaining('407') as unknown },
    ],
  ])('goes through a proxy that answers %s', async (status, tried) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const proxy = { host: '127.0.0.1', port, isTls: false };
    const far = { host: 'far.example.invalid', port: 443 };
    expect(await tryConnection(far, { online: true, proxy })).toEqual(tried);
    // Plain HTTP needs no tunnel, which many refuse but to 443.
    const plain = { ...far, port: 80 };
    const answers = { kind: 'answers' };
    expect(await tryConnection(plain, { online: true, proxy, plain: true })).toEqual(answers);
  });
});

it('backups that are not what was backed up are found', () => {
  const state = temporaryDirectory();
  mkdirSync(path.join(state, 'global_state/claude'), { recursive: true });
  const file = path.join(state, 'global_state/claude/a.json');
  writeFileSync(file, '{}');
  const set = makeBackup(state, 'test');
  expect(damagedBackups(state)).toEqual([]);
  writeFileSync(path.join(set?.directory ?? '', 'files/global_state/claude/a.json'), '{');
  expect(damagedBackups(state)).toEqual([set?.directory]);
  writeFileSync(path.join(set?.directory ?? '', 'manifest.json'), '{"files":[null]}');
  expect(damagedBackups(state)).toEqual([set?.directory]);
  for (const size of ['', ',"size":"9"', ',"size":-1', ',"size":1e300']) {
    const manifest = `{"files":[{"path":"a","sha256":""${size}}]}`;
    writeFileSync(path.join(set?.directory ?? '', 'manifest.json'), manifest);
    expect(damagedBackups(state)).toEqual([set?.directory]);
  }
});
