// A session at a real terminal: size, keys, job control, and a terminal that is afterwards as it was before.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import type { TerminalModes, TerminalOptions } from '../support/terminal.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;
let cwd: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  cwd = temporaryDirectory();
});
afterEach(async () => {
  await expectNothingLeft(home);
});

/** `ai` with these words as the command of a terminal. */
const openAi = (args: readonly string[], size: Partial<TerminalOptions> = {}): Terminal =>
  Terminal.open({ ...aiCommand(args, { home, cwd }), ...size });

const openScript = (script: string, ...options: string[]): Terminal =>
  openAi([...options, 'exec', '--', 'sh', '-c', script]);

/** A shell of the host in which `$ai` is the launcher. */
const openHostShell = (shell: readonly string[]): Terminal => {
  const { command, env } = aiCommand([], { home, cwd });
  const ai = command.map((word) => `'${word}'`).join(' ');
  return Terminal.open({ command: shell, cwd, env: { ...env, ai, PS1: 'prompt> ' } });
};

const idle = 'while :; do sleep 0.05; done';

describe('the size', () => {
  it('is right from the first moment, every time', async () => {
    for (let count = 1; count <= 20; count++) {
      const [rows, columns] = [20 + count, 70 + count];
      const terminal = openAi(['exec', '--', 'stty', 'size'], { rows, columns });
      expect(await terminal.exit).toEqual({ code: 0, signal: null });
      expect(terminal.visible).toBe(`${rows} ${columns}\n`);
    }
  });

  it('follows the window, and the program is told', async () => {
    const terminal = openScript(`trap 'stty size' WINCH; echo ready; ${idle}`);
    await terminal.waitFor('ready');
    terminal.resize(40, 120);
    await terminal.waitFor('40 120');
    terminal.resize(10, 50);
    await terminal.waitFor('10 50');
    terminal.signal(15);
    await terminal.exit;
  });
});

describe('what the program writes', () => {
  it('arrives byte for byte, line feeds too', async () => {
    const terminal = openScript(String.raw`printf 'a\nb\n'; stty -opost; printf 'c\nd\r\n'`);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.text).toBe('a\r\nb\r\nc\nd\r\n');
  });
});

describe('a key', () => {
  it('Ctrl-C goes to the program, which may survive it', async () => {
    const terminal = openScript(`trap 'echo caught' INT; trap 'exit 5' TERM; echo ready; ${idle}`);
    await terminal.waitFor('ready');
    for (const time of [1, 2, 3, 4, 5]) {
      terminal.type('\x03');
      await terminal.waitFor('caught');
      expect(time).toBeLessThanOrEqual(5);
    }
    terminal.signal(15);
    expect(await terminal.exit).toEqual({ code: 5, signal: null });
  });

  it.each([
    ['Ctrl-P', '\x10', '10'],
    ['Ctrl-Q', '\x11', '11'],
    ['Ctrl-\\', '\x1c', '1c'],
    ['Ctrl-D', '\x04', '04'],
    ['Escape', '\x1b', '1b'],
  ])('%s arrives at once, without another one after it', async (_, key, hexadecimal) => {
    const script = 'stty raw -echo; echo ready; dd bs=1 count=1 status=none | od -An -tx1';
    const terminal = openScript(script);
    await terminal.waitFor('ready');
    terminal.type(key);
    await terminal.waitFor(` ${hexadecimal}`);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
  });

  it('Ctrl-Z in `ai shell` stops the job inside, not the session', async () => {
    const terminal = openAi(['shell']);
    terminal.type('PS1="inside> "\r');
    await terminal.waitFor(/^inside> $/m);
    terminal.type('sh -c "echo go\\ing; sleep 1000"\r');
    await terminal.waitFor(/^going$/m);
    terminal.type('\x1a');
    await terminal.waitFor('Stopped');
    await terminal.waitFor('inside> ');
    // Bash warns of the stopped job the first time.
    terminal.type('exit 4\r');
    terminal.type('exit 4\r');
    expect(await terminal.exit).toEqual({ code: 4, signal: null });
  });

  it('Ctrl-Z stops a program that is no shell, `ai` with it, and `fg` wakes both', async () => {
    const terminal = openHostShell(['bash', '--norc', '--noprofile', '-i']);
    await terminal.waitFor('prompt> ');
    // What is typed before it runs is echoed all the same, and a Ctrl-Z then stops nobody.
    terminal.type(`eval "$ai exec -- sh -c 'echo ready $((40+2)); exec cat'"\r`);
    await terminal.waitFor('ready 42');
    terminal.type('hello\r');
    await terminal.waitFor(/hello\s+hello\s/);
    terminal.type('\x1a');
    await terminal.waitFor('Stopped');
    await terminal.waitFor('prompt> ');
    terminal.type('stty -a | grep -o -- ".icanon"; echo alive $((40+2))\r');
    await terminal.waitFor(' icanon');
    await terminal.waitFor('alive 42');
    terminal.type('fg\r');
    terminal.type('again\r');
    await terminal.waitFor(/again\s+again\s/);
    terminal.type('\x04');
    await terminal.waitFor('prompt> ');
    terminal.type('exit $((40+2))\r');
    expect(await terminal.exit).toEqual({ code: 42, signal: null });
  });
});

/** Who may push what was typed: kernels since 6.2 ask for a right that root has (tty_ioctl(2), legacy_tiocsti). */
const mayPush = process.platform === 'linux' && process.getuid?.() === 0;

describe.runIf(mayPush)('a program that pushes keys into its terminal (TIOCSTI)', () => {
  const push = String.raw`for my $c (split //, "echo PWN\$((1+1))\r") { ioctl(STDIN, 0x5412, $c) or die "refused: $!" } print "pushed\n";`;

  it.each([
    ['cannot type into the host’s shell', 'eval "$ai exec -- perl push.pl"', false],
    ['is what does it without `ai`', 'perl push.pl', true],
  ])('%s', async (_, line, isTyped) => {
    writeFileSync(path.join(cwd, 'push.pl'), push);
    const terminal = openHostShell(['bash', '--norc', '--noprofile', '-i']);
    await terminal.waitFor('prompt> ');
    terminal.type(`${line}\r`);
    await terminal.waitFor(/pushed|refused/);
    await terminal.waitFor('prompt> ');
    terminal.type('echo alive $((40+2))\r');
    await terminal.waitFor('alive 42');
    expect(terminal.text.includes('PWN2')).toBe(isTyped);
    terminal.type('exit\r');
    await terminal.exit;
  });
});

describe('the terminal afterwards', () => {
  const cooked: TerminalModes = { echo: true, canonical: true, signals: true, postprocess: true };
  const screenAndMouse = `printf '\\033[?1049h\\033[?25l\\033[?1000h'; stty raw -echo`;

  it('is as before when the program ended well, and nothing is written to it', async () => {
    const terminal = openScript('stty raw -echo; echo done');
    await terminal.waitFor('done');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(await terminal.termios()).toEqual(cooked);
    expect(terminal.text).toMatch(/^done\r?\n$/);
  });

  it.each<[string, { end: string; options?: string[]; signal?: number; code: number }]>([
    ['the program was killed', { end: 'kill -KILL $$', code: 137 }],
    ['the launcher was told to end', { end: idle, signal: 15, code: 143 }],
    ['the time was over', { end: idle, options: ['--timeout', '1'], code: 124 }],
  ])('is as before when %s', async (_, { end, options = [], signal, code }) => {
    const terminal = openScript(`${screenAndMouse}; echo ready; ${end}`, ...options);
    await terminal.waitFor('ready');
    if (signal !== undefined) {
      expect(await terminal.termios()).toMatchObject({ echo: false, canonical: false });
      terminal.signal(signal);
    }
    expect(await terminal.exit).toEqual({ code, signal: null });
    expect(await terminal.termios()).toEqual(cooked);
    for (const off of ['\x1b[?1049l', '\x1b[?25h', '\x1b[?1000l'])
      expect(terminal.text.split('ready')[1]).toContain(off);
  });
});

describe('without a terminal on both sides', () => {
  const script = 'for fd in 0 1; do test -t $fd && echo $fd terminal || echo $fd pipe; done';

  it.each([
    ['stdout is a pipe', `eval "$ai exec -- sh -c '${script}'" | cat`],
    ['stdin is a pipe', `true | eval "$ai exec -- sh -c '${script}'"`],
  ])('there is none inside: %s', async (_, line) => {
    const terminal = openHostShell(['bash', '-c', line.replaceAll('$fd', '\\$fd')]);
    await terminal.exit;
    expect(terminal.visible).toBe('0 pipe\n1 pipe\n');
  });

  it('a shell is refused', async () => {
    const { code, stdout, stderr } = await runAi(['shell'], { home });
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toContain('AI_TTY_MISSING');
  });
});
