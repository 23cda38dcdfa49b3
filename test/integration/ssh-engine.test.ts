// An engine behind ssh: lists, ends and states of images work through OpenSSH's own forward; a launch says that it cannot.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseSshEndpoint } from '../../src/engines/docker/ssh-endpoint.ts';
import { openForward } from '../../src/engines/docker/ssh-forward.ts';
import type { EngineRun } from '../../src/launch/runs-in-engine.ts';
import { aiCommand, runAi, startAi, type AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { makeImage } from '../support/ready-home.ts';
import { makeRepository } from '../support/repository.ts';
import { sshHost, SshServer } from '../support/ssh-server.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const server = new SshServer();
const strictServer = new SshServer('AllowStreamLocalForwarding no');
const host = `ssh://${sshHost}`;
let home: string;
/** Where ssh's sockets are made, to see that they go. */
let temporary: string;
let env: Record<string, string>;

beforeAll(async () => {
  await Promise.all([server.start(), strictServer.start(), makeImage('claude')]);
});
afterAll(async () => {
  await Promise.all([server.stop(), strictServer.stop()]);
});
beforeEach(() => {
  server.knowHost();
  home = temporaryDirectory();
  temporary = temporaryDirectory();
  env = { ...server.env, TMPDIR: temporary };
});
afterEach(async () => {
  await expectNothingHeld();
  await expectNothingLeft(home);
});

/** Neither ssh nor its socket: at once after an ordinary end, in a moment after a violent one. */
async function expectNothingHeld(within = 0): Promise<void> {
  const held = (): string[] => [
    ...server.clients(),
    ...strictServer.clients(),
    ...readdirSync(temporary).filter((name) => name.startsWith('ai-ssh-')),
  ];
  for (const deadline = Date.now() + within; held().length > 0 && Date.now() < deadline;)
    await wait(20);
  expect(held()).toEqual([]);
}

const ai = (...args: string[]): Promise<AiResult> => runAi(args, { home, env });

describe('lists', () => {
  it('show a run that was started on that machine, and `ai stop` ends it', async () => {
    const project = makeRepository();
    const run = LiveRun.start(['--yes', 'exec', '--', 'sh', '-c', 'echo ready; exec sleep 1000'], {
      home,
      cwd: project,
    });
    await run.waitFor('ready');
    const { code, stdout, stderr } = await ai('--host', host, 'ps', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [listed, another] = JSON.parse(stdout) as EngineRun[];
    expect(another).toBeUndefined();
    expect(listed).toMatchObject({ assistant: 'claude', project, state: 'running' });

    const clean = await ai('--host', host, 'clean', '--json');
    expect(clean).toMatchObject({
      code: 0,
      stdout: '{"removed":[],"failures":[],"overlays":[]}\n',
      stderr: '',
    });
    const stop = await ai('--host', host, 'stop', '--json', listed!.id);
    expect(stop).toMatchObject({ code: 0, stdout: `["${listed!.id}"]\n`, stderr: '' });
    expect(await run.ended).toMatchObject({ code: 143 });
  });

  it.each([host, `${host}/var/run/docker.sock`])('come from DOCKER_HOST=%s', async (address) => {
    const result = await runAi(['ps', '--json'], { home, env: { ...env, DOCKER_HOST: address } });
    expect(result).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('come from --host, whatever else DOCKER_HOST says', async () => {
    for (const address of [host, 'tcp://127.0.0.1:1', 'no endpoint at all'])
      expect(
        await runAi(['--host', 'unix:///var/run/docker.sock', 'ps', '--json'], {
          home,
          env: { ...env, DOCKER_HOST: address },
        }),
      ).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('come from a docker context', async () => {
    execFileSync('docker', ['context', 'create', 'far', '--docker', `host=${host}`], {
      env: { ...process.env, HOME: home },
      stdio: 'ignore',
    });
    expect(await ai('--context', 'far', 'ps', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
  });
});

it('ai doctor says which it is, and that runs do not work there', async () => {
  const { code, stdout } = await ai('--host', host, 'doctor', '--json', 'engine', 'disk', 'state');
  expect(code, stdout).toBe(0);
  const { checks } = JSON.parse(stdout) as {
    checks: { id: string; state: string; code: string | null }[];
  };
  const find = (id: string): object | undefined => checks.find((check) => check.id === id);
  expect(find('engine.reachable')).toMatchObject({ state: 'ok' });
  expect(find('engine.place')).toMatchObject({ state: 'warning', code: 'AI_ENGINE_REMOTE' });
  expect(find('disk.engine')).toMatchObject({ state: 'skipped' });
  expect(find('state.containers')).toMatchObject({ state: 'ok' });
});

it('a launch is answered before anything is made', async () => {
  const { code, stdout, stderr } = await ai('--host', host, '--yes', 'exec', '--', 'true');
  expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
  expect(stderr).toContain(`the engine at ${host} does not see the files of this machine`);
  expect(stderr).toContain('AI_ENGINE_REMOTE');
  expect(readdirSync(home)).toEqual([]);
});

it('a preview says that it is not about that engine', async () => {
  const args = ['--host', host, '--dry-run', 'exec', '--', 'true'];
  const { code, stdout, stderr } = await runAi(args, { home, env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^docker run /);
  expect(stderr).toContain(`# as for an engine on this machine; the one meant cannot be used: `);
  expect(stderr).toContain(`the engine at ${host} does not see the files of this machine`);
});

it('lists need no directory for what is temporary', async () => {
  const result = await runAi(['--host', host, 'ps'], {
    home,
    env: { ...env, TMPDIR: '/nonesuch' },
  });
  expect(result).toMatchObject({ code: 0, stdout: '' });
});

describe('where there is no way', () => {
  const failing = async (address: string, more: Record<string, string> = {}): Promise<string> => {
    const { code, stdout, stderr } = await runAi(['--host', address, 'ps'], {
      home,
      env: { ...env, ...more },
    });
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(/ {4}AI_ENGINE_SSH\n$/);
    return stderr;
  };

  it('an unknown key of the host is refused', async () => {
    server.forgetHost();
    const said = await failing(host);
    expect(said).toContain('ssh does not know that host’s key yet');
    expect(said).toContain(`→ ssh ${sshHost} true`);
  });

  it('so is another key than the known one', async () => {
    server.knowHost(strictServer.hostKey);
    expect(await failing(host)).toContain('key is not the one that ssh knows');
  });

  it('a user whom it does not let in is told', async () => {
    const said = await failing(`ssh://nobody-there@${sshHost}`);
    expect(said).toContain('that host does not let you in');
    expect(said).toMatch(/ssh says: .*Permission denied/);
  });

  it('a socket that is not there is named', async () => {
    expect(await failing(`${host}/nonesuch.sock`)).toContain('is at /nonesuch.sock');
  });

  it('a host that forwards no sockets is told what to allow', async () => {
    expect(await failing(host, strictServer.env)).toContain('AllowStreamLocalForwarding yes');
  });

  it('a host that is not there is named', async () => {
    expect(await failing('ssh://nonesuch.invalid')).toContain('there is no host of that name');
  });

  it('a machine without ssh is told to install it', async () => {
    const bin = path.join(temporary, 'bin');
    mkdirSync(bin);
    expect(await failing(host, { PATH: bin })).toContain('ssh is not installed on this machine');
  });

  it('a host that never says a word is not waited for', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    vi.stubEnv('TMPDIR', temporary);
    const opening = openForward(parseSshEndpoint(`ssh://127.0.0.1:${port}`), {
      environment: env,
      mayAsk: false,
      limit: 200,
    });
    await expect(opening).rejects.toMatchObject({
      code: 'AI_ENGINE_SSH',
      facts: { trouble: 'timeout' },
    });
    vi.unstubAllEnvs();
    silent.close();
  });

  it('what is no address is a mistake of usage', async () => {
    const cwd = temporaryDirectory();
    const address = 'ssh://-oProxyCommand=touch${IFS}pwned';
    const result = await runAi(['--host', address, 'ps'], { home, env, cwd });
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('an engine that stays silent behind an ssh that works is told from an ssh that does not', async () => {
    const socket = path.join(temporaryDirectory(), 'silent.sock');
    const open: Socket[] = [];
    const silent = createServer((client) => open.push(client)).listen(socket);
    await once(silent, 'listening');
    vi.stubEnv('TMPDIR', temporary);
    const opening = openForward(parseSshEndpoint(`${host}${socket}`), {
      environment: { ...process.env, ...env },
      mayAsk: false,
      limit: 3000,
    });
    await expect(opening).rejects.toMatchObject({
      code: 'AI_ENGINE_SSH',
      facts: { trouble: 'engine-silent', socket },
    });
    vi.unstubAllEnvs();
    for (const client of open) client.destroy();
    silent.close();
  });
});

it('an ssh that has made its socket and does not listen there yet is waited for', async () => {
  const bin = temporaryDirectory();
  const refusing = `import re, socket, sys
where = next(word.split(':')[0] for word in sys.argv if re.match('/.*:/', word))
socket.socket(socket.AF_UNIX).bind(where)`;
  writeFileSync(
    path.join(bin, 'ssh'),
    `#!/bin/sh\npython3 -c "${refusing}" "$@"\nsleep 0.2\nexec ${server.env.PATH.split(':', 1)[0]}/ssh "$@"\n`,
    { mode: 0o755 },
  );
  const early = { ...env, PATH: `${bin}:${server.env.PATH}` };
  const result = await runAi(['--host', host, 'ps', '--json'], { home, env: early });
  expect(result).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
});

describe('nothing is left', () => {
  /** `ai ps` that waits for an engine which does not answer. */
  async function startWaiting(): Promise<ReturnType<typeof startAi>> {
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const proxy = await openEngineProxy({
      before: () => {
        asked();
        return new Promise(() => undefined);
      },
    });
    const child = startAi(['--host', `${host}${proxy.host.replace('unix://', '')}`, 'ps'], {
      home,
      env,
    });
    await isAsked;
    expect(server.clients()).not.toEqual([]);
    return child;
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('after %s', async (signal) => {
    const child = await startWaiting();
    child.kill(signal);
    await once(child, 'exit');
    await expectNothingHeld(5_000);
  });
});

describe('at a terminal', () => {
  it('ssh itself asks about the key of the host, and Ctrl-C ends it all', async () => {
    server.forgetHost();
    const options = { home, env };
    const yes = Terminal.open(aiCommand(['--host', host, 'ps'], options));
    await yes.waitFor('Are you sure you want to continue connecting');
    yes.type('yes\r');
    await yes.waitFor('nothing of yours is running');
    expect(await yes.exit).toEqual({ code: 0, signal: null });

    server.forgetHost();
    const interrupted = Terminal.open(aiCommand(['--host', host, 'ps'], options));
    await interrupted.waitFor('Are you sure you want to continue connecting');
    interrupted.type('\x03');
    await interrupted.exit;
    await expectNothingHeld(5_000);
    expect(await interrupted.termios()).toMatchObject({ echo: true, canonical: true });
  });
});

describe('what the user has in their configuration', () => {
  const file = (): string => path.join(server.directory, 'config');
  it.each<[string, () => string]>([
    ['forwards that are open elsewhere', () => `LocalForward 127.0.0.1:${server.port} 127.0.0.1:1`],
    ['an ssh that leaves for the background', () => 'ForkAfterAuthentication yes'],
    ['words that only another ssh knows', () => 'IgnoreUnknown UseKeychain\nUseKeychain yes'],
  ])('%s: no obstacle, and nothing stays', async (_what, lines) => {
    const before = readFileSync(file());
    writeFileSync(file(), `${lines()}\n`, { flag: 'a' });
    expect(await ai('--host', host, 'ps')).toMatchObject({ code: 0 });
    writeFileSync(file(), before);
    await expectNothingHeld();
  });
});
