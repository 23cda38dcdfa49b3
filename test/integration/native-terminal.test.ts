// Runs on the host at a real terminal: keys, job control, and launches without an engine that ask what to do.

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, type AiOptions } from '../support/ai.ts';
import { fakeAssistant, pathWith } from '../support/fake-assistant.ts';
import { stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers } from '../support/user.ts';

let home: string;
let cwd: string;

beforeEach(() => {
  home = temporaryDirectory();
  cwd = temporaryDirectory();
});

const withClaude = (script: string, more: AiOptions['env'] = {}): AiOptions => ({
  home,
  cwd,
  env: { PATH: pathWith(fakeAssistant(script)), ...more },
});

/** Tells every signal that it gets, and does what it is typed: exit, stop itself alone, tell how often. */
const assistant = `#!/usr/bin/env python3
import os, signal, sys
count = {}
def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
def take(number, frame):
    count[number] = count.get(number, 0) + 1
    say("signal", number, "no.", count[number])
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGCONT, signal.SIGWINCH, signal.SIGTERM):
    signal.signal(number, take)
say("ready", sys.stdin.isatty(), sys.stdout.isatty(), os.get_terminal_size().columns)
for line in sys.stdin:
    word = line.strip()
    if word == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
        say("awake")
    elif word == "exit":
        sys.exit(9)
    else:
        say("typed", word)
`;

describe('the terminal of a run on the host', () => {
  const open = (args: readonly string[], options: AiOptions, columns = 80): Terminal =>
    Terminal.open({ ...aiCommand(args, options), columns });

  it('is the assistant’s own, after one line of the launcher', async () => {
    const terminal = open(['--native'], withClaude(assistant), 93);
    const before = await terminal.termios();
    await terminal.waitFor('ready True True 93');
    expect(terminal.visible).toMatch(
      /^ai: Claude Code runs on this machine itself, without isolation\nready/,
    );
    terminal.resize(30, 50);
    await terminal.waitFor('signal 28 no. 1');
    terminal.type('hello\r');
    await terminal.waitFor('typed hello');
    terminal.type('exit\r');
    expect(await terminal.exit).toEqual({ code: 9, signal: null });
    expect(await terminal.termios()).toEqual(before);
  });

  it('tells it Ctrl-C and Ctrl-\\ once each', async () => {
    const terminal = open(['--native'], withClaude(assistant));
    await terminal.waitFor('ready');
    for (let number = 1; number <= 5; number++) {
      terminal.type('\x03');
      await terminal.waitFor(`signal 2 no. ${number}\n`);
      terminal.type('\x1c');
      await terminal.waitFor(`signal 3 no. ${number}\n`);
    }
    // Whatever came twice would have been told before this.
    terminal.type('hello\r');
    await terminal.waitFor('typed hello');
    expect(terminal.visible).not.toContain('no. 6');
    terminal.type('exit\r');
    expect(await terminal.exit).toEqual({ code: 9, signal: null });
  });

  it('gets a signal to the launcher alone passed on', async () => {
    const terminal = open(['--native'], withClaude(assistant));
    await terminal.waitFor('ready');
    terminal.signal(15);
    await terminal.waitFor('signal 15 no. 1');
    terminal.type('exit\r');
    expect(await terminal.exit).toEqual({ code: 9, signal: null });
  });

  it('ends both with the window', async () => {
    const pid = path.join(cwd, 'pid');
    const terminal = open(
      ['--native'],
      withClaude(`echo $$ > '${pid}'; echo ready; exec sleep 60`),
    );
    await terminal.waitFor('ready');
    terminal.hangUp();
    expect(await terminal.exit).toEqual({ code: null, signal: 1 });
    expect(existsSync(`/proc/${execFileSync('cat', [pid], { encoding: 'utf8' }).trim()}`)).toBe(
      false,
    );
  });

  it('is as before after an assistant that was killed in the middle', async () => {
    const script = String.raw`stty raw -echo; printf '\033[?1049h\033[?1000hready'; kill -KILL $$`;
    const terminal = open(['--native'], withClaude(script));
    const before = await terminal.termios();
    expect(await terminal.exit).toEqual({ code: 137, signal: null });
    expect(await terminal.termios()).toEqual(before);
    const afterwards = terminal.text.slice(terminal.text.indexOf('ready'));
    expect(afterwards).toContain('\u001b[?47l');
    expect(afterwards).toContain('\u001b[?1000l');
  });

  it.each([
    ['bash', ['bash', '--norc', '--noprofile', '-i']],
    ['dash', ['dash', '-i']],
  ])('Ctrl-Z and fg work, whoever stops: %s', async (_name, shell) => {
    const { command, env } = aiCommand(['--native'], withClaude(assistant));
    const ai = command.map((word) => `'${word}'`).join(' ');
    const terminal = Terminal.open({ command: shell, cwd, env: { ...env, PS1: 'prompt> ' } });
    await terminal.waitFor('prompt> ');
    terminal.type(`${ai}\r`);
    await terminal.waitFor('ready');
    // The terminal stops the whole group.
    terminal.type('\x1a');
    await terminal.waitFor(/Stopped|Suspended/);
    terminal.type('fg\r');
    await terminal.waitFor('signal 18 no. 1');
    // The assistant stops itself alone, as one does that takes Ctrl-Z as a key.
    terminal.type('stop\r');
    await terminal.waitFor(/Stopped|Suspended/);
    terminal.type('echo the shell is "here"\r');
    await terminal.waitFor('the shell is here');
    terminal.type('fg\r');
    await terminal.waitFor('awake');
    terminal.type('exit\r');
    await terminal.waitFor('prompt> ');
    terminal.type('echo code $?\r');
    await terminal.waitFor('code 9');
    terminal.type('exit\r');
    await terminal.exit;
  });

  it('goes on at once where there is no job control to stop for', async () => {
    const terminal = open(['--native'], withClaude(assistant));
    await terminal.waitFor('ready');
    terminal.type('stop\r');
    await terminal.waitFor('awake');
    terminal.type('exit\r');
    expect(await terminal.exit).toEqual({ code: 9, signal: null });
  });

  it('is where ai shell is', async () => {
    const terminal = open(['--native', 'shell'], {
      home,
      cwd,
      env: { SHELL: '/bin/sh', PS1: '> ' },
    });
    await terminal.waitFor('> ');
    terminal.type('pwd; tty\r');
    await terminal.waitFor(cwd);
    await terminal.waitFor('/dev/');
    terminal.type('exit 4\r');
    expect(await terminal.exit).toEqual({ code: 4, signal: null });
  });

  it('asks before it installs, and takes no for an answer', async () => {
    const terminal = open(['--native', 'copilot'], { home, cwd });
    await terminal.waitFor(/Install @github\/copilot .* \[Y\/n\]/);
    terminal.type('n\r');
    await terminal.waitFor('AI_ASSISTANT_MISSING');
    expect(await terminal.exit).toEqual({ code: 125, signal: null });
    expect(existsSync(path.join(stateOf(home), 'native'))).toBe(false);
  });

  it('Ctrl-C is an answer too', async () => {
    const terminal = open(['--native', 'copilot'], { home, cwd });
    await terminal.waitFor('[Y/n]');
    terminal.type('\x03');
    expect(await terminal.exit).toEqual({ code: 130, signal: null });
    expect(terminal.visible).not.toContain('AI_');
  });
});

// Only root can hide the sockets of the engines that run here; elsewhere these are skipped.
describe.skipIf(!mayActAsOthers)('a launch without an engine', () => {
  /** The same command line where no socket of an engine is to be seen. */
  const blind = (command: readonly string[], stale = false): string[] => {
    const make = stale
      ? `python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("/run/docker.sock")' && `
      : '';
    const script = `mount -t tmpfs none /run && ${make}exec "$@"`;
    return ['unshare', '--mount', 'sh', '-c', script, 'sh', ...command];
  };
  const started = 'echo started "$@"';

  const open = (args: readonly string[], more: AiOptions['env'] = {}, stale = false): Terminal => {
    const { command, ...rest } = aiCommand(args, withClaude(started, more));
    return Terminal.open({ ...rest, command: blind(command, stale), columns: 200 });
  };

  const run = (args: readonly string[], more: AiOptions['env'] = {}) => {
    const { command, env } = aiCommand(args, withClaude(started, more));
    return execFileBlind(blind(command), env);
  };

  const execFileBlind = async (
    [program = '', ...args]: readonly string[],
    env: Record<string, string>,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> => {
    const { spawn } = await import('node:child_process');
    const { text } = await import('node:stream/consumers');
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  };

  it('is an error without a terminal, with both ways out', async () => {
    const found = await run(['claude', 'x']);
    expect(found).toMatchObject({ code: 125, stdout: '' });
    expect(found.stderr).toMatch(/AI_ENGINE_MISSING\n$/);
    expect(found.stderr).toMatch(/→ ai setup .*ai --native/);
  });

  it.each<[string, string[], AiOptions['env'], string]>([
    ['a flag', ['--fallback', 'native', 'claude', 'x'], {}, 'started x\n'],
    ['the environment', ['claude', 'x'], { AI_FALLBACK: 'native' }, 'started x\n'],
    ['a flag, for exec', ['--fallback', 'native', 'exec', 'echo', 'it'], {}, 'it\n'],
  ])('runs on the host by %s, and says so', async (_what, args, env, stdout) => {
    const found = await run(args, env);
    expect(found, found.stderr).toMatchObject({ code: 0, stdout });
    expect(found.stderr).toMatch(
      /^ai: no engine runs here: .* runs on this machine itself, without isolation\n$/,
    );
  });

  it('says so with --quiet, too: nobody has asked for no isolation', async () => {
    const found = await run(['--quiet', '--fallback', 'native', 'claude', 'x']);
    expect(found).toMatchObject({ code: 0, stdout: 'started x\n' });
    expect(found.stderr).toBe(
      'ai: no engine runs here: Claude Code runs on this machine itself, without isolation\n',
    );
  });

  it('says which options keep it from the host', async () => {
    const args = ['--fallback', 'native', '--memory', '4g', '-P', '8080', 'claude'];
    for (const more of [[], ['--quiet']])
      expect((await run([...more, ...args])).stderr).toMatch(
        /^ai: not run on this machine itself: only a container keeps --memory, --publish\n/,
      );
  });

  it.each<[string, string[], AiOptions['env']]>([
    ['for options that need a container', ['--memory', '2g'], {}],
    ['for an engine that was named by an option', ['--host', 'unix:///run/x.sock'], {}],
    ['for an engine that was named by DOCKER_HOST', [], { DOCKER_HOST: 'unix:///run/x.sock' }],
  ])('never runs on the host %s', async (_what, options, env) => {
    const found = await run(['--fallback', 'native', ...options, 'claude', 'x'], env);
    expect(found).toMatchObject({ code: 125, stdout: '' });
    expect(found.stderr).toMatch(/AI_ENGINE_(MISSING|UNREACHABLE)\n$/);
  });

  it.each([
    ['there is no socket', false],
    ['nobody listens at its socket', true],
  ])('asks at a terminal where %s, and can run on the host', async (_what, stale) => {
    const terminal = open(['claude', 'x'], {}, stale);
    await terminal.waitFor('n  run on this machine itself, without isolation');
    await terminal.waitFor('q  stop');
    terminal.type('n\r');
    await terminal.waitFor('no engine runs here: Claude Code runs on this machine itself');
    await terminal.waitFor('started x');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
  });

  it('stops where it is told to, with the error', async () => {
    const terminal = open(['claude', 'x']);
    await terminal.waitFor('q  stop');
    terminal.type('what?\rq\r');
    await terminal.waitFor('AI_ENGINE_MISSING');
    expect(await terminal.exit).toEqual({ code: 125, signal: null });
    expect(terminal.visible).not.toContain('started');
  });

  it('takes Ctrl-D for no answer, and begins a new line', async () => {
    const terminal = open(['claude', 'x']);
    await terminal.waitFor('q  stop');
    await terminal.waitFor('/q ');
    terminal.type('\x04');
    expect(await terminal.exit).toEqual({ code: 125, signal: null });
    expect(terminal.visible).toMatch(/\/q\s*\nai: found no engine that runs/);
  });

  it('offers no run on the host for options that need a container, and says why', async () => {
    const terminal = open(['--memory', '2g', 'claude', 'x']);
    await terminal.waitFor('q  stop');
    expect(terminal.visible).toContain('because only a container keeps --memory');
    expect(terminal.visible).not.toContain('without isolation');
    terminal.type('q\r');
    expect(await terminal.exit).toEqual({ code: 125, signal: null });
  });

  it('asks nothing by the setting', async () => {
    writeFileSync(path.join(cwd, 'x'), '');
    const terminal = open(['claude', 'x'], { AI_FALLBACK: 'fail' });
    await terminal.waitFor('AI_ENGINE_MISSING');
    expect(await terminal.exit).toEqual({ code: 125, signal: null });
    expect(terminal.visible).not.toContain('q  stop');
  });
});
