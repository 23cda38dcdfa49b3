// `ai setup` on machines without an engine: Debian trees with processes, mounts and sockets of their own, real packages, a
// real dockerd. There is no systemd and no Mac here: fakes stand for them in test/unit/setup.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AiResult } from '../support/ai.ts';
import { BareMachine, daemonSettings, debianTree } from '../support/bare-machine.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { Terminal } from '../support/terminal.ts';

let tree: string;
const machines: BareMachine[] = [];

beforeAll(async () => {
  tree = await debianTree();
});

afterAll(async () => {
  // One that cannot be removed is no reason to leave the others.
  const ends = await Promise.allSettled(machines.map((machine) => machine.destroy()));
  expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(machines.flatMap((machine) => machine.leftOnHost)).toEqual([]);
});

async function start(name: string): Promise<BareMachine> {
  const machine = await BareMachine.start(tree, name);
  machines.push(machine);
  return machine;
}

const installedPackages = (machine: BareMachine): Promise<string> =>
  machine.must(`dpkg-query -W -f '\${Package} \${db:Status-Abbrev}\\n'`);

const stopEngine = (machine: BareMachine): Promise<string> =>
  machine.must(
    'kill "$(cat /var/run/docker.pid)"; while [ -e /var/run/docker.pid ]; do sleep 0.1; done',
  );

/** Where tests begin with an engine that runs, whatever the ones before have done. */
async function bringUp(machine: BareMachine): Promise<void> {
  const { code, stderr } = await machine.ai(['setup', '--yes']);
  expect(code, stderr).toBe(0);
}

/** The host's own: Debian 13 has it in another package than the engine. */
const docker = (...args: string[]): string =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const running = /Docker Engine \d+\.\d+\.\d+\S* is running at unix:\/\/\/var\/run\/docker\.sock/;

describe('on a bare Debian', () => {
  let machine: BareMachine;
  let before: string;

  beforeAll(async () => {
    machine = await start('bare-machine');
    before = await installedPackages(machine);
  });

  it('without a terminal and a yes: the commands, 125, and nothing changed', async () => {
    const { code, stdout, stderr } = await machine.ai(['setup']);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toMatch(/there is no Docker Engine on this machine \(Debian GNU\/Linux \d+\)/);
    expect(stderr).toContain('apt-get update\n');
    expect(stderr).toContain('dockerd >>/var/log/dockerd.log');
    expect(stderr).toContain('→ ai setup --yes  runs them');
    expect(await installedPackages(machine)).toBe(before);
  });

  it('--dry-run prints the commands on stdout, and does nothing', async () => {
    const { code, stdout } = await machine.ai(['setup', '--yes', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'apt-get update',
      expect.stringContaining('--download-only') as string,
      expect.stringMatching(/ install .* docker\.io iptables ca-certificates/) as string,
      expect.stringContaining('dockerd') as string,
      '',
    ]);
    expect(await installedPackages(machine)).toBe(before);
  });

  it('a user without sudo is told what root has to do', async () => {
    await machine.must('useradd -m -s /bin/bash carl');
    const { code, stderr } = await machine.ai(['setup', '--yes'], { user: 'carl' });
    expect(code).toBe(125);
    expect(stderr).toContain('usermod -aG docker carl');
    expect(stderr).toContain('AI_SETUP_ROOT');
  });

  it('shell functions need no engine: they are there, and what is missing is still the last word', async () => {
    await machine.must('useradd -m -s /bin/bash cora');
    const options = { user: 'cora', env: { SHELL: '/bin/bash' } };
    const { code, stderr } = await machine.ai(['setup', '--yes'], options);
    expect(code).toBe(125);
    expect(stderr).toMatch(/added to ~\/\.bashrc[^]*AI_SETUP_ROOT\n$/);
    const there =
      'bash -i -c "type claude" 2>/dev/null; stat -c "%U %a" ~cora/.docker-ai-config/shell/ai.bash';
    expect(await machine.must(`HOME=/home/cora; ${there}`)).toMatch(
      /claude is a function[^]*\ncora 600$/,
    );
  });

  it('where root may not mount, as in a container, it says so before it installs anything', async () => {
    const argv = ['setpriv', '--bounding-set=-sys_admin', 'node', '/opt/ai/bin/ai.js'];
    const { code, stderr } = await machine.run([...argv, 'setup', '--yes']);
    expect(code).toBe(125);
    expect(stderr).toMatch(/may not mount, and without that no engine runs in it/);
    expect(await installedPackages(machine)).toBe(before);
  });

  it('a user without a name is told what root has to do, too', async () => {
    const argv = ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'];
    const ai = ['node', '/opt/ai/bin/ai.js', 'setup'];
    const { code, stderr } = await machine.run([...argv, 'env', 'HOME=/tmp', ...ai]);
    expect(code, stderr).toBe(125);
    expect(stderr).toContain('apt-get update');
    expect(stderr).toContain('AI_SETUP_ROOT');
  });

  it('a list says how to come to an engine, --yes or not', async () => {
    const { code, stderr } = await machine.ai(['--yes', 'ps']);
    expect(code).toBe(125);
    expect(stderr).toMatch(/→ ai setup {2}installs or starts[^]*AI_ENGINE_MISSING/);
    expect(await installedPackages(machine)).toBe(before);
  });
});

describe('for root', () => {
  let machine: BareMachine;
  let setUp: AiResult;

  beforeAll(async () => {
    machine = await start('machine-of-root');
    setUp = await machine.ai(['setup', '--yes'], { env: { API_KEY: 'secret' } });
  });
  beforeEach(async () => {
    await bringUp(machine);
  });

  it('--yes installs, starts and waits: an engine that runs containers', () => {
    const { code, stderr } = setUp;
    expect(stderr).toMatch(running);
    expect(stderr).toContain('installed docker.io, iptables, ca-certificates');
    expect(code).toBe(0);
    const archive = path.join(machine.tree, 'root/busybox.tar');
    docker('save', '--output', archive, busyboxImage);
    const inside = ['--host', `unix://${machine.seen('/run/docker.sock')}`];
    docker(...inside, 'load', '--quiet', '--input', archive);
    const answer = docker(
      ...inside,
      'run',
      '--rm',
      '--network=none',
      busyboxImage,
      'echo',
      'hello',
    );
    expect(answer).toBe('hello\n');
  });

  it('the engine outlives ai, and knows nothing of the user’s keys', async () => {
    const [engine = '', ...others] = await machine.processes('dockerd');
    expect(others).toEqual([]);
    expect(await machine.must(`tr '\\0' '\\n' </proc/${engine}/environ`)).not.toContain('secret');
  });

  it('again: nothing to do', async () => {
    const { code, stdout, stderr } = await machine.ai(['setup']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(running);
    expect(stderr).toMatch(/: nothing to do\n$/);
  });

  it('an engine that was named and does not answer is left alone', async () => {
    const { code, stderr } = await machine.ai(['setup', '--yes'], {
      env: { DOCKER_HOST: 'unix:///run/other.sock' },
    });
    expect(code).toBe(125);
    expect(stderr).toMatch(/DOCKER_HOST .* unix:\/\/\/run\/other\.sock.* does not answer/);
  });

  it('--json has the same keys, whatever there was to do', async () => {
    const { code, stdout } = await machine.ai(['setup', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      endpoint: 'unix:///var/run/docker.sock',
      version: expect.any(String) as string,
      did: [],
      newLogin: false,
      shell: null,
    });
  });

  it('one that listens somewhere else is said, and not waited for long', async () => {
    await stopEngine(machine);
    await machine.must(`
      dockerd --host unix:///run/other.sock >/var/log/other.log 2>&1 </dev/null &
      while ! [ -S /run/other.sock ] || ! [ -e /var/run/docker.pid ]; do sleep 0.1; done`);
    const preview = await machine.ai(['setup', '--dry-run']);
    expect(preview).toMatchObject({ code: 0, stdout: '' });
    expect(preview.stderr).toMatch(
      /runs, but does not answer at .*; ai setup would wait for it\n$/,
    );
    const { code, stderr } = await machine.ai(['setup']);
    expect(code).toBe(125);
    expect(stderr).toContain('nothing answers at /var/run/docker.sock after 20 s');
    expect(stderr).toContain('ai --host ENDPOINT');
    await stopEngine(machine);
  });

  it('an engine that has ended is only started again', async () => {
    await stopEngine(machine);
    const { code, stdout, stderr } = await machine.ai(['setup', '--yes', '--json']);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/installing|apt/);
    expect(JSON.parse(stdout)).toMatchObject({
      endpoint: 'unix:///var/run/docker.sock',
      version: expect.stringMatching(/^\d/) as string,
      did: ['starting the engine'],
      newLogin: false,
    });
    expect(await machine.processes('dockerd')).toHaveLength(1);
  });

  it('a launch with --yes starts the engine, and goes on in a container', async () => {
    await machine.must('mkdir -p /srv/project');
    const launch = ['-C', '/srv/project', '--yes', '--network', 'none'];
    const where = await machine.ai([...launch.slice(0, 2), 'where', '--json']);
    const { image, state } = JSON.parse(where.stdout) as { image: { tag: string }; state: string };
    docker('--host', `unix://${machine.seen('/run/docker.sock')}`, 'tag', busyboxImage, image.tag);
    const files = `${state}/images/${image.tag.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`;
    await machine.must(
      `mkdir -p ${files}; cp /etc/passwd /etc/group ${files}; : >${files}/ca-certificates.crt`,
    );
    await stopEngine(machine);
    const refused = await machine.ai([...launch.slice(0, 2), 'exec', '--', 'true']);
    expect(refused.code).toBe(125);
    expect(refused.stderr).toMatch(/ai setup[^]*ai --native/);
    const run = await machine.ai([...launch, 'exec', '--', 'sh', '-c', 'echo from $(pwd)']);
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'from /workspace/project\n' });
    expect(run.stderr).toMatch(running);
  });

  it('an engine that cannot start: the end of its log, 125', async () => {
    await stopEngine(machine);
    const settings = path.join(machine.tree, 'etc/docker/daemon.json');
    writeFileSync(settings, '{ "storage-driver": "none-such" }');
    const { code, stderr } = await machine.ai(['setup', '--yes']);
    writeFileSync(settings, daemonSettings);
    expect(code).toBe(125);
    expect(stderr).toContain('none-such');
    expect(stderr).toMatch(/dockerd ended with 1\n/);
    expect(stderr).toContain('AI_SETUP_FAILED');
  });
});

describe('for users with sudo', () => {
  let machine: BareMachine;

  beforeAll(async () => {
    machine = await start('machine-of-users');
    await machine.must(`
      apt-get -qq update
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends sudo >/dev/null
      useradd -m -s /bin/bash anna
      useradd -m -s /bin/bash -G sudo berta
      echo 'berta:a word' | chpasswd
      echo 'anna ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/anna`);
  });

  const terminalOf = (user: string, ...args: string[]): Terminal =>
    Terminal.open({
      command: [
        // What enters the machine waits there for the launcher, and is to leave Ctrl-C to it.
        ...['sh', '-c', 'trap "" INT; exec "$@"', 'sh'],
        ...machine.command(['node', '/opt/ai/bin/ai.js', ...args], { user }),
      ],
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '' },
      columns: 200,
    });

  it('a no at the question does nothing', async () => {
    const terminal = terminalOf('anna', 'setup');
    await terminal.waitFor('sudo apt-get update');
    await terminal.waitFor('sudo usermod -aG docker anna');
    await terminal.waitFor('can do what root can');
    await terminal.waitFor('[Y/n]');
    terminal.type('n\r');
    await terminal.waitFor('nothing was done');
    expect(await terminal.exit).toMatchObject({ code: 125 });
    expect(await installedPackages(machine)).not.toContain('docker');
  });

  it('Ctrl-C while packages are installed lets dpkg finish, and starts nothing', async () => {
    const terminal = terminalOf('anna', 'setup', '--yes');
    await terminal.waitFor(/installing docker\.io[^]*Unpacking/, { timeout: 100_000 });
    terminal.type('\x03');
    await terminal.waitFor('this step is finished first');
    await terminal.waitFor('interrupted before starting the engine', { timeout: 100_000 });
    expect(await terminal.exit).toMatchObject({ code: 130 });
    expect(await machine.must('dpkg --audit')).toBe('');
    expect(await installedPackages(machine)).toContain('docker.io ii');
    expect(await machine.processes('dockerd')).toEqual([]);
  });

  it('a password that is needed, and cannot be asked for, is said', async () => {
    const { code, stderr } = await machine.ai(['setup', '--yes'], { user: 'berta' });
    expect(code).toBe(125);
    expect(stderr).toContain('a password is required');
    expect(stderr).toContain('→ ai setup  at a terminal');
  });

  it('with a sudo that asks nothing: all the way, and told about the group', async () => {
    const { code, stderr } = await machine.ai(['setup', '--yes'], { user: 'anna' });
    expect(stderr).toMatch(/anna is in the group docker.*newgrp docker/);
    expect(code).toBe(0);
    // A new process of that user is a new login here.
    const again = await machine.ai(['setup'], { user: 'anna' });
    expect(again.stderr).toMatch(/: nothing to do\n$/);
  });

  it('a launch with --yes of who may not use the engine makes them a member, and says what is left', async () => {
    await bringUp(machine);
    await machine.must(`
      useradd -m -s /bin/bash dora
      echo 'dora ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/dora
      install -d -o dora /srv/project`);
    const launch = ['-C', '/srv/project', 'exec', '--', 'true'];
    const refused = await machine.ai(launch, { user: 'dora' });
    expect(refused.stderr).toMatch(/→ ai setup {2}lets you use it[^]*AI_ENGINE_PERMISSION/);
    const { code, stderr } = await machine.ai(['--yes', ...launch], { user: 'dora' });
    expect(code).toBe(125);
    expect(stderr).toMatch(/→ newgrp docker[^]*AI_SETUP_LOGIN/);
    expect((await machine.must('id -nG dora')).split(' ')).toContain('docker');
  });

  it('--quiet asks with everything that the yes is to', async () => {
    await bringUp(machine);
    await machine.must('useradd -m -s /bin/bash -G sudo clara');
    const terminal = terminalOf('clara', '--quiet', 'setup');
    await terminal.waitFor('[Y/n]');
    expect(terminal.visible).toMatch(
      /clara may not use the engine[^]*usermod -aG docker clara\r?\n/,
    );
    expect(terminal.visible).toContain('can do what root can');
    // Ctrl-D is no answer, and leaves no line half written.
    terminal.type('\x04');
    expect(await terminal.exit).toMatchObject({ code: 125 });
    expect(terminal.visible).toMatch(/\[Y\/n\]\s*\n$/);
  });

  it('who may not use the engine joins the group, with a password asked for at the terminal', async () => {
    await bringUp(machine);
    const terminal = terminalOf('berta', 'setup');
    await terminal.waitFor('berta may not use the engine');
    await terminal.waitFor('[Y/n]');
    terminal.type('\r');
    await terminal.waitFor('password for berta');
    terminal.type('a word\r');
    await terminal.waitFor('berta is in the group docker');
    expect(await terminal.exit).toMatchObject({ code: 0 });
    expect((await machine.must('id -nG berta')).split(' ')).toContain('docker');
  });
});
