// ai doctor: every failure provoked for real, with its healthy twin; the printed command mends it, or --fix does.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readHost } from '../../src/read/host-facts.ts';
import { ownerOf } from '../../src/read/state-facts.ts';
import { aiCommand, runAi, type AiOptions } from '../support/ai.ts';
import { defaultSettings } from '../support/build-facts.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { expiredCertificate, goodCertificate } from '../support/certificates.ts';
import { connectToEngine } from '../support/engine.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { claudeTokens, inState, plant, readIn } from '../support/logins.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { makeRepository } from '../support/repository.ts';
import { SshAgent } from '../support/ssh-agent.ts';
import { treeOf } from '../support/state-run.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

interface Check {
  id: string;
  area: string;
  state: 'ok' | 'warning' | 'failure' | 'skipped';
  summary: string;
  detail: string[];
  fix: string | null;
  code: string | null;
  fixable: boolean;
}

interface Answer {
  code: number | null;
  stderr: string;
  counts: Record<Check['state'], number>;
  fixed: string[];
  failed: string[];
  checks: Check[];
  /** The first of that name: what it is, what it says. */
  find: (id: string) => Check;
}

const login = 'global_state/claude/.credentials.json';
const dead = { DOCKER_HOST: 'unix:///nonesuch.sock' };

let ready: string;
let home: string;
beforeAll(async () => {
  ready = await homeWithImage();
  plant(ready, login, claudeTokens('good', 9));
});
beforeEach(() => {
  home = temporaryDirectory();
});

/** @param words areas and options; all areas without any */
async function doctor(words: readonly string[] = [], options: AiOptions = {}): Promise<Answer> {
  const { code, stdout, stderr } = await runAi(['doctor', '--json', '--offline', ...words], {
    home,
    ...options,
  });
  expect({ code, stderr, isJson: stdout.startsWith('{') }).toMatchObject({ isJson: true });
  const answer = JSON.parse(stdout) as Omit<Answer, 'code' | 'stderr' | 'find'>;
  const find = (id: string): Check => {
    const found = answer.checks.find((check) => check.id === id);
    if (found === undefined) throw new Error(`no ${id} in ${stdout}`);
    return found;
  };
  return { ...answer, code, stderr, find };
}

/** Runs a printed command, up to the words about it, as the user would; `ai` is this one. */
function follow(fix: string | null, options: AiOptions = {}): void {
  const bin = temporaryDirectory();
  const { command, cwd, env } = aiCommand([], { home, ...options });
  writeFileSync(path.join(bin, 'ai'), `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
  writeFileSync(path.join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n');
  for (const name of ['ai', 'sudo']) chmodSync(path.join(bin, name), 0o755);
  const [text = ''] = (fix ?? '').split('  ');
  const { status, stderr } = spawnSync('sh', ['-c', text], {
    ...{ cwd, encoding: 'utf8' },
    env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
  });
  expect({ text, status, stderr }).toEqual({
    text,
    status: 0,
    stderr: expect.any(String) as unknown,
  });
}

const mount = (args: readonly string[], place: string): (() => void) => {
  execFileSync('mount', [...args, place]);
  let isMounted = true;
  const unmount = (): void => {
    if (isMounted) execFileSync('umount', ['--lazy', place]);
    isMounted = false;
  };
  onTestFinished(unmount);
  return unmount;
};

describe('on a healthy machine', () => {
  it('finds no failure, changes nothing, and says so with a mark and a word', async () => {
    const project = makeRepository();
    const agent = new SshAgent(path.join(temporaryDirectory(), 'agent'));
    await agent.start();
    onTestFinished(() => agent.kill());
    const options = { home: ready, cwd: project, env: { SSH_AUTH_SOCK: agent.socket } };
    const before = treeOf(ready);
    const all = await doctor([], options);
    // What the machine has, and what other tests do to the base meanwhile.
    const ofRoom = /^(disk|engine\.kind|image\.base)/;
    expect(all.checks.filter(({ id, fix }) => fix !== null && !ofRoom.test(id))).toEqual([]);
    expect(all.counts.failure).toBe(0);
    expect(all).toMatchObject({ code: 0, stderr: '', fixed: [], failed: [] });
    for (const id of ['engine.reachable', 'permissions.socket', 'image.claude', 'disk.home'])
      expect(all.find(id)).toMatchObject({ state: 'ok', fix: null });
    for (const id of ['ssh.agent', 'git.project', 'logins.claude', 'settings.files', 'state.runs'])
      expect(all.find(id)).toMatchObject({ state: 'ok', fix: null });
    expect(all.find('image.base').summary).toContain('base');
    // What is not on this machine was not tried.
    expect(all.find('registry.npm').state).not.toBe('failure');

    const text = await runAi(['doctor', 'git', 'logins', 'versions'], options);
    expect(text.stdout).toMatch(/^git\n {2}✔ ok {7}git \d/);
    expect(text.stdout).toMatch(/\nall is well: \d+ ok, 0 warnings, 0 failures\n$/);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(treeOf(ready)).toEqual(before);
  });

  it('makes nothing in an empty home, with --fix neither', async () => {
    const [plain, mended] = await Promise.all([doctor(['state', 'logins']), doctor(['--fix'])]);
    const failures = [plain, mended].flatMap(({ checks }) =>
      checks.filter(({ state }) => state === 'failure'),
    );
    expect(failures).toEqual([]);
    expect([plain.code, mended.code]).toEqual([0, 0]);
    expect(mended.fixed).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  it('is coloured at a terminal, fits it, and ends with its code', async () => {
    const command = aiCommand(['doctor', 'git', 'settings', 'engine'], { home, env: dead });
    const terminal = Terminal.open({ ...command, columns: 44 });
    expect(await terminal.exit).toEqual({ code: 1, signal: null });
    expect(terminal.text).toContain('\u001b[31m✘ failure\u001b[39m');
    const lines = terminal.visible.trimEnd().split(/\r?\n/);
    for (const line of lines.filter((one) => !one.includes('→')))
      expect(line.length).toBeLessThanOrEqual(44);
    expect(lines.at(-1)).toMatch(/^\d+ ok, 0 warnings, 1 failure, \d+ not looked at$/);
  });
});

describe('the engine', () => {
  it('that is not there is one failure; all else is looked at, and nothing asked', async () => {
    const all = await doctor([], { env: dead });
    expect(all.code).toBe(1);
    expect(all.find('engine.reachable')).toMatchObject({
      ...{ state: 'failure', code: 'AI_ENGINE_UNREACHABLE' },
      summary: expect.stringContaining('there is no such socket') as unknown,
      fix: expect.stringContaining('unset DOCKER_HOST') as unknown,
    });
    expect(all.find('image.claude').state).toBe('skipped');
    expect(all.find('state.containers').state).toBe('skipped');
    expect(all.find('versions.node').state).toBe('ok');
    expect(all.checks.filter(({ state }) => state === 'failure')).toHaveLength(1);
  });

  it('that is dead, silent, too old or unknown is named by what names it', async () => {
    const socket = path.join(temporaryDirectory(), 'docker.sock');
    const leave = `import socket; s = socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(socket)})`;
    execFileSync('python3', ['-c', leave]);
    const silent = await openEngineProxy({ before: () => new Promise(() => undefined) });
    const change = (answer: string): string =>
      answer.replaceAll(/("ApiVersion":"1\.)\d\d/g, '$124');
    const old = await openEngineProxy({ change });
    const [byFlag, bySetting, ofContext, ofSilent, ofOld] = await Promise.all([
      doctor(['engine', '--host', `unix://${socket}`]),
      doctor(['engine'], { env: { AI_HOST: `unix://${socket}` } }),
      doctor(['engine', '--context', 'nonesuch']),
      doctor(['engine', 'image', '--host', silent.host]),
      doctor(['engine', '--host', old.host]),
    ]);
    for (const { code } of [byFlag, bySetting, ofContext, ofSilent, ofOld]) expect(code).toBe(1);
    expect(byFlag.find('engine.reachable').summary).toContain('nothing listens there');
    expect(byFlag.find('engine.reachable').fix).toContain('leave out --host');
    expect(bySetting.find('engine.reachable').fix).toContain('unset AI_HOST');
    expect(ofContext.find('engine.reachable')).toMatchObject({ code: 'AI_ENGINE_CONTEXT' });
    expect(ofSilent.find('engine.reachable').summary).toContain('does not answer');
    expect(ofSilent.find('image.claude').state).toBe('skipped');
    expect(ofOld.find('engine.api')).toMatchObject({
      ...{ state: 'failure', code: 'AI_ENGINE_API_OLD', fix: 'update Docker, or Podman' },
    });
  });

  it('is not looked at for runs on the machine itself', async () => {
    const all = await doctor(['engine', 'image', 'versions', '--native'], { env: dead });
    expect(all.code).toBe(0);
    expect(all.find('engine.reachable').state).toBe('skipped');
    expect(all.find('versions.native').summary).toContain('claude');
  });
});

describe.runIf(mayActAsOthers)('permissions, as another user', () => {
  it('of a socket that is not for them', async () => {
    const user = testUser();
    const { host } = await openEngineProxy({});
    const socket = host.replace('unix://', '');
    const options = { user, home: temporaryDirectory({ owner: user }), env: { DOCKER_HOST: host } };
    chmodSync(socket, 0o600);
    const all = await doctor(['engine', 'permissions'], options);
    expect(all.find('permissions.socket')).toMatchObject({
      ...{ state: 'failure', code: 'AI_ENGINE_PERMISSION' },
      fix: expect.stringContaining(`ls -l ${socket}`) as unknown,
    });
    expect(all.find('engine.reachable').state).toBe('skipped');
    chmodSync(socket, 0o666);
    expect((await doctor(['permissions'], options)).find('permissions.socket').state).toBe('ok');
  });

  it('of the usual socket, in a session that began before they joined its group', async (context) => {
    const user = testUser();
    const { gid, mode } = statSync('/var/run/docker.sock');
    if (gid === 0 || (mode & 0o007) !== 0) {
      context.skip('the engine’s socket here belongs to no group of its own');
      return;
    }
    const options = { user, home: temporaryDirectory({ owner: user }) };
    const { command, cwd, env } = aiCommand(['doctor', '--json', 'permissions'], options);
    const words = command.map((word) => (word === '--init-groups' ? '--clear-groups' : word));
    const { stdout } = spawnSync(words[0] ?? '', words.slice(1), { cwd, env, encoding: 'utf8' });
    const { checks } = JSON.parse(stdout) as Pick<Answer, 'checks'>;
    expect(checks.find(({ id }) => id === 'permissions.socket')).toMatchObject({
      state: 'failure',
      fix: expect.stringMatching(/^newgrp docker {2}/) as unknown,
    });
    // What newgrp does: the groups of now.
    expect((await doctor(['permissions'], options)).find('permissions.socket').state).toBe('ok');
  });

  it('of state and project: owner, mode, files of root’s; the printed commands mend each', async () => {
    const user = testUser();
    const options = { user, home: temporaryDirectory({ owner: user }) };
    const cwd = makeRepository({ owner: user });
    const state = stateOf(options.home);
    mkdirSync(state);
    mkdirSync(path.join(cwd, 'dist'));
    const look = (): Promise<Answer> => doctor(['permissions'], { ...options, cwd });
    const first = await look();
    expect(first.find('permissions.state').fix).toBe(`sudo chown -R ${user.name}: ${state}`);
    expect(first.find('permissions.state').state).toBe('failure');
    expect(first.find('permissions.project')).toMatchObject({
      ...{ state: 'warning', summary: expect.stringContaining('root’s: dist') as unknown },
    });
    follow(first.find('permissions.state').fix);
    follow(first.find('permissions.project').fix);
    chmodSync(state, 0o755);
    writeFileSync(path.join(state, 'env'), '');
    const second = await look();
    expect(second.find('permissions.project').state).toBe('ok');
    expect(second.find('permissions.state')).toMatchObject({ state: 'warning', fixable: true });
    expect(second.find('permissions.files')).toMatchObject({ state: 'failure' });
    follow(second.find('permissions.state').fix, options);
    follow(second.find('permissions.files').fix);
    expect(await look()).toMatchObject({ code: 0, counts: { failure: 0, warning: 0 } });
  });

  it('of a repository that git takes for somebody else’s', async () => {
    const user = testUser();
    const cwd = makeRepository();
    execFileSync('chmod', ['-R', 'a+rX', path.dirname(cwd)]);
    const options = { user, home: temporaryDirectory({ owner: user }), cwd };
    const { find } = await doctor(['git'], options);
    expect(find('git.project').fix).toContain(`safe.directory ${cwd}`);
    follow(find('git.project').fix, options);
    expect((await doctor(['git'], options)).find('git.project').summary).toContain('cannot write');
  });
});

describe.runIf(mayActAsOthers)('a home', () => {
  it('that is full', async () => {
    mkdirSync(stateOf(home), { mode: 0o700 });
    const unmount = mount(['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs'], stateOf(home));
    const full = await doctor(['disk', 'permissions'], { env: dead });
    expect(full.code).toBe(1);
    expect(full.find('disk.home')).toMatchObject({
      ...{
        state: 'failure',
        fix: expect.stringContaining(`du -xh -d1 ${stateOf(home)}`) as unknown,
      },
    });
    unmount();
    expect((await doctor(['disk'], { env: dead })).find('disk.home').state).not.toBe('failure');
  });

  it('that has no inodes left', async () => {
    mkdirSync(stateOf(home), { mode: 0o700 });
    mount(['-t', 'tmpfs', '-o', 'nr_inodes=10,size=1g,mode=700', 'tmpfs'], stateOf(home));
    expect((await doctor(['disk'], { env: dead })).find('disk.home').summary).toContain('inodes');
  });

  it('that is read-only', async () => {
    mkdirSync(stateOf(home), { mode: 0o700 });
    const unmount = mount(['-t', 'tmpfs', '-o', 'ro,mode=700', 'tmpfs'], stateOf(home));
    const areas = ['permissions', 'disk', 'logins', 'settings', 'state'];
    const all = await doctor([...areas, '--fix'], { env: dead });
    expect(all.find('permissions.state')).toMatchObject({
      ...{ state: 'warning', code: 'AI_STATE_UNWRITABLE' },
      fix: expect.stringContaining('DOCKER_AI_CONFIG_HOME') as unknown,
    });
    expect(all.failed).toEqual([]);
    unmount();
    expect((await doctor(['permissions'])).find('permissions.state').state).toBe('ok');
  });

  it('that is not there at all', async () => {
    const all = await doctor([], { home: '/nonexistent/home', env: dead });
    expect(all.code).toBe(1);
    expect(all.checks.filter(({ state }) => state === 'failure')).toMatchObject([
      { id: 'engine.reachable' },
    ]);
    expect(existsSync('/nonexistent')).toBe(false);
  });
});

it('a sick home: each failure is named with its command, and the commands mend it', async () => {
  const port = await freePort();
  const certificates = temporaryDirectory();
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(certificates, name), text);
    return path.join(certificates, name);
  };
  plant(home, login, claudeTokens('good', 9));
  plant(
    home,
    `backups/default/claude/.credentials.json/2026-01-01T00-00-00.000Z`,
    claudeTokens('good', 9),
  );
  plant(home, login, '{"claudeAiOauth":');
  plant(home, 'global_state/codex/auth.json', { OPENAI_API_KEY: 'sk-sEcReT-0123456789abcdef' });
  chmodSync(inState(home, 'global_state/codex/auth.json'), 0o644);
  plant(home, 'global_state/gemini/oauth_creds.json', { access_token: 'sEcReT-x', expiry_date: 1 });
  plant(home, 'config.yaml', 'memory: much\nnonesuch: 1\n');
  plant(home, 'locks/default/claude', { pid: 1, startTime: '1', bootId: 'of-long-ago' });
  const sick = {
    ...{ SSH_AUTH_SOCK: '/nonesuch/agent', AI_MEMROY: '1g', PATH: '/nonesuch' },
    HTTPS_PROXY: `http://me:hunter22secret@127.0.0.1:${port}`,
    NODE_EXTRA_CA_CERTS: file('old.pem', expiredCertificate),
    SSL_CERT_FILE: file('garbage.pem', 'no certificate\n'),
    AI_CA_CERTIFICATES: path.join(certificates, 'missing.pem'),
    ...dead,
  };
  const cwd = makeRepository();
  writeFileSync(path.join(cwd, '.airc'), 'mounts: [/srv:/srv]\n');
  const all = await doctor([], { env: sick, cwd });
  expect(all.code).toBe(1);
  const expected: [string, Check['state'], string][] = [
    ['network.proxy', 'failure', 'unset HTTPS_PROXY'],
    ['ca.NODE_EXTRA_CA_CERTS', 'failure', `put a current one into ${sick.NODE_EXTRA_CA_CERTS}`],
    ['ca.SSL_CERT_FILE', 'failure', 'unset SSL_CERT_FILE'],
    ['ca.caCertificates', 'failure', 'unset AI_CA_CERTIFICATES'],
    ['ssh.agent', 'warning', 'unset SSH_AUTH_SOCK'],
    ['git.version', 'failure', 'sudo apt-get install git'],
    ['logins.claude', 'failure', 'ai auth restore claude'],
    ['logins.gemini', 'warning', 'ai auth login gemini'],
    ['logins.modes', 'warning', `chmod 600 ${inState(home, 'global_state/codex/auth.json')}`],
    ['settings.files', 'failure', 'ai config edit'],
    ['settings.variables', 'warning', 'unset AI_MEMROY'],
    ['settings.trust', 'warning', 'ai trust'],
    ['state.locks', 'warning', 'ai doctor --fix'],
  ];
  for (const [id, state, fix] of expected) {
    expect(all.find(id)).toMatchObject({ id, state });
    expect(all.find(id).fix).toContain(fix);
  }
  expect(all.find('settings.files').detail).toHaveLength(2);
  expect(JSON.stringify(all)).not.toMatch(/hunter22secret|sEcReT/);

  writeFileSync(inState(home, 'config.yaml'), 'memory: 2g\n');
  // At a terminal they ask.
  for (const id of ['logins.claude', 'settings.trust'])
    follow(`${all.find(id).fix?.split('  ', 1)[0] ?? ''} --yes`, { cwd });
  for (const id of ['logins.modes', 'state.locks']) follow(all.find(id).fix);
  plant(home, 'global_state/gemini/oauth_creds.json', {});
  const healthy = await doctor(['network', 'ca', 'ssh', 'git', 'logins', 'settings', 'state'], {
    ...{ env: { NODE_EXTRA_CA_CERTS: file('good.pem', goodCertificate) }, cwd },
  });
  expect(healthy.checks.filter(({ fix }) => fix !== null)).toEqual([]);
  expect(readIn(home, login)).toContain('access-good');
});

it('a registry of this machine that does not answer, and one that is elsewhere', async () => {
  const port = await freePort();
  const at = (url: string): AiOptions => ({ env: { npm_config_registry: url, ...dead } });
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [local, far, answering, proxy] = await Promise.all([
    doctor(['registry'], at(`http://127.0.0.1:${port}/`)),
    doctor(['registry'], at('http://registry.example.invalid/')),
    doctor(['registry'], at(`${here}/`)),
    doctor(['network'], { env: { HTTPS_PROXY: here, ...dead } }),
  ]);
  const { stdout } = await runAi(['doctor', '--json', 'registry'], { home, ...at(`${here}/`) });
  expect(stdout).not.toContain('--offline');
  expect(answering.find('registry.npm')).toMatchObject({ state: 'ok', fix: null });
  expect(proxy.find('network.proxy')).toMatchObject({ state: 'ok', fix: null });
  expect(local.find('registry.npm')).toMatchObject({
    ...{ state: 'warning', fix: expect.stringContaining('npm config get registry') as unknown },
    summary: expect.stringContaining('nothing listens there') as unknown,
  });
  expect(far.find('registry.npm')).toMatchObject({
    state: 'skipped',
    summary: expect.stringContaining('not tried (--offline)') as unknown,
  });
});

describe('images', () => {
  it('that are missing are named with what makes them; --fix alone does not build', async () => {
    const base = `ai-test/base:doctor-${process.pid}`;
    const { find, fixed, code } = await doctor(['image', '--fix'], {
      env: { AI_IMAGE_BASE: base },
    });
    expect({ code, fixed }).toEqual({ code: 0, fixed: [] });
    expect(find('image.claude')).toMatchObject({ state: 'warning', fixable: true });
    expect(find('image.claude').fix).toMatch(/^ai --yes -a claude exec -- true {2}/);
    expect((await doctor(['image'], { home: ready })).find('image.claude').state).toBe('ok');
  });

  it('that only have the name are told from ours', async () => {
    const env = { AI_IMAGE_BASE: `ai-test/base:doctor-unfit-${process.pid}` };
    const { stdout } = await runAi(['assistants', '--json'], { home, env });
    const { assistants } = JSON.parse(stdout) as {
      assistants: { name: string; image: { tag: string } }[];
    };
    const tag = assistants.find(({ name }) => name === 'claude')?.image.tag ?? '';
    execFileSync('docker', ['build', '--quiet', '--tag', tag, '-'], {
      input: 'FROM scratch\nLABEL ai.image=claude\n',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    onTestFinished(() =>
      connectToEngine()
        .getImage(tag)
        .remove({ force: true })
        .catch(() => undefined),
    );
    const { code, find } = await doctor(['image'], { env });
    expect(code).toBe(1);
    expect(find('image.claude')).toMatchObject({
      ...{ state: 'failure', fix: `docker image rm ${tag} && ai --yes -a claude exec -- true` },
    });
  });
});

describe('what crashes have left', () => {
  async function crashed(): Promise<string> {
    const run = LiveRun.start(['exec', '--', 'sh', '-c', 'echo ready; exec cat'], { home: ready });
    await run.waitFor('ready');
    const [id = ''] = runsIn(ready);
    run.signal('SIGKILL');
    await run.ended;
    return id;
  }

  it('is a run that was cut off, until the printed command has finished it', async () => {
    const id = await crashed();
    const { find, code } = await doctor(['state'], { home: ready });
    expect(code).toBe(0);
    expect(find('state.runs')).toMatchObject({ state: 'warning', fixable: true });
    expect(find('state.runs').summary).toContain(`${id} (claude)`);
    follow(find('state.runs').fix, { home: ready });
    expect((await doctor(['state'], { home: ready })).find('state.runs').state).toBe('ok');
    await expectNothingLeft(ready);
  });

  it('is mended by --fix, which says what it did, and looks again', async () => {
    const docker = connectToEngine();
    const id = await crashed();
    const owner = ownerOf(readHost({}, defaultSettings), stateOf(ready));
    const container = await docker.createContainer({
      ...{ Image: busyboxImage, Cmd: ['true'] },
      Labels: { 'ai.owner': owner, 'ai.run': 'left-one', 'ai.assistant': 'claude' },
    });
    onTestFinished(() => container.remove({ force: true }).catch(() => undefined));
    plant(ready, 'locks/default/claude', { pid: 1, startTime: '1', bootId: 'of-long-ago' });
    plant(ready, 'backups/restoring.json', { set: 'none' });
    chmodSync(stateOf(ready), 0o755);
    chmodSync(inState(ready, login), 0o640);
    const areas = ['permissions', 'logins', 'state'];
    const sick = await doctor(areas, { home: ready });
    const fixable = sick.checks.filter(({ fixable: is }) => is).map((check) => check.id);
    expect(fixable).toEqual([
      ...['permissions.state', 'logins.modes', 'state.runs', 'state.containers', 'state.locks'],
      'state.restoration',
    ]);
    const mended = await doctor([...areas, '--fix'], { home: ready });
    expect(mended.fixed.join('\n')).toContain(id);
    expect(mended.fixed.join('\n')).toContain('left-one');
    // What finishes the run has taken the lock and given it up: nothing is left to do about it.
    expect(mended.fixed).toHaveLength(4);
    for (const text of mended.fixed) expect(mended.stderr).toContain(`ai: ${text}\n`);
    expect(mended.checks.filter(({ fix }) => fix !== null)).toEqual([]);
    expect(statSync(stateOf(ready)).mode & 0o777).toBe(0o700);
    const again = await doctor([...areas, '--fix'], { home: ready });
    expect(again.fixed).toEqual([]);
    await expectNothingLeft(ready);
  });

  it('is saved without an engine, as far as logins and settings go', async () => {
    await crashed();
    const options = { home: ready, env: dead };
    const { fixed } = await doctor(['state', '--fix'], options);
    expect(fixed).toEqual(['saved the logins and settings of runs that were cut off']);
    follow('ai clean', { home: ready });
    await eventually(() => {
      expect(runsIn(ready)).toEqual([]);
    });
  });
});

it.each([
  [['doctor', 'enigne'], 'ai doctor engine'],
  [['doctor', '-a', 'cluade'], 'claude'],
  [['doctor', '--memory', '1g'], 'does not take --memory'],
])('%j is wrong usage', async (words, hint) => {
  const { code, stdout, stderr } = await runAi(words, { home });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(hint);
});
