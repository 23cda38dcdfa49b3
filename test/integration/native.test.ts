// Runs on the host itself: real processes get the user's words, streams, environment, signals and terminal.

import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi, startAi, type AiOptions } from '../support/ai.ts';
import { eventually } from '../support/eventually.ts';
import { fakeAssistant, pathWith } from '../support/fake-assistant.ts';
import { ownExecutable } from '../support/installation.ts';
import { runsIn, stateOf } from '../support/left-behind.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;
let cwd: string;

beforeEach(() => {
  home = temporaryDirectory();
  cwd = temporaryDirectory();
});

const noIsolation = 'ai: Claude Code runs on this machine itself, without isolation\n';

/** Where this script is the program `claude`. */
const withClaude = (script: string, more: AiOptions['env'] = {}): AiOptions => ({
  home,
  cwd,
  env: { PATH: pathWith(fakeAssistant(script)), ...more },
});

describe('a run on the host', () => {
  it.each<[string[], string[]]>([
    [['--native'], []],
    [['--local'], []],
    [
      ['--native', 'claude', '--help', '', '--', 'a\nb', '日本'],
      ['--help', '', '--', 'a\nb', '日本'],
    ],
    [
      ['claude', '--native', '--native', '-p', ''],
      ['--native', '-p', ''],
    ],
    [['claude', '--local', '--version'], ['--version']],
    [
      ['run', 'claude', '--native', '--', 'x'],
      ['--', 'x'],
    ],
    [['--native', '--', '--native'], ['--native']],
    [['--native', '-c'], ['--continue']],
    [
      ['--native', '--yolo', 'claude', 'x'],
      ['--dangerously-skip-permissions', 'x'],
    ],
  ])('ai %j gives the assistant %j, byte for byte', async (args, expected) => {
    const run = await runAi(args, withClaude(String.raw`[ $# = 0 ] || printf '%s\0' "$@"`));
    expect(run, run.stderr).toMatchObject({ code: 0, stderr: noIsolation });
    expect(run.stdout.split('\0').slice(0, -1)).toEqual(expected);
  });

  it('leaves --native to the assistant elsewhere than right after its name', async () => {
    const run = await runAi(['--dry-run', 'claude', '-x', '--native'], { home, cwd });
    expect(run.stdout).toContain('docker run');
    expect(run.stdout).toMatch(/ -x --native\n$/);
  });

  it('says nothing of its own on stdout, and with --quiet nothing at all', async () => {
    const run = await runAi(['--quiet', '--native'], withClaude('echo out; echo err >&2'));
    expect(run).toMatchObject({ code: 0, stdout: 'out\n', stderr: 'err\n' });
  });

  it('is told of in the audit to its end, also where the launcher was killed', async () => {
    mkdirSync(stateOf(home));
    const child = startAi(['--native'], withClaude('echo ready; read x'));
    const runs = path.join(stateOf(home), 'native-runs');
    await eventually(() => {
      expect(readdirSync(runs)).toEqual([expect.stringMatching(/^[\da-f]{8}$/)]);
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    child.stdin.end();
    for (let again = 0; again < 2; again++) {
      const { stdout } = await runAi(['audit', '--json'], { home, cwd });
      expect(JSON.parse(stdout)).toMatchObject([
        { what: 'start', project: cwd },
        { what: 'grants' },
        { what: 'end', reason: 'recovered' },
      ]);
    }
  });

  it('passes stdin on whole', async () => {
    const input = Buffer.alloc(5_000_000, 'x\ny');
    const run = await runAi(['--native'], { ...withClaude('cat'), input });
    expect(run.stdout.length).toBe(input.length);
    expect(run.stdout === input.toString()).toBe(true);
  });

  it.each<[string, number]>([
    ['true', 0],
    ['exit 1', 1],
    ['exit 42', 42],
    ['exit 255', 255],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
    ['kill -INT $$', 130],
  ])('of “%s” ends with %i', async (script, code) => {
    expect(await runAi(['--native'], withClaude(script))).toMatchObject({ code });
    expect(await runAi(['--native', 'exec', 'sh', '-c', script], { home, cwd })).toMatchObject({
      code,
    });
  });

  it('of a command that is not there, or cannot be executed, ends as in a shell', async () => {
    const script = path.join(fakeAssistant('#!/nowhere/sh\n'), 'claude');
    const exec = async (command: string) => runAi(['--native', 'exec', command], { home, cwd });
    expect(await exec('no-such-command')).toMatchObject({ code: 127 });
    expect(await exec('/no/such/command')).toMatchObject({ code: 127 });
    expect(await exec('/etc/passwd')).toMatchObject({ code: 126 });
    expect(await exec(script)).toMatchObject({ code: 126 });
    expect((await exec('no-such-command')).stderr).toContain('no-such-command: command not found');
  });

  it('is in the directory that it is started in or sent to, whatever that is', async () => {
    const show = withClaude('pwd; echo "$PWD"');
    for (const directory of ['/', home, '/etc']) {
      const run = await runAi(['-C', directory, '--native'], show);
      expect(run, run.stderr).toMatchObject({ code: 0, stdout: `${directory}\n${directory}\n` });
    }
    expect((await runAi(['--native'], show)).stdout).toContain(`${cwd}\n`);
    expect(await runAi(['-C', '/no/where', '--native'], show)).toMatchObject({ code: 125 });
  });

  it('makes nothing in the user’s home or state', async () => {
    await runAi(['--native'], withClaude('true'));
    expect(readdirSync(home)).toEqual([]);
    expect(runsIn(home)).toEqual([]);
  });

  it('is the shell of the user for ai shell, which needs a terminal', async () => {
    const run = await runAi(['--native', 'shell'], { home, cwd });
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toContain('AI_TTY_MISSING');
  });
});

describe('the program on the host', () => {
  it('is not a directory, a file that cannot be executed, ai itself, nor one of the directory it is started in', async () => {
    const [directory, file, ourselves] = [1, 2, 3].map(() => temporaryDirectory());
    mkdirSync(path.join(directory ?? '', 'claude'));
    writeFileSync(path.join(file ?? '', 'claude'), 'echo no\n');
    symlinkSync(ownExecutable, path.join(ourselves ?? '', 'claude'));
    fakeAssistant('echo of the project', { directory: cwd });
    const right = fakeAssistant('echo right');
    const PATH = ['', '.', directory, file, ourselves, right, process.env['PATH']].join(':');
    const run = await runAi(['--native'], { home, cwd, env: { PATH } });
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'right\n' });
  });

  it.each(['exec ', ''])('is no script that starts ai again by “%s”: found once', async (by) => {
    const limit = '[ "${DEPTH:=0}" -lt 5 ] || exit 9; export DEPTH=$((DEPTH + 1))';
    const again = `${by}"${process.execPath}" "${ownExecutable}" -q claude --native "$@"`;
    const script = fakeAssistant(`${limit}\n${again}`);
    const right = fakeAssistant('echo right "$@"');
    const env = { PATH: [script, right, process.env['PATH']].join(':') };
    const run = await runAi(['--native', 'claude', 'a b'], { home, cwd, env });
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'right a b\n' });
  });

  it('is offered for installation where there is none, and not installed unasked', async () => {
    const run = await runAi(['--native', 'copilot'], { home, cwd });
    expect(run).toMatchObject({ code: 125, stdout: '' });
    expect(run.stderr).toMatch(/ai --native --yes copilot .*npm install -g @github\/copilot@/);
    expect(run.stderr).toContain('AI_ASSISTANT_MISSING');
    expect(existsSync(path.join(stateOf(home), 'native'))).toBe(false);
  });
});

describe('options that only a container keeps', () => {
  it.each<string[]>([
    ['--memory', '2g'],
    ['--cpus', '1'],
    ['--pids', '9'],
    ['--network', 'none'],
    ['--root'],
    ['--mount', '/a:/a'],
    ['--publish', '1'],
    ['--workspace', 'same'],
    ['--host', 'unix:///x'],
    ['--context', 'x'],
    ['--wait-removed'],
  ])('are a mistake on the host: %s', async (...option) => {
    const run = await runAi([...option, '--native'], withClaude('echo started'));
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain(`so no ${option[0] ?? ''}\n`);
  });

  it('are all named, and refused after the assistant’s name too', async () => {
    const args = ['--memory', '2g', '-v', '/a:/a', 'claude', '--native'];
    const run = await runAi(args, withClaude('echo started'));
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('no --memory, --mount');
  });

  it('do not count as settings of the file or the environment', async () => {
    mkdirSync(stateOf(home));
    writeFileSync(path.join(stateOf(home), 'config.yaml'), 'memory: 2g\nnative: true\n');
    const run = await runAi([], withClaude('echo started', { AI_NETWORK: 'none', AI_PIDS: '9' }));
    // But for a wall that the user may think is there.
    const stderr = `${noIsolation}ai: network none does nothing without a container: this run reaches every host\n`;
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'started\n', stderr });
  });
});

describe('the environment on the host', () => {
  const show = 'env | sort';
  const login = {
    CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-x',
    ANTHROPIC_API_KEY: 'sk-ant-api-x',
    ANTHROPIC_MODEL: 'opus',
    CLAUDE_SECURESTORAGE_CONFIG_DIR: '/h/.claude',
  };

  it('is the user’s own, with the user’s own home', async () => {
    const { stdout } = await runAi(
      ['--native', '-e', 'B=2'],
      withClaude(show, { A: '1', ...login }),
    );
    for (const line of ['A=1', 'B=2', `HOME=${home}`, 'CLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-x'])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).not.toMatch(/IS_SANDBOX|CLAUDE_CONFIG_DIR|DISABLE_AUTOUPDATER/);
  });

  it('of glm has its own key and home, and nothing of a login at Claude’s vendor', async () => {
    const options = withClaude(show, { ZAI_API_KEY: 'zai', ...login });
    const { stdout } = await runAi(['--native', 'glm'], options);
    const state = path.join(stateOf(home), 'native/state/glm');
    for (const line of [
      'ANTHROPIC_AUTH_TOKEN=zai',
      'ANTHROPIC_BASE_URL=https://api.z.ai/api/anthropic',
      `CLAUDE_CONFIG_DIR=${state}/.claude`,
      `HOME=${home}`,
    ])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).not.toMatch(/sk-ant|ANTHROPIC_MODEL|SECURESTORAGE|IS_SANDBOX/);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    const seeded: unknown = JSON.parse(readFileSync(`${state}/.claude/.claude.json`, 'utf8'));
    expect(seeded).toEqual({ hasCompletedOnboarding: true });
  });

  it('of claude at another vendor’s endpoint has no login either', async () => {
    const options = withClaude(show, { ...login, ANTHROPIC_BASE_URL: 'https://x.example' });
    const { stdout } = await runAi(['--native'], options);
    expect(stdout).not.toMatch(/sk-ant-oat|SECURESTORAGE/);
    expect(stdout).toContain(`${stateOf(home)}/native/state/claude@x.example/.claude\n`);
  });

  it('is printed as a line that does the same when pasted', async () => {
    const options = withClaude(show, { ZAI_API_KEY: 'zai-secret', ...login });
    const preview = await runAi(['--dry-run', '--native', 'glm'], options);
    expect(preview.stdout).not.toMatch(/sk-ant|zai-secret/);
    const { env } = aiCommand([], options);
    const pasted = execFileSync('sh', ['-c', preview.stdout], { env, cwd, encoding: 'utf8' });
    const own = await runAi(['--native', 'glm'], options);
    const comparable = (all: string): string[] =>
      all.split('\n').filter((line) => !/^(_|SHLVL|OLDPWD|PWD|AI_NATIVE_CHILD)=/.test(line));
    expect(comparable(pasted)).toEqual(comparable(own.stdout));
  });
});

describe('signals to the launcher, without a terminal', () => {
  it.each<[NodeJS.Signals, number]>([
    ['SIGTERM', 15],
    ['SIGHUP', 1],
    ['SIGINT', 2],
    ['SIGQUIT', 3],
    ['SIGUSR1', 10],
    ['SIGUSR2', 12],
  ])('reach the assistant, which the launcher outlives: %s', async (signal, number) => {
    const idle = 'while :; do sleep 0.05; done';
    const script = `trap 'sleep 0.3; echo got it; exit 7' ${number}; echo ready; ${idle}`;
    const child = startAi(['--native'], withClaude(script));
    await once(child.stdout, 'data');
    const rest = text(child.stdout);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([7, null]);
    expect(await rest).toBe('got it\n');
  });

  it('end it where it does not take them, as the signal says', async () => {
    const child = startAi(['--native'], withClaude('echo ready; exec sleep 60'));
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
  });
});

describe('the time limit on the host', () => {
  it('ends the assistant and what it has started', async () => {
    const script = 'sleep 60 & sleep 60 & echo started; wait';
    const run = await runAi(['--native', '--timeout', '1s'], withClaude(script));
    // Its own children hold the pipe: it would still be open.
    expect(run, run.stderr).toMatchObject({ code: 124, stdout: 'started\n' });
  });

  it('asks first', async () => {
    const script = "trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done";
    const run = await runAi(['--native', '--timeout', '1s'], withClaude(script));
    expect(run).toMatchObject({ code: 124, stdout: 'bye\n' });
  });

  it('kills what does not listen, after a time of grace', async () => {
    const script = "trap '' TERM; while :; do sleep 0.2; done";
    const started = Date.now();
    const run = await runAi(['--native', '--timeout', '1s'], withClaude(script));
    expect(run).toMatchObject({ code: 124 });
    expect(Date.now() - started).toBeGreaterThan(10_900);
  });

  it('does not matter to one that ends before', async () => {
    expect(await runAi(['--native', '--timeout', '60s'], withClaude('exit 3'))).toMatchObject({
      code: 3,
    });
  });
});

it('a program that has no right to be executed by this user is not started', async () => {
  const directory = fakeAssistant('echo started');
  chmodSync(path.join(directory, 'claude'), 0o644);
  const PATH = [directory, '/usr/bin', '/bin'].join(':');
  const run = await runAi(['--native'], { home, cwd, env: { PATH } });
  expect(run).toMatchObject({ code: 125, stdout: '' });
});
