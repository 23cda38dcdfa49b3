// Podman as root and as a user, and Docker as a user: the same gestures with the same outcome as on the usual engine.

import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { containersLeft } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { OtherEngine, type OtherEngineKind } from '../support/other-engine.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import type { TestUser } from '../support/user.ts';

const root: TestUser = { name: 'root', uid: 0, gid: 0 };

interface Expected {
  engine: { make: string; rootless: boolean };
  /** Of a user in their own project: ids inside. */
  ids: string;
  namespace?: string;
}

const engines: readonly [OtherEngineKind, Expected][] = [
  ['Podman as root', { engine: { make: 'podman', rootless: false }, ids: '0:0' }],
  [
    'Podman as a user',
    { engine: { make: 'podman', rootless: true }, ids: '4321:4321', namespace: 'keep-id' },
  ],
  ['Docker as a user', { engine: { make: 'docker', rootless: true }, ids: '0:0' }],
];

describe.each(engines)('%s', (kind, expected) => {
  let engine: OtherEngine;
  let home: string;
  let project: string;
  let is: TestUser;

  beforeAll(async () => {
    engine = new OtherEngine(kind);
    is = engine.user ?? root;
    home = temporaryDirectory({ owner: engine.user });
    project = temporaryDirectory({ owner: engine.user });
    await engine.start();
    await engine.loadImageFor(home, project);
  });
  afterAll(async () => {
    await engine.destroy();
  });
  afterEach(async () => {
    expect(await containersLeft(home, { docker: engine.docker })).toEqual([]);
    expect(runsIn(home)).toEqual([]);
  });

  const options = (more: AiOptions = {}): AiOptions => ({
    home,
    cwd: project,
    user: engine.user,
    ...more,
    env: {
      ...engine.environment,
      DOCKER_HOST: engine.host,
      NODE_EXTRA_CA_CERTS: undefined,
      ...more.env,
    },
  });
  const ai = (args: readonly string[], more: AiOptions = {}): Promise<AiResult> =>
    runAi(args, options(more));
  const exec = (script: string, ...flags: string[]): Promise<AiResult> =>
    ai([...flags, 'exec', '--', 'sh', '-c', script]);
  const ownerOf = (name: string): string => {
    const { uid, gid } = lstatSync(path.join(project, name));
    return `${name} ${uid}:${gid}`;
  };

  it('is known for what it is, and the plan fits', async () => {
    const result = await ai(['--dry-run', '--json', 'exec', '--', 'true']);
    const plan = JSON.parse(result.stdout) as {
      engine: object;
      user: { uid: number; gid: number; name: string };
      userNamespace?: { mode: string };
    };
    expect(plan.engine).toMatchObject(expected.engine);
    const { uid, gid, name } = plan.user;
    expect([`${uid}:${gid}`, name]).toEqual([expected.ids, is.name]);
    expect(plan.userNamespace?.mode).toBe(expected.namespace);
  });

  it('is the user inside, by name, without rights, and what is made belongs to the user outside', async () => {
    const data = temporaryDirectory({ owner: engine.user });
    const login = '{"claudeAiOauth":{"accessToken":"a","refreshToken":"r","expiresAt":1}}';
    const target = `/workspace/${path.basename(project)}/mounted/deep`;
    const script = `id -un; id -u; echo "$HOME"; grep -E 'CapEff|NoNewPrivs' /proc/self/status
      touch file "$HOME/x" mounted/deep/z; mkdir -p made/deep; ln -s f made/link
      cd ~/.claude; echo memory > CLAUDE.md; echo talk > projects/talk
      echo '${login}' > "$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json"`;
    const { code, stdout, stderr } = await exec(script, '-v', `${data}:${target}`);
    const [id] = expected.ids.split(':');
    expect({ code, stderr, lines: stdout.split('\n') }).toEqual({
      code: 0,
      stderr: '',
      lines: [is.name, id, '/home/ai', `CapEff:\t${'0'.repeat(16)}`, 'NoNewPrivs:\t1', ''],
    });
    const state = path.relative(project, stateOf(home));
    const [projectId = ''] = readdirSync(path.join(stateOf(home), 'projects'));
    for (const name of ['file', 'made', 'made/deep', 'made/link', 'mounted', 'mounted/deep'])
      expect(ownerOf(name)).toBe(`${name} ${is.uid}:${is.gid}`);
    for (const name of [
      `${state}/global_state/claude/CLAUDE.md`,
      `${state}/global_state/claude/.credentials.json`,
      `${state}/projects/${projectId}/claude/projects/talk`,
      path.relative(project, path.join(data, 'z')),
    ])
      expect(ownerOf(name)).toBe(`${name} ${is.uid}:${is.gid}`);
    // The next session has it all, and may go on with it.
    const next = `cd ~/.claude; f="$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json"
      cat CLAUDE.md projects/talk "$f"; for each in CLAUDE.md projects/talk "$f"; do : >> "$each"; done`;
    expect(await exec(next)).toEqual({
      code: 0,
      signal: null,
      stdout: `memory\ntalk\n${login}\n`,
      stderr: '',
    });
  });

  it('holds with --secure and by default what it can, and is refused nothing', async () => {
    const script = `for d in . ~ /tmp /var/tmp /run/lock; do mkdir -p "$d"; touch "$d/t" && rm "$d/t" || echo "not in $d"; done
      awk '$2 == "/" { split($4, o, ","); print o[1] }' /proc/self/mounts`;
    const byDefault = expected.ids.startsWith('0:') ? 'rw' : 'ro';
    expect(await exec(script)).toMatchObject({ code: 0, stdout: `${byDefault}\n`, stderr: '' });
    const secure = await exec(script, '--secure', '--network', 'open');
    expect(secure).toMatchObject({ code: 0, stdout: 'ro\n' });
  });

  it('may be root inside with --root, and what is made still belongs to the user', async () => {
    const script = 'id -u; touch /usr-x; chown 42:42 /usr-x; stat -c %u /usr-x; touch rooted';
    expect(await exec(script, '--root')).toMatchObject({ code: 0, stdout: '0\n42\n', stderr: '' });
    expect(ownerOf('rooted')).toBe(`rooted ${is.uid}:${is.gid}`);
  });

  it.each<[number, string[]]>([
    [0, ['true']],
    [3, ['sh', '-c', 'exit 3']],
    [137, ['sh', '-c', 'kill -KILL $$']],
    [143, ['sh', '-c', 'kill -TERM $$']],
    [126, ['/etc/hostname']],
    [127, ['no-such-command']],
  ])('ends with %i for %j, and the launcher adds no word', async (code, command) => {
    const result = await ai(['exec', '--', ...command]);
    expect(result).toMatchObject({ code, signal: null, stdout: '' });
    expect(result.stderr).not.toMatch(/^ai:/m);
  });

  it('passes stdin whole, to its end, and what comes after that end', async () => {
    const input = 'line\n'.repeat(400_000);
    const result = await runAi(
      [
        'exec',
        '--',
        'sh',
        '-c',
        'wc -c; sleep 0.2; head -c 3000000 /dev/zero | tr "\\0" x; echo err >&2',
      ],
      options({ input }),
    );
    expect(result).toMatchObject({ code: 0, stderr: 'err\n' });
    expect(result.stdout).toBe(`${input.length}\n${'x'.repeat(3_000_000)}`);
  });

  it('loses no output of programs that print and end at once', async () => {
    for (let count = 0; count < 4; count++)
      expect(await exec(`echo out-${count}; echo err >&2; exit 7`)).toEqual({
        code: 7,
        signal: null,
        stdout: `out-${count}\n`,
        stderr: 'err\n',
      });
  });

  it('has a terminal of the right size from the start, that follows the window and takes Ctrl-C and Ctrl-P', async () => {
    const idle = 'while :; do sleep 0.05; done';
    const script = `stty size; trap 'stty size' WINCH; trap 'echo caught' INT; trap 'exit 5' TERM
      echo ready; ${idle}`;
    const terminal = Terminal.open({
      ...aiCommand(['exec', '--', 'sh', '-c', script], options()),
      rows: 31,
      columns: 97,
    });
    await terminal.waitFor('31 97');
    await terminal.waitFor('ready');
    terminal.resize(40, 120);
    await terminal.waitFor('40 120');
    terminal.type('\x10');
    terminal.type('\x03');
    await terminal.waitFor('caught');
    terminal.signal(15);
    expect(await terminal.exit).toEqual({ code: 5, signal: null });
  });

  it.each<[NodeJS.Signals, number, string]>([
    ['SIGTERM', 9, `trap 'echo bye; exit 9' TERM`],
    ['SIGINT', 6, `trap 'echo bye; exit 6' INT`],
  ])('passes %s on', async (signal, code, trap) => {
    const script = `${trap}; echo ready; while :; do sleep 0.05; done`;
    const run = LiveRun.start(['exec', '--', 'sh', '-c', script], options());
    await run.waitFor('ready');
    run.signal(signal);
    expect(await run.ended).toEqual({ code, signal: null, stdout: 'ready\nbye\n', stderr: '' });
  });

  it('ends what is over its time with 124', async () => {
    expect(await exec('sleep 1000', '--timeout', '1')).toMatchObject({ code: 124, stdout: '' });
  });

  it('lists runs, and stops one', async () => {
    const script = 'echo ready; while :; do sleep 0.05; done';
    const run = LiveRun.start(['exec', '--', 'sh', '-c', script], options());
    await run.waitFor('ready');
    const list = await ai(['ps', '--json']);
    const [found] = JSON.parse(list.stdout) as { id: string; state: string }[];
    expect(found).toMatchObject({ state: 'running' });
    expect(await ai(['stop', found?.id ?? ''])).toMatchObject({ code: 0 });
    expect(await run.ended).toMatchObject({ code: 143 });
  });

  it('ends the container of a launcher that was killed, and the next `ai` cleans up', async () => {
    const run = LiveRun.start(['exec', '--', 'sh', '-c', 'echo ready; sleep 1000'], options());
    await run.waitFor('ready');
    run.signal('SIGKILL');
    await run.ended;
    expect(await containersLeft(home, { docker: engine.docker, within: 10_000 })).toEqual([]);
    expect(await exec('true')).toMatchObject({ code: 0 });
  });

  it('waits for the removal with --wait-removed', async () => {
    expect(await exec('exit 4', '--wait-removed')).toMatchObject({ code: 4, stderr: '' });
    expect(await containersLeft(home, { docker: engine.docker, within: 0 })).toEqual([]);
  });

  it('mounts read-only what is to be, and only what was named', async () => {
    const data = temporaryDirectory({ owner: engine.user });
    mkdirSync(path.join(data, 'below'));
    writeFileSync(path.join(data, 'below/given'), 'data');
    const result = await exec('cat /data/below/given; touch /data/x', '-v', `${data}:/data:ro`);
    expect(result).toMatchObject({ code: 1, stdout: 'data' });
    expect(result.stderr).toContain('Read-only file system');
  });

  it.each([['none'], ['host']])('has the network %s', async (network) => {
    expect(await exec('ls /sys/class/net | wc -l', '--network', network)).toMatchObject({
      code: 0,
    });
  });

  it('tells a user of limits that it does not hold', async () => {
    const { engine: found } = JSON.parse(
      (await ai(['--dry-run', '--json', 'exec', '--', 'true'])).stdout,
    ) as { engine: { limits: boolean } };
    const result = await exec('true', '--memory', '64m', '--pids', '100');
    expect(result.code).toBe(0);
    expect(result.stderr.includes('not limited: memory, pids')).toBe(!found.limits);
  });

  it('leaves nobody asleep after Ctrl-Z: `fg` wakes `ai` and the program', async () => {
    const { command, env } = aiCommand([], options());
    const words = command.map((word) => `'${word}'`).join(' ');
    const terminal = Terminal.open({
      command: ['bash', '--norc', '--noprofile', '-i'],
      cwd: project,
      env: { ...env, ai: words, PS1: 'prompt> ' },
    });
    await terminal.waitFor('prompt> ');
    // Docker of a user cannot look at processes without cgroup v2: what stops there is woken at once.
    const tellsProcesses =
      kind !== 'Docker as a user' || existsSync('/sys/fs/cgroup/cgroup.controllers');
    // As assistants do it. (Podman's init blocks the signal of the key itself, until the image's sh clears that.)
    const script = `stty raw -echo; echo ready; head -c 1 >/dev/null; stty sane; kill -STOP \\$\\$; echo wo\\ken; exec cat`;
    terminal.type(`eval "$ai exec -- sh -c '${script}'"\r`);
    await terminal.waitFor(/^ready/m);
    terminal.type('\x1a');
    if (tellsProcesses) {
      await terminal.waitFor('Stopped');
      await terminal.waitFor('prompt> ');
      terminal.type('fg\r');
    }
    await terminal.waitFor('woken');
    terminal.type('again\r');
    await terminal.waitFor(/again\s+again\s/);
    terminal.type('\x04');
    await terminal.waitFor('prompt> ');
    terminal.type('exit 3\r');
    expect(await terminal.exit).toEqual({ code: 3, signal: null });
  });

  it('publishes a port where the engine’s host network is', async () => {
    const port = await freePort();
    const script = 'echo ready; echo answer | nc -l -p 3000';
    const run = LiveRun.start(['-P', `${port}:3000`, 'exec', '--', 'sh', '-c', script], options());
    await run.waitFor('ready');
    const ask = `for try in 1 2 3 4 5 6 7 8 9 10; do nc -w 2 127.0.0.1 ${port} </dev/null && exit; sleep 0.2; done; exit 1`;
    // Podman as root has a network of its own here (other-engine.sh).
    const answer = engine.user
      ? spawnSync('busybox', ['sh', '-c', ask], { encoding: 'utf8' }).stdout
      : (await exec(ask, '--network', 'host')).stdout;
    expect(answer).toBe('answer\n');
    expect(await run.ended).toMatchObject({ code: 0 });
  });

  it('refuses what it cannot do with its own words, and nothing is left of it', async () => {
    const result = await exec('true', '--workspace', 'same', '-v', `${project}:/proc/nope/here`);
    expect(result).toMatchObject({ code: 125, stdout: '' });
    expect(result.stderr).toContain('AI_ENGINE_REFUSED');
  });

  it('that goes away during a session: 125, and the next `ai` cleans up', async () => {
    const script = 'echo ready; while :; do sleep 0.05; done';
    const run = LiveRun.start(['exec', '--', 'sh', '-c', script], options());
    await run.waitFor('ready');
    await engine.kill();
    const lost = await run.ended;
    expect(lost.code).toBe(125);
    expect(lost.stderr).toContain('AI_ENGINE_LOST');
    expect((await exec('true')).stderr).toContain('AI_ENGINE_UNREACHABLE');
    await engine.start();
    expect(await exec('echo next')).toMatchObject({ code: 0, stdout: 'next\n' });
  });
});
