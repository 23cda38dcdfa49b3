// How the launcher looks at a real terminal, and what NO_COLOR, FORCE_COLOR, TERM=dumb and plain words change of that.

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Terminal } from '../../support/terminal.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const root = path.join(import.meta.dirname, '../../..');
/** There, so that it finds its libraries. */
const program = path.join(root, `test/support/.speaking.${process.pid}.mjs`);

beforeAll(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/speaking-program.ts'],
    outfile: program,
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' },
  });
});
afterAll(() => {
  rmSync(program, { force: true });
});

interface Place {
  env?: Readonly<Record<string, string>>;
  columns?: number;
  settings?: string;
}

function open(
  words: readonly string[],
  { env = {}, columns = 80, settings }: Place = {},
): Terminal {
  const home = temporaryDirectory();
  if (settings !== undefined) writeFileSync(path.join(home, 'config.yaml'), settings);
  return Terminal.open({
    command: [process.execPath, program, ...words],
    cwd: home,
    env: { PATH: '/usr/bin:/bin', HOME: home, DOCKER_AI_CONFIG_HOME: home, ...env },
    columns,
  });
}

/** All that came out, escape sequences too. */
async function textOf(terminal: Terminal): Promise<string> {
  await terminal.exit;
  return terminal.text;
}

async function work(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const terminal = open(['work'], { env });
  await terminal.waitFor(/image for claude/);
  terminal.type('\r');
  return textOf(terminal);
}

const escape = '\u001b[';
const colour = /\u001b\[\d+m/; // eslint-disable-line no-control-regex -- what is looked for
const frames = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

describe('longer work at a terminal', () => {
  it('has a spinner in colour, and ends in a line that stays', async () => {
    const text = await work();
    expect(text).toMatch(frames);
    expect(text).toMatch(colour);
    expect(text).toMatch(/✔ image for claude: 722 MB \(\d s\)/);
  });

  it('has one where CI is set, too, if it really is a terminal', async () => {
    expect(await work({ CI: '1' })).toMatch(frames);
  });

  it('with NO_COLOR has one without colour', async () => {
    const text = await work({ NO_COLOR: '1' });
    expect(text).toMatch(frames);
    expect(text).not.toMatch(colour);
  });

  it.each([
    ['TERM=dumb', { TERM: 'dumb' }, 'ai: image for claude: 722 MB (0 s)'],
    ['AI_PLAIN=1', { AI_PLAIN: '1' }, 'ai: ok: image for claude: 722 MB, 0 s'],
    [
      'AI_PLAIN=1 and FORCE_COLOR=1',
      { AI_PLAIN: '1', FORCE_COLOR: '1' },
      'ai: ok: image for claude: 722 MB, 0 s',
    ],
  ])('with %s has none, and moves no cursor', async (_what, env, last) => {
    const text = await work(env);
    expect(text).not.toMatch(frames);
    expect(text).not.toContain(escape);
    expect(text).toContain(`ai: something else\r\n${last.replace('0 s', '')}`.slice(0, -1));
  });
});

describe('a question at a terminal', () => {
  const plain = { AI_PLAIN: '1' };

  it.each([
    ['y', 'true'],
    ['n', 'false'],
    ['', 'true'],
  ])('in plain words moves no cursor, and takes “%s”', async (key, answer) => {
    const terminal = open(['ask'], { env: plain });
    await terminal.waitFor('ai: Install it? [Y/n] ');
    terminal.type(`${key}\r`);
    expect(await textOf(terminal)).toBe(
      `ai: It takes a while\r\nai: Install it? [Y/n] ${key}\r\nanswered ${answer}\r\n`,
    );
  });

  it('in plain words ends with Ctrl-C, and is no yes after Ctrl-D', async () => {
    const interrupted = open(['ask'], { env: plain });
    await interrupted.waitFor('[Y/n]');
    interrupted.type('\x03');
    expect(await interrupted.exit).toEqual({ code: null, signal: 2 });
    const ended = open(['ask'], { env: plain });
    await ended.waitFor('[Y/n]');
    ended.type('\x04');
    expect(await textOf(ended)).toMatch(/answered false\r\n$/);
  });

  it.each([[plain], [{}]])('is over with Ctrl-C for whoever listens, too: %j', async (env) => {
    const terminal = open(['ask-listening'], { env });
    await terminal.waitFor('[Y/n]');
    terminal.type('\x03');
    expect((await textOf(terminal)).replaceAll('\r', '')).toMatch(/heard\n\n?answered false\n$/);
  });
});

describe('an error at a terminal', () => {
  it('is in colour, and names the command that tells more', async () => {
    const terminal = open(['cluade']);
    const text = await textOf(terminal);
    expect(text).toContain(`${escape}31mai:${escape}39m “cluade” is neither`);
    expect(text).toContain(`${escape}1m→${escape}22m did you mean ai claude?`);
    expect(terminal.visible).toMatch(/\n {4}ai explain AI_UNKNOWN_NAME\n$/);
  });

  it.each([
    ['NO_COLOR=1', { NO_COLOR: '1' }, '→'],
    ['TERM=dumb', { TERM: 'dumb' }, '→'],
    ['AI_PLAIN=1', { AI_PLAIN: '1' }, 'next:'],
  ])('with %s is not', async (_what, env, mark) => {
    const text = await textOf(open(['cluade'], { env }));
    expect(text).not.toContain(escape);
    expect(text).toContain(`    ${mark} did you mean ai claude?`);
  });

  it.each([
    ['--plain', ['--plain', 'cluade'], undefined],
    ['the settings file', ['cluade'], 'plain: true\n'],
    ['the settings file, of another error', ['ps', '--yolo'], 'plain: true\n'],
  ])('is plain by %s', async (_what, words, settings) => {
    const text = await textOf(open(words, settings === undefined ? {} : { settings }));
    expect(text).not.toContain(escape);
    expect(text).toContain('    next: ');
  });

  it('is not plain where a variable says no to the settings file', async () => {
    const place = { settings: 'plain: true\n', env: { AI_PLAIN: '0' } };
    expect(await textOf(open(['cluade'], place))).toContain('→');
  });

  it('is broken between words where the terminal is narrow', async () => {
    const text = await textOf(
      open(['ps', 'what', 'is', 'this'], { columns: 40, env: { NO_COLOR: '1' } }),
    );
    expect(text.split('\r\n')).toEqual([
      'ai: ai ps takes no arguments, but got',
      '    “what is this”',
      '    → ai ps --help',
      '    ai explain AI_USAGE',
      '',
    ]);
  });
});

describe('help at a terminal', () => {
  it('fits one of 24 lines, with the next prompt', async () => {
    const text = await textOf(open(['--help']));
    const lines = text.split('\r\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([['--help'], ['help options'], ['explain engine-ssh'], ['config --help']])(
    'fits 40 columns: ai %s',
    async (words) => {
      const text = await textOf(open(words.split(' '), { columns: 40 }));
      const [page = ''] = text.split('How it looks:');
      const long = page.split('\r\n').filter((line) => line.length > 40);
      // What cannot be broken: a command to copy, or an option.
      for (const line of long) expect(line.trim()).toMatch(/^\S+( \S+)?$/);
    },
  );
});
