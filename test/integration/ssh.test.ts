// Git over ssh inside: a real sshd with bare repositories, a real agent, and what a session must not get from either.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/tunnel/ssh-keys.ts';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { hostAddressOnBridge } from '../support/engine.ts';
import { GitServer, writeSshDirectory } from '../support/git-server.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { homeWithImageFiles } from '../support/ready-home.ts';
import { git, makeRepository } from '../support/repository.ts';
import { generateKey, SshAgent, type UserKey } from '../support/ssh-agent.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { testUser, type TestUser } from '../support/user.ts';

let server: GitServer;
let other: GitServer;
const keyTypes = ['ed25519', 'rsa', 'ecdsa'] as const;

let agent: SshAgent;
let keys: readonly UserKey[];
let home: string;
let project: string;

beforeAll(async () => {
  const directory = temporaryDirectory();
  keys = keyTypes.map((type) => generateKey(directory, type));
  const address = await hostAddressOnBridge();
  server = new GitServer(address, keys);
  other = new GitServer(address, keys);
  [agent] = await Promise.all([startAgent(keys), server.start(), other.start()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), other.stop(), agent.kill()]);
});

beforeEach(async () => {
  home = await homeWithImageFiles();
  // Both are known: that alone must not be enough.
  writeSshDirectory(home, { known_hosts: server.knownHost + other.knownHost });
  project = makeRepository();
  addRemote(project, 'origin', newRepository().url);
});

/** One with these keys, of the user where one is given. */
async function startAgent(its: readonly UserKey[], user?: TestUser): Promise<SshAgent> {
  const started = new SshAgent(path.join(temporaryDirectory({ owner: user }), 'agent'), {}, user);
  await started.start();
  for (const { file } of its) await started.add(file);
  return started;
}

let repositories = 0;
const newRepository = (): { directory: string; url: string } =>
  server.repository(`project-${++repositories}`);

const addRemote = (directory: string, name: string, url: string): string =>
  git(['remote', 'add', name, url], { directory });

interface Options {
  options?: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string | undefined>>;
  user?: TestUser;
}

/** A script in a container for that project. */
function inside(
  script: string,
  { options = [], cwd = project, env, user }: Options = {},
): Promise<AiResult> {
  return runAi(['--yes', ...options, 'exec', '--', 'sh', '-ec', script], {
    cwd,
    home,
    user,
    // The image is made: nothing asks a registry.
    env: { NODE_EXTRA_CA_CERTS: undefined, SSH_AUTH_SOCK: agent.socket, ...env },
  });
}

const login = ({ address, port }: GitServer, account = 'root', ...options: string[]): string =>
  `ssh -o BatchMode=yes -o ConnectTimeout=5 ${options.join(' ')} -p ${port} ${account}@${address}`;

/** From one server to the other, as the user of this machine, whose own files are to stay as they are. */
const strange = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR';

const audit = (): Record<string, unknown>[] =>
  readFileSync(path.join(stateOf(home), 'audit.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('git over ssh', () => {
  it('pushes, fetches and clones', async () => {
    const { url, directory } = server.repository('shared');
    git(['remote', 'set-url', 'origin', url], { directory: project });
    const run = await inside(
      `git push -q origin main; git fetch -q; git clone -q ${url} /tmp/copy; git -C /tmp/copy log --format=%s`,
    );
    expect(run).toEqual({ code: 0, signal: null, stdout: 'first\n', stderr: '' });
    expect(git(['log', '--format=%s', 'main'], { directory })).toBe('first\n');
    await expectNothingLeft(home);
  });

  it('updates submodules', async () => {
    const library = server.repository('library');
    git(['push', '-q', library.directory, 'main'], { directory: makeRepository() });
    git(['submodule', '--quiet', 'add', library.directory, 'lib'], { directory: project });
    git(['config', '-f', '.gitmodules', 'submodule.lib.url', library.url], { directory: project });
    git(['submodule', '--quiet', 'sync'], { directory: project });
    git(['remote', 'remove', 'origin'], { directory: project });
    const run = await inside(
      'rm -rf lib/README.md; git submodule update --remote --force; cat lib/README.md',
    );
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('# A project');
  });

  it.each(keyTypes)('logs in with a key of the kind %s', async (type) => {
    const key = fingerprintOf(keys[keyTypes.indexOf(type)]!.blob);
    const run = await inside('ssh-add -l; git ls-remote -q; echo fine', {
      options: ['--ssh', key],
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/fine\n$/);
    expect(run.stdout.match(/SHA256:\S+/g)).toEqual([key]);
    expect(audit().filter(({ action }) => action === 'sign')).toMatchObject([
      { allowed: true, key, purpose: expect.stringContaining('root@') as string },
    ]);
  });

  it('works for another user than root', async () => {
    const user = testUser();
    const place = temporaryDirectory({ owner: user });
    const mine = makeRepository({ directory: path.join(place, 'project'), owner: user });
    const own = await startAgent(keys.slice(0, 1), user);
    git(['remote', 'add', 'origin', newRepository().url], { directory: mine, owner: user });
    home = temporaryDirectory({ owner: user });
    writeSshDirectory(home, { known_hosts: server.knownHost }, user);
    const run = await inside('git push -q origin main; id -u', {
      user,
      cwd: mine,
      env: { SSH_AUTH_SOCK: own.socket },
    });
    await own.kill();
    expect(run).toMatchObject({ code: 0, stdout: `${user.uid}\n`, stderr: '' });
  });

  it('works for root in the project of somebody else', async () => {
    const user = testUser();
    const place = temporaryDirectory({ owner: user });
    const theirs = makeRepository({ directory: path.join(place, 'project'), owner: user });
    git(['remote', 'add', 'origin', newRepository().url], { directory: theirs, owner: user });
    const run = await inside('git push -q origin main; id -u', { cwd: theirs });
    expect(run).toMatchObject({ code: 0, stdout: `${user.uid}\n`, stderr: '' });
  });

  it('works in ten sessions at once', async () => {
    // The first run of a home asks the image for its files, and the others would wait for that.
    await inside('true');
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        inside(`git push -q origin HEAD:refs/heads/b${index}`),
      ),
    );
    for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: '' });
    await expectNothingLeft(home);
  });

  it('comes back with an agent that died', async () => {
    const mine = await startAgent(keys.slice(0, 1));
    const run = LiveRun.start(
      [
        '--yes',
        'exec',
        '--',
        'sh',
        '-c',
        'for i in 1 2 3; do git ls-remote -q && echo fine $i || echo failed $i; read x; done',
      ],
      { cwd: project, home, env: { SSH_AUTH_SOCK: mine.socket } },
    );
    await run.waitFor('fine 1');
    await mine.kill();
    run.child.stdin.write('\n');
    await run.waitFor('failed 2');
    await mine.start();
    await mine.add(keys[0]!.file);
    run.child.stdin.write('\n');
    await run.waitFor('fine 3');
    run.child.stdin.end('\n');
    expect(await run.ended).toMatchObject({ code: 0 });
    await mine.kill();
  });
});

describe('a session', () => {
  it.each([
    ['another host', () => login(other)],
    ['another account', () => login(server, 'ai-test')],
    [
      'another host by way of this one',
      () => `${login(server, 'root', '-A')} ${JSON.stringify(login(other, 'root', strange))}`,
    ],
  ])('does not log in at %s', async (_what, command) => {
    const run = await inside(`${command()} echo in || echo out`);
    expect(run).toMatchObject({ code: 0, stdout: 'out\n' });
    expect(audit().some(({ allowed }) => allowed === false)).toBe(true);
  });

  it('logs in everywhere with --ssh all, and on from there', async () => {
    const run = await inside(
      `${login(other)} echo in; ${login(server, 'root', '-A')} ${JSON.stringify(login(other, 'root', strange))} echo on`,
      { options: ['--ssh', 'all'] },
    );
    expect(run).toMatchObject({ code: 0, stdout: 'in\non\n' });
  });

  it('cannot change the agent, in no mode', async () => {
    for (const mode of ['remotes', 'all']) {
      const run = await inside(
        'for o in -D -x; do echo secret | SSH_ASKPASS_REQUIRE=never ssh-add $o && echo done; done; ssh-add -L >/tmp/k.pub; ssh-add -d /tmp/k.pub && echo done; ssh-keygen -q -t ed25519 -N "" -f /tmp/k2; ssh-add /tmp/k2 && echo done; ssh-add -l | wc -l',
        { options: ['--ssh', mode] },
      );
      expect(run.stdout.trim()).toBe('3');
    }
    expect(await agent.keys()).toHaveLength(3);
  });

  it('signs for git, and for nothing else', async () => {
    const script = (namespace: string): string =>
      `ssh-add -L | head -1 >/tmp/k.pub; echo text | ssh-keygen -q -Y sign -f /tmp/k.pub -n ${namespace} | head -1`;
    expect(await inside(script('git'))).toMatchObject({
      stdout: '-----BEGIN SSH SIGNATURE-----\n',
    });
    expect(await inside(script('file'))).toMatchObject({ stdout: '' });
  });

  it('makes signed commits that are good outside', async () => {
    const { publicKey, blob } = keys[0]!;
    writeFileSync(
      path.join(home, '.gitconfig'),
      `[user]\n\tname = Ann\n\temail = ann@example.invalid\n\tsigningkey = ${keys[0]!.file}.pub\n[gpg]\n\tformat = ssh\n[commit]\n\tgpgsign = true\n`,
    );
    git(['remote', 'remove', 'origin'], { directory: project });
    for (const name of ['user.name', 'user.email'])
      git(['config', '--unset', name], { directory: project });
    const run = await inside('git commit -q --allow-empty -m signed');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const signers = path.join(home, 'signers');
    writeFileSync(signers, `ann@example.invalid ${publicKey}\n`);
    const shown = git(
      ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'log', '-1', '--format=%G? %an <%ae> %GF'],
      { directory: project },
    );
    expect(shown).toBe(`G Ann <ann@example.invalid> ${fingerprintOf(blob)}\n`);
  });

  it('has no agent, no keys and no private file without need', async () => {
    git(['remote', 'set-url', 'origin', 'https://example.invalid/x.git'], { directory: project });
    writeSshDirectory(home, {
      known_hosts: '',
      config: '',
      id_ed25519: readFileSync(keys[0]!.file, 'utf8'),
    });
    const look = 'echo "[$SSH_AUTH_SOCK]"; ls -A ~/.ssh 2>/dev/null || echo none; ls /run';
    const run = await inside(look, { options: ['--browser', 'off'] });
    expect(run.stdout).toMatch(/^\[\]\nnone\n/);
    expect(run.stdout).not.toContain('ai-sock');
    const withRemote = await inside(`${look}; grep -r PRIVATE ~ /run 2>/dev/null || echo no key`, {
      options: ['--ssh', 'all'],
    });
    expect(withRemote.stdout).toContain('no key');
    expect(withRemote.stdout).not.toContain('id_ed25519\n');
  });

  it('goes by ssh where the user has git rewrite urls so', async () => {
    writeFileSync(
      path.join(home, '.gitconfig'),
      '[url "git@GitHub.example.com:"]\n\tinsteadOf = https://github.example.com/\n',
    );
    const url = 'https://github.example.com/x.git';
    git(['remote', 'set-url', 'origin', url], { directory: project });
    const { stdout } = await runAi(['--dry-run', '--json'], { cwd: project, home });
    const { ssh } = JSON.parse(stdout) as { ssh: object };
    expect(ssh).toMatchObject({
      agent: 'restricted',
      hosts: [{ user: 'git', host: 'GitHub.example.com' }],
    });
  });

  it('does not choose its own hosts for the next one', async () => {
    const change = `git remote add evil ssh://root@${other.address}:${other.port}/x`;
    expect(await inside(change)).toMatchObject({ code: 0, stderr: '' });
    const run = await inside(`${login(other)} echo in || echo out`);
    expect(run.stdout).toBe('out\n');
    expect(run.stderr).toContain(
      `keys do not log in at root@[${other.address}]:${other.port}, new in this project`,
    );
    const asked = await inside(`${login(other)} echo in`, {
      options: ['--ssh', `root@[${other.address}]:${other.port}`],
    });
    expect(asked).toMatchObject({ code: 0, stdout: 'in\n' });
  });
});

describe('who has no agent that could help', () => {
  it.each([
    ['none runs', () => undefined, /no ssh agent.*ssh-add/],
    ['it is dead', () => path.join(home, 'nothing'), /ssh agent.*does not answer/],
  ])('is told in one line: %s', async (_what, socket, words) => {
    const run = await inside('true', { env: { SSH_AUTH_SOCK: socket() } });
    expect(run.code).toBe(0);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(words);
  });

  it('is told that it has no keys', async () => {
    const empty = await startAgent([]);
    const run = await inside('true', { env: { SSH_AUTH_SOCK: empty.socket } });
    await empty.kill();
    expect(run.stderr).toMatch(/^ai: .*no keys.*ssh-add\n$/);
  });

  it('is not bothered where nothing goes by ssh', async () => {
    git(['remote', 'remove', 'origin'], { directory: project });
    const run = await inside('true', { env: { SSH_AUTH_SOCK: undefined } });
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  it('is told of a host that is not known', async () => {
    writeSshDirectory(home, { known_hosts: other.knownHost });
    const run = await inside('git ls-remote -q && echo in || echo out');
    expect(run.stdout).toBe('out\n');
    expect(run.stderr).toContain(`[${server.address}]:${server.port} is not in your known_hosts`);
  });
});

describe('a host key that a session has met', () => {
  const met = (): string =>
    `mkdir -p ~/.ssh; ${login(other, 'root', '-o StrictHostKeyChecking=accept-new')} true; true`;
  const known = (): string => readFileSync(path.join(home, '.ssh/known_hosts'), 'utf8');

  beforeEach(async () => {
    writeSshDirectory(home, { known_hosts: server.knownHost.trimEnd() });
    await inside('true');
  });

  const atTerminal = (): Terminal =>
    Terminal.open(
      aiCommand(['--yes', 'exec', '--', 'sh', '-c', met()], {
        cwd: project,
        home,
        env: { SSH_AUTH_SOCK: agent.socket },
      }),
    );

  it.each([
    ['y\r', () => `${server.knownHost}${other.knownHost}`],
    ['\r', () => server.knownHost.trimEnd()],
  ])('is the user’s after a yes only: %j', async (answer, wanted) => {
    const terminal = atTerminal();
    await terminal.waitFor('known_hosts? [y/N]');
    expect(terminal.text).toContain(`[${other.address}]:${other.port} ssh-ed25519 SHA256:`);
    terminal.type(answer);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(known()).toBe(wanted());
  });

  it('is only named where nobody can be asked', async () => {
    const run = await inside(met());
    expect(run.stderr).toContain(
      `ssh: not in your known_hosts, and met in this run: [${other.address}]:${other.port} ssh-ed25519 SHA256:`,
    );
    expect(known()).toBe(server.knownHost.trimEnd());
  });
});

it('keeps the user’s own files as they are, and leaves nothing', async () => {
  const before = readFileSync(path.join(home, '.ssh/known_hosts'), 'utf8');
  await inside('git ls-remote -q; echo x >>~/.ssh/known_hosts; echo x >>~/.ssh/config');
  expect(readFileSync(path.join(home, '.ssh/known_hosts'), 'utf8')).toBe(before);
  expect(existsSync(path.join(home, '.ssh/config'))).toBe(false);
  await expectNothingLeft(home);
});
