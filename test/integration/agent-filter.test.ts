// The filtering agent between OpenSSH's own programs: a real agent, real servers, real clients, and git.

import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AgentPolicy, AgentUse } from '../../src/plan/agent-policy.ts';
import { serveAgent } from '../../src/tunnel/agent-filter.ts';
import type { Listening } from '../../src/tunnel/listen.ts';
import { parseRequest, type SessionBind } from '../../src/tunnel/agent-messages.ts';
import { frame, FrameDecoder } from '../../src/tunnel/agent-frames.ts';
import { fingerprintOf } from '../../src/tunnel/ssh-keys.ts';
import { eventually } from '../support/eventually.ts';
import { RawClient } from '../support/raw-agent.ts';
import { makeRepository } from '../support/repository.ts';
import { generateKey, readPublicKey, run, SshAgent, type Result } from '../support/ssh-agent.ts';
import { SshServer } from '../support/ssh-server.ts';
import {
  bindRequest,
  listRequest,
  logInData,
  makeKey,
  signatureData,
  signRequest,
} from '../support/ssh-values.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { asUser, mayActAsOthers, testUser } from '../support/user.ts';

const me = os.userInfo().username;
const directory = temporaryDirectory();
const at = (name: string): string => path.join(directory, name);

const userTypes = ['ed25519', 'rsa', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521'];
const users = userTypes.map((type) => generateKey(directory, type));
const [user] = users as [(typeof users)[number]];
const hidden = generateKey(directory, 'ed25519', 'hidden');
const authority = generateKey(directory, 'ed25519', 'authority');
const certified = generateKey(directory, 'ed25519', 'certified');
execFileSync('ssh-keygen', [
  ...['-q', '-s', authority.file, '-I', 'test', '-n', me],
  `${certified.file}.pub`,
]);

const hostTypes = ['rsa', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521'];
const moreHostKeys = hostTypes.map((type) => generateKey(directory, type, `host-${type}`));
const allowed = new SshServer(
  ...moreHostKeys.map(({ file }) => `HostKey ${file}`),
  `TrustedUserCAKeys ${authority.file}.pub`,
);
const other = new SshServer();

const agent = new SshAgent(at('agent'));
let policy: AgentPolicy;
let filter: Listening;
let uses: AgentUse[];
const socket = at('filter');

beforeAll(async () => {
  await Promise.all([allowed.start(), other.start(), agent.start()]);
  const known = (server: SshServer): string[] => [
    server.hostKey,
    ...(server === allowed ? moreHostKeys.map(({ publicKey }) => publicKey) : []),
  ];
  const publicKeys = [...users, hidden].map(({ publicKey }) => `${publicKey}\n`).join('');
  for (const server of [allowed, other])
    appendFileSync(path.join(server.directory, 'user_key.pub'), publicKeys);
  for (const { file } of [...users, hidden, certified]) await agent.add(file);
  policy = {
    mode: 'restricted',
    hosts: [
      {
        name: 'allowed.example',
        users: [me],
        hostKeys: known(allowed).map((key) => key.split(' ')[1]!),
      },
    ],
    fingerprints: [...users, certified].map(({ blob }) => fingerprintOf(blob)),
  };
  const hosts = [
    ['allowed', allowed],
    ['other', other],
  ] as const;
  writeFileSync(
    at('known_hosts'),
    hosts
      .flatMap(([, server]) =>
        known(server).map((key) => `[127.0.0.1]:${server.port} ${key.trim()}\n`),
      )
      .join(''),
  );
  writeFileSync(
    at('config'),
    [
      ...hosts.flatMap(([name, { port }]) => [`Host ${name}`, `  Port ${port}`]),
      'Host *',
      '  HostName 127.0.0.1',
      '  IdentityFile none',
      '  BatchMode yes',
      `  UserKnownHostsFile ${at('known_hosts')}`,
      '  GlobalKnownHostsFile /dev/null',
      '',
    ].join('\n'),
  );
});
afterAll(async () => {
  await Promise.all([allowed.stop(), other.stop(), agent.kill()]);
});
beforeEach(async () => {
  await serve();
});

async function serve(mode: AgentPolicy['mode'] = 'restricted'): Promise<void> {
  uses = [];
  const told = uses;
  const served = await serveAgent({
    socket,
    upstream: agent.socket,
    policy: { ...policy, mode },
    onUse: (use) => told.push(use),
  });
  filter = served;
  onTestFinished(() => served.close());
}

/** In place of the one that each test begins with. */
async function serveAll(): Promise<void> {
  await filter.close();
  await serve('all');
}

const ssh = (...args: string[]): Promise<Result> => sshBy(socket, ...args);

const sshBy = (by: string, ...args: string[]): Promise<Result> =>
  run('ssh', ['-F', at('config'), ...args], { SSH_AUTH_SOCK: by });

/** Only the key of that file. */
const by = (file: string): string[] => ['-o', 'IdentitiesOnly=yes', '-i', `${file}.pub`];

const reasons = (): string[] => uses.flatMap(({ reason }) => reason ?? []);

describe('logging in', () => {
  it.each(users.map(({ file }) => [path.basename(file), file]))(
    'works by a key of %s',
    async (_type, file) => {
      expect(await ssh(...by(file), 'allowed', 'echo in')).toMatchObject({
        code: 0,
        stdout: 'in\n',
      });
      expect(uses).toContainEqual({
        action: 'sign',
        allowed: true,
        key: fingerprintOf(readPublicKey(`${file}.pub`).blob),
        purpose: `${me}@allowed.example`,
      });
    },
  );

  it.each([
    'ssh-ed25519',
    'rsa-sha2-256',
    'rsa-sha2-512',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
  ])('works at a host that signs by %s', async (algorithm) => {
    const options = ['-o', `HostKeyAlgorithms=${algorithm}`];
    expect(await ssh(...options, 'allowed', 'echo in')).toMatchObject({ code: 0, stdout: 'in\n' });
    expect(reasons()).toEqual([]);
  });

  it('works by a certificate', async () => {
    const options = [...by(certified.file), '-o', `CertificateFile=${certified.file}-cert.pub`];
    expect(await ssh(...options, 'allowed', 'echo in')).toMatchObject({ code: 0, stdout: 'in\n' });
    const { stdout } = await run('ssh-add', ['-L'], { SSH_AUTH_SOCK: socket });
    expect(stdout).toContain('ssh-ed25519-cert-v01@openssh.com');
  });

  it('works for ten at once', async () => {
    const all = Array.from({ length: 10 }, (_, n) => ssh('allowed', `echo ${n}`));
    expect((await Promise.all(all)).map(({ stdout }) => stdout)).toEqual(
      all.map((_, n) => `${n}\n`),
    );
  });

  it('is refused at another host, which its keys would open', async () => {
    expect((await sshBy(agent.socket, 'other', 'true')).code).toBe(0);
    expect((await ssh('other', 'true')).code).toBe(255);
    const { blob } = readPublicKey(path.join(other.directory, 'host_key.pub'));
    expect(new Set(reasons())).toEqual(
      new Set([`${fingerprintOf(blob)} is no key of an allowed host in your known_hosts`]),
    );
    expect(uses.filter(({ action, allowed }) => action === 'sign' && allowed)).toEqual([]);
  });

  it('is refused as another user', async () => {
    expect((await ssh('-l', 'nobody', 'allowed', 'true')).code).toBe(255);
    expect(reasons()).toContain("nobody is no user of this project's remotes");
    expect(uses.filter(({ action, allowed }) => action === 'sign' && allowed)).toEqual([]);
  });

  it('is refused by a key that is not for this run', async () => {
    expect((await sshBy(agent.socket, ...by(hidden.file), 'allowed', 'true')).code).toBe(0);
    expect((await ssh(...by(hidden.file), 'allowed', 'true')).code).toBe(255);
  });

  it('is refused from the next machine on, to any host; in the mode all it is not', async () => {
    const hop = (target: string): Promise<Result> =>
      ssh('-A', 'allowed', `ssh -F ${at('config')} ${target} echo hopped`);
    for (const target of ['allowed', 'other']) expect((await hop(target)).code).toBe(255);
    expect(reasons()).toContain('it came through another machine');
    await serveAll();
    for (const target of ['allowed', 'other'])
      expect(await hop(target)).toMatchObject({ code: 0, stdout: 'hopped\n' });
  });

  it('is refused to whoever shows what another connection has proved', async () => {
    const bind = await recordBind();
    const client = await RawClient.connect(socket);
    onTestFinished(() => void client.socket.destroy());
    expect(await client.ask(bindRequest(bind))).toEqual(Buffer.of(5));
    const data = logInData({ key: user.blob, sessionId: bind.sessionId, user: me });
    expect(await client.ask(signRequest(user.blob, data))).toEqual(Buffer.of(5));
    expect(reasons().filter((reason) => reason.includes('replay'))).toHaveLength(2);
    // And with a session of its own that the host has not signed.
    const second = await RawClient.connect(socket);
    onTestFinished(() => void second.socket.destroy());
    const forged = {
      ...bind,
      sessionId: Buffer.alloc(32),
      signature: makeKey().sign(Buffer.alloc(32)),
    };
    expect(await second.ask(bindRequest(forged))).toEqual(Buffer.of(5));
    const mine = logInData({ key: user.blob, sessionId: forged.sessionId, user: me });
    expect(await second.ask(signRequest(user.blob, mine))).toEqual(Buffer.of(5));
  });
});

/** What an ordinary ssh says of its session, overheard on the way to the filter. */
async function recordBind(): Promise<SessionBind> {
  const binds: SessionBind[] = [];
  const ear = createServer((client) => {
    const filter = connect(socket);
    const decoder = new FrameDecoder();
    for (const end of [client, filter]) end.on('error', () => undefined);
    client.on('data', (data: Buffer) => {
      for (const body of decoder.push(data)) {
        const request = parseRequest(body);
        if (request.kind === 'bind') binds.push(request);
        filter.write(frame(body));
      }
    });
    client.on('end', () => filter.end());
    filter.pipe(client);
  }).listen(at('ear'));
  onTestFinished(() => void ear.close());
  expect((await sshBy(at('ear'), 'allowed', 'true')).code).toBe(0);
  expect(binds).toHaveLength(1);
  return binds[0]!;
}

describe('ssh-add', () => {
  const ssh_add = (...args: string[]): Promise<Result> =>
    run('ssh-add', args, {
      SSH_AUTH_SOCK: socket,
      SSH_ASKPASS: at('askpass'),
      SSH_ASKPASS_REQUIRE: 'force',
    });

  beforeAll(() => {
    writeFileSync(at('askpass'), '#!/bin/sh\necho secret\n', { mode: 0o755 });
  });

  it('shows the keys for this run', async () => {
    const { stdout } = await ssh_add('-l');
    const shown = new Set(stdout.match(/SHA256:\S+/g));
    expect(shown).toEqual(new Set(policy.fingerprints));
    expect(await agent.keys()).toContain(fingerprintOf(hidden.blob));
  });

  it.each([
    ['-d', [`${user.file}.pub`]],
    ['-D', []],
    ['-x', []],
    ['-X', []],
    ['-q', [hidden.file]],
    ['-t', ['60', hidden.file]],
    ['-s', ['/usr/lib/none.so']],
    ['-e', ['/usr/lib/none.so']],
  ])('%s changes nothing, whatever the mode', async (option, args) => {
    const before = await agent.keys();
    for (const serveSo of [serveAll, () => Promise.resolve()]) {
      await serveSo();
      expect((await ssh_add(option, ...args)).code).not.toBe(0);
      expect(await agent.keys()).toEqual(before);
      expect(uses.filter(({ action, allowed }) => action !== 'list' && allowed)).toEqual([]);
      expect(reasons()).toContain('nothing that a run does changes your agent');
    }
  });
});

describe('signatures', () => {
  const sign = (file: string, namespace: string): Promise<Result> =>
    run('ssh-keygen', ['-Y', 'sign', '-f', `${file}.pub`, '-n', namespace, at('text')], {
      SSH_AUTH_SOCK: socket,
    });

  it('are made in no namespace but that of git', async () => {
    writeFileSync(at('text'), 'a text\n');
    expect((await sign(user.file, 'file')).code).not.toBe(0);
    expect(existsSync(at('text.sig'))).toBe(false);
    expect(reasons()).toContain('only signatures of git are made');
    expect(await sign(user.file, 'git')).toMatchObject({ code: 0 });
    expect(existsSync(at('text.sig'))).toBe(true);
  });

  it.each(users.map(({ file }) => [path.basename(file), file]))(
    'of commits by a key of %s are good ones',
    async (_type, file) => {
      const repository = makeRepository();
      writeFileSync(
        at('signers'),
        `test@example.invalid ${readPublicKey(`${file}.pub`).publicKey}\n`,
      );
      const git = (...args: string[]): Promise<Result> => {
        const options = [
          'gpg.format=ssh',
          `user.signingKey=${file}.pub`,
          `gpg.ssh.allowedSignersFile=${at('signers')}`,
        ].flatMap((option) => ['-c', option]);
        const env = { SSH_AUTH_SOCK: socket, GIT_CONFIG_GLOBAL: '/dev/null' };
        return run('git', [...options, ...args], env, { directory: repository });
      };
      const commit = await git('commit', '--quiet', '--allow-empty', '-S', '--message=signed');
      expect(commit).toMatchObject({ code: 0, stderr: '' });
      expect(await git('verify-commit', 'HEAD')).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('Good "git" signature for test@example.invalid') as unknown,
      });
    },
  );

  it('by a hidden key are not made, by a key of the run they are', async () => {
    const client = await RawClient.connect(socket);
    onTestFinished(() => void client.socket.destroy());
    const ask = async (key: Buffer): Promise<number> =>
      (await client.ask(signRequest(key, signatureData())))![0]!;
    expect(await ask(hidden.blob)).toBe(5);
    expect(await ask(user.blob)).toBe(14);
  });
});

describe('an agent that dies', () => {
  it('while somebody is logged in is back for those who are there', async () => {
    const client = await RawClient.connect(socket);
    onTestFinished(() => void client.socket.destroy());
    expect((await client.ask(listRequest))![0]).toBe(12);
    await agent.kill();
    expect((await ssh('allowed', 'true')).code).toBe(255);
    expect(await client.ask(listRequest)).toEqual(Buffer.of(5));
    await agent.start();
    for (const { file } of [...users, hidden, certified]) await agent.add(file);
    expect((await client.ask(listRequest))![0]).toBe(12);
    expect((await ssh('allowed', 'true')).code).toBe(0);
  });

  it('while it asks its user is a refusal at once', async () => {
    const asking = at('asking');
    writeFileSync(at('ask-forever'), `#!/bin/sh\necho $$ > ${asking}\nexec sleep 60\n`, {
      mode: 0o755,
    });
    const slow = new SshAgent(at('slow-agent'), {
      SSH_ASKPASS: at('ask-forever'),
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: ':0',
    });
    await slow.start();
    onTestFinished(() => slow.kill());
    await slow.add(user.file, '-c');
    const served = await serveAgent({
      socket: at('slow-filter'),
      upstream: slow.socket,
      policy,
      onUse: () => undefined,
    });
    onTestFinished(() => served.close());
    const started = Date.now();
    const session = sshBy(at('slow-filter'), 'allowed', 'true');
    await eventually(() => {
      expect(readFileSync(asking, 'utf8')).toMatch(/\d+\n/);
    });
    await slow.kill();
    // It has the agent's connections open.
    process.kill(Number(readFileSync(asking, 'utf8')));
    expect((await session).code).toBe(255);
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});

it.skipIf(!mayActAsOthers)('another user of the machine may log in through it', async () => {
  chmodSync(socket, 0o666);
  chmodSync(at('config'), 0o644);
  // The agent itself speaks with its own user and root only.
  const command = ['ssh', '-F', at('config'), '-l', me, 'allowed', 'echo in'];
  const [program = '', ...args] = asUser(testUser(), command);
  const env = { SSH_AUTH_SOCK: socket, HOME: directory };
  expect(await run(program, args, env)).toMatchObject({ code: 0, stdout: 'in\n' });
});
