// The agent in containers of an engine that shares no sockets. This machine's does, so it stands behind a proxy at the place
// where one in a virtual machine has its socket, and is taken for that.

import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/tunnel/ssh-keys.ts';
import { runAi, type AiResult } from '../support/ai.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { openEngineProxy, type EngineProxy, type ProxyRules } from '../support/engine-proxy.ts';
import { GitServer, writeSshDirectory } from '../support/git-server.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { git, makeRepository } from '../support/repository.ts';
import { generateKey, SshAgent, type UserKey } from '../support/ssh-agent.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { testUser, type TestUser } from '../support/user.ts';

let server: GitServer;
let other: GitServer;
let agent: SshAgent;
let key: UserKey;
let home: string;
let project: string;

beforeAll(async () => {
  key = generateKey(temporaryDirectory(), 'ed25519');
  const address = await hostAddressOnBridge();
  server = new GitServer(address, [key]);
  other = new GitServer(address, [key]);
  // An image that has to be made first is not to be among the words of a session.
  const image = runAi(['--yes', 'exec', '--', 'true']);
  [agent] = await Promise.all([startAgent(), server.start(), other.start(), image]);
});
afterAll(async () => {
  await Promise.all([server.stop(), other.stop(), agent.kill()]);
});

beforeEach(() => {
  home = temporaryDirectory();
  writeSshDirectory(home, { known_hosts: server.knownHost + other.knownHost });
  project = makeRepository();
  git(['remote', 'add', 'origin', newRepository()], { directory: project });
});

async function startAgent(user?: TestUser): Promise<SshAgent> {
  const started = new SshAgent(path.join(temporaryDirectory({ owner: user }), 'agent'), {}, user);
  await started.start();
  await started.add(key.file);
  return started;
}

let repositories = 0;
const newRepository = (): string => server.repository(`project-${++repositories}`).url;

const openEngine = (rules: ProxyRules = {}): Promise<EngineProxy> =>
  openEngineProxy({ ...rules, at: '.colima/default/docker.sock' });

interface Options {
  cwd?: string;
  options?: readonly string[];
  socket?: string;
  user?: TestUser;
}

const words = (host: string, script: string, options: readonly string[] = []): string[] => [
  ...['--yes', '--host', host, ...options, 'exec', '--', 'sh', '-ec', script],
];

function inside(
  { host }: EngineProxy,
  script: string,
  { cwd = project, options, socket = agent.socket, user }: Options = {},
): Promise<AiResult> {
  const env = { SSH_AUTH_SOCK: socket };
  return runAi(words(host, script, options), { cwd, home, user, env });
}

describe('without shared sockets', () => {
  it('git goes over ssh', async () => {
    const engine = await openEngine();
    const script =
      'git push -q origin main; git fetch -q; git log --format=%s origin/main; ssh-add -l; env | grep ^AI_ || stat -f -c %T /run/ai-sock';
    const run = await inside(engine, script);
    expect(run, run.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^first\n256 SHA256:\S+ .*\ntmpfs\n$/);
    expect(run.stdout).toContain(fingerprintOf(key.blob));
    expect(engine.requests.filter((line) => line.includes('exec'))).toHaveLength(2);
    await expectNothingLeft(home);
  });

  it('keys log in no further than otherwise', async () => {
    const login = `ssh -o BatchMode=yes -p ${other.port} root@${other.address}`;
    const run = await inside(await openEngine(), `${login} echo in || echo out`);
    expect(run).toMatchObject({ code: 0, stdout: 'out\n' });
  });

  it('it works for another user than root', async () => {
    const user = testUser();
    const place = temporaryDirectory({ owner: user });
    const mine = makeRepository({ directory: path.join(place, 'project'), owner: user });
    git(['remote', 'add', 'origin', newRepository()], { directory: mine, owner: user });
    const own = await startAgent(user);
    home = temporaryDirectory({ owner: user });
    writeSshDirectory(home, { known_hosts: server.knownHost }, user);
    const run = await inside(await openEngine(), 'git push -q origin main; id -u', {
      ...{ cwd: mine, user, socket: own.socket },
    });
    await own.kill();
    expect(run).toMatchObject({ code: 0, stdout: `${user.uid}\n`, stderr: '' });
    await expectNothingLeft(home);
  });

  it('it works for root in the project of somebody else, and with --root', async () => {
    const user = testUser();
    const place = temporaryDirectory({ owner: user });
    const theirs = makeRepository({ directory: path.join(place, 'project'), owner: user });
    git(['remote', 'add', 'origin', newRepository()], { directory: theirs, owner: user });
    const engine = await openEngine();
    const script = 'git ls-remote -q; id -u';
    expect(await inside(engine, script, { cwd: theirs })).toMatchObject({
      ...{ code: 0, stdout: `${user.uid}\n`, stderr: '' },
    });
    expect(await inside(engine, script, { cwd: theirs, options: ['--root'] })).toMatchObject({
      ...{ code: 0, stdout: '0\n', stderr: '' },
    });
    await expectNothingLeft(home);
  });

  it('ten sessions go at once', async () => {
    const engine = await openEngine();
    await inside(engine, 'true');
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        inside(engine, `git push -q origin HEAD:refs/heads/b${index}`),
      ),
    );
    for (const run of runs) expect(run, run.stderr).toMatchObject({ code: 0, stderr: '' });
    await expectNothingLeft(home);
  });

  it('a killed launcher leaves no program and no container', async () => {
    const { host } = await openEngine();
    const run = LiveRun.start(words(host, 'ssh-add -l; sleep 600'), {
      ...{ cwd: project, home, env: { SSH_AUTH_SOCK: agent.socket } },
    });
    await run.waitFor('SHA256:');
    run.child.kill('SIGKILL');
    await run.ended;
    const next = await inside({ host, requests: [] }, 'echo fine');
    expect(next).toMatchObject({ code: 0, stdout: 'fine\n' });
    await expectNothingLeft(home);
  });
});

describe('where the relay cannot be started', () => {
  it('the session goes on without the agent, after one warning', async () => {
    const engine = await openEngine({
      before: (request) =>
        request.includes('exec HTTP') ? Promise.reject(new Error('no')) : Promise.resolve(),
    });
    const run = await inside(engine, 'ssh-add -l || echo no agent; exit 7');
    expect(run).toMatchObject({ code: 7, stdout: 'no agent\n' });
    const warnings = run.stderr.split('\n').filter((line) => line.includes('the relay to it'));
    expect(warnings).toHaveLength(1);
    await expectNothingLeft(home);
  });

  it('nobody waits who has no use for an agent', async () => {
    git(['remote', 'remove', 'origin'], { directory: project });
    const engine = await openEngine();
    expect(await inside(engine, 'true')).toMatchObject({ code: 0, stderr: '' });
    expect(engine.requests.filter((line) => line.includes('exec'))).toEqual([]);
  });
});
