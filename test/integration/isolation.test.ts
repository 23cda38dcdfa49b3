// What a run can reach by default and with --secure, on a real engine: capabilities, files, CIS's list, the user's terminal.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ContainerInspectInfo } from 'dockerode';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ScreenState } from '../../src/session/screen-state.ts';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { cisWarnings } from '../support/cis-checks.ts';
import { connectToEngine, containersOf } from '../support/engine.ts';
import { fakeAssistant, pathWith } from '../support/fake-assistant.ts';
import { stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { testUser } from '../support/user.ts';

let home: string;
let cwd: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  cwd = makeRepository();
});

const isRoot = process.getuid?.() === 0;

const run = (script: string, ...options: string[]): Promise<AiResult> =>
  runAi([...options, 'exec', '--', 'sh', '-c', script], { home, cwd });

describe('a process inside', () => {
  const facts = 'grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status';
  const rightsOf = ({ stdout }: AiResult): Record<string, string> =>
    Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s+/) as [string, string]),
    );

  it('has no capability, cannot get one, and is behind the engine’s filter of system calls', async () => {
    const none = '0'.repeat(16);
    expect(rightsOf(await run(facts))).toEqual({
      ...{ CapInh: none, CapPrm: none, CapEff: none, CapBnd: none, CapAmb: none },
      ...{ NoNewPrivs: '1', Seccomp: '2' },
    });
  });

  it('has with --root the six that package managers need', async () => {
    const result = await run(facts, '--root');
    // chown 0, dac_override 1, fowner 3, fsetid 4, setgid 6, setuid 7 (capabilities(7)).
    expect(rightsOf(result)).toMatchObject({
      CapEff: '00000000000000db',
      CapBnd: '00000000000000db',
      NoNewPrivs: '1',
    });
  });
});

describe('the files of the image', () => {
  const rootOptions = `awk '$2 == "/" { split($4, o, ","); print o[1] }' /proc/self/mounts`;

  it('are read-only with --secure, while work and scratch are not, and programs run there', async () => {
    const use = 'cp /bin/true "$d/t" && "$d/t" && rm "$d/t"';
    const script = `${rootOptions}; for d in . ~ /tmp /var/tmp /run; do ${use} || exit 1; done`;
    expect(await run(script, '--secure')).toMatchObject({ code: 0, stdout: 'ro\n' });
  });

  it.runIf(isRoot)('are writable without, for root in a project of root’s', async () => {
    expect(await run(rootOptions)).toMatchObject({ code: 0, stdout: 'rw\n' });
  });

  it('are read-only for an ordinary user, who can write all the same where one could before', async () => {
    const project = isRoot ? temporaryDirectory({ owner: testUser() }) : cwd;
    const places = '. ~ /tmp /var/tmp /run/lock /var/lock /dev/shm';
    const use = 'echo x > "$d/t" && rm "$d/t"';
    const program = 'for d in . ~ /tmp /var/tmp; do cp /bin/true "$d/t" && "$d/t" || exit 1; done';
    // Of a bind mount's line the fourth field is the directory on its file system: that of a volume has its name.
    const script = `${rootOptions}; for d in ${places}; do ${use} || exit 1; done; ${program}
        stat -c '%a %n' /tmp /var/tmp /run/lock
        awk '$5 ~ "^/(var/)?tmp$" { print $4 }' /proc/self/mountinfo`;
    const words = ['--wait-removed', 'exec', '--', 'sh', '-c', script];
    const { code, stdout, stderr } = await runAi(words, { home, cwd: project });
    const [options, tmp, varTmp, lock, ...volumes] = stdout.trim().split('\n');
    expect({ code, stderr, options, tmp, varTmp, lock }).toEqual({
      ...{ code: 0, stderr: '', options: 'ro' },
      ...{ tmp: '1777 /tmp', varTmp: '1777 /var/tmp', lock: '1777 /run/lock' },
    });
    const ofRun = volumes.map((line) => /volumes\/(\w{64})\/_data$/.exec(line)?.[1] ?? line);
    expect(ofRun).toHaveLength(2);
    const left = await connectToEngine().listVolumes();
    const names = left.Volumes.map(({ Name }) => Name);
    expect(ofRun.filter((name) => names.includes(name))).toEqual([]);
  });
});

describe('with --secure a session', () => {
  const script =
    'ls /sys/class/net; echo x > .git/hooks/x; git commit -q --allow-empty -m inside; git log -1 --format=%s';

  it('has no network but the tunnel, and cannot plant a hook, while it commits', async () => {
    const { code, stdout, stderr } = await run(script, '--secure');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'lo\ninside\n' });
    expect(stderr).toContain('.git/hooks/x: Read-only file system');
  });

  it('is not the usual one: that has a network, and writes there', async () => {
    const { code, stdout } = await run(script);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'eth0\nlo\ninside\n' });
    expect(existsSync(path.join(cwd, '.git/hooks/x'))).toBe(true);
  });
});

describe('the limits', () => {
  const fork = 'n=0; while [ $n -lt 60 ]; do sleep 60 & n=$((n+1)); done; echo "started $n"';

  it('of processes holds: a fork beyond it is refused, and not without', async () => {
    const limited = await run(fork, '--pids', '30');
    expect(limited.stderr).toMatch(/fork/);
    expect(limited.stdout).toBe('');
    expect(await run(fork)).toMatchObject({ code: 0, stdout: 'started 60\n', stderr: '' });
  });

  it('of processors is the engine’s', async () => {
    const seen = await inspectedWith(['--cpus', '0.5']);
    expect(seen.HostConfig.NanoCpus).toBe(5e8);
  });
});

describe('CIS Docker benchmark 1.6, section 5', () => {
  it.each([
    ...(isRoot ? [['the default preset, root', [], ['5.13 root file system']] as const] : []),
    ['the default preset', [], []],
    ['--secure', ['--secure'], []],
  ] as const)(
    'warns of %s: %j %j, and where it applies of AppArmor',
    async (what, options, expected) => {
      if (isRoot && what === 'the default preset') cwd = temporaryDirectory({ owner: testUser() });
      const seen = await inspectedWith(options);
      expect(cisWarnings(seen).filter((one) => !one.startsWith('5.2 '))).toEqual(expected);
    },
  );
});

/** What the engine says of the container of a run with these options. */
async function inspectedWith(options: readonly string[]): Promise<ContainerInspectInfo> {
  const script = 'echo ready; exec sleep 1000';
  const live = LiveRun.start([...options, 'exec', '--', 'sh', '-c', script], { home, cwd });
  await live.waitFor('ready');
  const [container] = await containersOf(home);
  const seen = await connectToEngine().getContainer(container!.id).inspect();
  live.signal('SIGTERM');
  await live.ended;
  return seen;
}

function screenAfter(output: string): ScreenState {
  const screen = new ScreenState();
  screen.see(Buffer.from(output));
  return screen;
}

describe('a safe terminal', () => {
  const bad = String.raw`printf 'A\033]52;c;YQ==\007B\033]0;title\033\\C\033P$qm\033\\D\302\235'; printf '2;x\302\234E\033[20tF\005G\n'`;
  const good = String.raw`printf '\033[1mbold\033[0m \033]8;;https://a.example\033\\link\033]8;;\033\\ \033[?2004h\033[?2004l é\n'`;
  const goodText =
    '\u001b[1mbold\u001b[0m \u001b]8;;https://a.example\u001b\\link\u001b]8;;\u001b\\ \u001b[?2004h\u001b[?2004l é\r\n';

  const open = (script: string, ...options: string[]): Terminal =>
    Terminal.open(aiCommand([...options, 'exec', '--', 'sh', '-c', script], { home, cwd }));

  it('gets neither clipboard nor title nor device strings, and all else', async () => {
    const terminal = open(`${bad}; ${good}; read x; echo "got $x"; exit 3`, '--terminal', 'safe');
    await terminal.waitFor('link');
    terminal.type('hello\r');
    expect(await terminal.exit).toEqual({ code: 3, signal: null });
    const { resetForWords } = screenAfter(goodText);
    expect(terminal.text).toBe(`ABCDEFG\r\n${goodText}hello\r\ngot hello\r\n${resetForWords}`);
  });

  it('is not the usual one: there every byte arrives', async () => {
    const terminal = open(bad);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.text).toContain('\u001b]52;c;YQ==\u0007');
    expect(terminal.text).toContain('\u001b[20t');
  });

  it('is none where the output goes elsewhere: a file gets every byte', async () => {
    const { stdout } = await run(bad, '--terminal', 'safe');
    expect(stdout).toContain('\u001b]52;c;YQ==\u0007');
  });

  it('is there for errors, too, where only these go to it', async () => {
    const { command, env } = aiCommand(
      ['--terminal', 'safe', 'exec', '--', 'sh', '-c', `{ ${bad}; } >&2`],
      { home, cwd },
    );
    const words = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
    const terminal = Terminal.open({ command: ['sh', '-c', `${words} >/dev/null`], cwd, env });
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.text.replaceAll('\r', '')).toBe('ABCDEFG\n');
  });

  it.each(
    [
      ['hidden text', '\u001b[8m'],
      ['equal colours', '\u001b]10;#000000\u0007\u001b]11;#000000\u0007'],
      ['another set of characters', '\u001b(0\u000e'],
      ['an open link', '\u001b]8;;https://evil.example\u0007'],
      ['the alternate screen', '\u001b[?1049h'],
    ].flatMap(([what = '', sent = '']) => ['raw', 'safe'].map((mode) => [what, mode, sent])),
  )('cannot hide what the launcher says afterwards: %s, %s', async (_, mode = '', sent = '') => {
    const octal = Array.from(Buffer.from(sent), (byte) => `\\${byte.toString(8).padStart(3, '0')}`);
    const change = `echo true > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit`;
    const terminal = open(`${change}; printf '${octal.join('')}'`, '--terminal', mode);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    const { resetForWords } = screenAfter(sent);
    const [before, after] = terminal.text.split(resetForWords);
    expect(before).toBe(sent);
    expect(after).toMatch(/^\S*ai:\S* changed, and run by this machine later: .*pre-commit/);
  });

  it('is one on the host itself, too, with its keys, its size and the code of the end', async () => {
    const script = `#!/bin/sh\n${bad}\nstty size\nread x; echo "got $x $SHELL $*"; kill -TERM $$\n`;
    const terminal = Terminal.open({
      ...aiCommand(['--native', '--terminal', 'safe', 'claude', `it's "$x"`], {
        ...{ home, cwd, env: { PATH: pathWith(fakeAssistant(script)), SHELL: '/bin/odd' } },
      }),
      ...{ rows: 33, columns: 99 },
    });
    await terminal.waitFor('33 99');
    terminal.type('hello\r');
    expect(await terminal.exit).toEqual({ code: 143, signal: null });
    expect(terminal.visible).toContain(`got hello /bin/odd it's "$x"`);
    expect(terminal.text).toContain('ABCDEFG');
    expect(terminal.text).not.toContain('52;c');
  });
});

describe('the audit', () => {
  type Line = Record<string, unknown>;
  const linesOf = (stdout: string): Line[] => JSON.parse(stdout) as Line[];
  const audit = async (...words: string[]): Promise<Line[]> =>
    linesOf((await runAi(['audit', '--json', ...words], { home, cwd })).stdout);

  it('tells of a run by its plan, what it was given and how it ended, and never a secret', async () => {
    const live = LiveRun.start(
      [
        '-e',
        'MY_TOKEN=a-secret-value',
        '-e',
        'PLAIN=1',
        'exec',
        '--',
        'sh',
        '-c',
        'echo ready a-secret-value; read x; exit 5',
      ],
      { home, cwd },
    );
    await live.waitFor('ready');
    const [start] = await audit();
    const record = readFileSync(
      path.join(stateOf(home), 'runs', String(start!['run']), 'plan.json'),
      'utf8',
    );
    live.child.stdin.end('\n');
    expect(await live.ended).toMatchObject({ code: 5 });

    const { createHash } = await import('node:crypto');
    const plan = JSON.stringify((JSON.parse(record) as { plan: object }).plan);
    const [first, grants, end, ...more] = await audit('--run', String(start!['run']));
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      ...{ what: 'start', project: cwd, plan: createHash('sha256').update(plan).digest('hex') },
      imageId: expect.stringMatching(/^sha256:/) as unknown,
    });
    expect(grants).toMatchObject({ what: 'grants', variables: ['PLAIN'], secrets: ['MY_TOKEN'] });
    // Nobody has logged in.
    expect(grants).not.toHaveProperty('login');
    expect(end).toMatchObject({ what: 'end', code: 5, reason: 'exit' });
    expect(readFileSync(path.join(stateOf(home), 'audit.jsonl'), 'utf8')).not.toContain(
      'a-secret-value',
    );
  });

  it('tells of the end of a run whose launcher was killed, once', async () => {
    const live = LiveRun.start(['exec', '--', 'sh', '-c', 'echo ready; exec sleep 1000'], {
      home,
      cwd,
    });
    await live.waitFor('ready');
    live.signal('SIGKILL');
    await live.ended;
    expect(await runAi(['clean'], { home, cwd })).toMatchObject({ code: 0 });
    expect(await runAi(['clean'], { home, cwd })).toMatchObject({ code: 0 });
    const lines = await audit();
    expect(lines.filter(({ what }) => what === 'end')).toMatchObject([{ reason: 'recovered' }]);
  });

  it('shows the lines of this project in a table, newest last, and of all where asked', async () => {
    await run('exit 4');
    const { stdout } = await runAi(['audit'], { home, cwd });
    const rows = stdout.trimEnd().split('\n');
    expect(rows[0]).toMatch(/^TIME +RUN +WHAT +DETAILS$/);
    expect(rows.slice(1).map((row) => row.split(/ {2,}/)[2])).toEqual(['start', 'grants', 'end']);
    expect(rows.at(-1)).toMatch(/ code 4, after \d+ s$/);
    expect(await audit('-n', '1')).toMatchObject([{ what: 'end', code: 4 }]);

    const elsewhere = { home, cwd: temporaryDirectory() };
    expect(await runAi(['audit'], elsewhere)).toMatchObject({ code: 0, stdout: '' });
    const all = linesOf((await runAi(['audit', '--all', '--json'], elsewhere)).stdout);
    expect(all).toContainEqual(expect.objectContaining({ what: 'end', code: 4, project: cwd }));
  });
});
