// What a start loads, and how AI_TRACE tells where its time goes. How long anything takes is a matter of bench/.

import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { workingTree } from '../support/installation.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;
beforeAll(async () => {
  home = await homeWithImage();
});

/** What is loaded when the request for a container goes out. */
const noteAtRequest = `
  const { Socket } = require('node:net');
  const { write } = Socket.prototype;
  Socket.prototype.write = function (data, ...others) {
    if (String(data).includes('/containers/create?')) globalThis.loadedAtRequest ??= Object.keys(require.cache);
    return write.call(this, data, ...others);
  };`;

/**
 * Files of ours and of libraries that a command loads, as `dist/main.cjs`; chunks without the hash of their content. `beforehand`
 * are those until it asks for a container.
 */
function loadedBy(...words: readonly string[]): readonly string[] {
  return loads(words).all;
}

function loads(words: readonly string[]): {
  all: readonly string[];
  beforehand: readonly string[];
} {
  const directory = temporaryDirectory();
  const [list, hook] = ['loaded', 'hook.cjs'].map((name) => path.join(directory, name)) as [
    string,
    string,
  ];
  writeFileSync(
    hook,
    `${noteAtRequest}
    process.once('exit', () => {
      const lists = { all: Object.keys(require.cache), beforehand: globalThis.loadedAtRequest ?? [] };
      require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(lists));
    });`,
  );
  const { command, cwd, env } = aiCommand(words, { home });
  const [node = '', ...rest] = command;
  // With source maps it is Node's own loader that loads all of it.
  execFileSync(node, ['--enable-source-maps', '--require', hook, ...rest], {
    ...{ cwd, env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lists = JSON.parse(readFileSync(list, 'utf8')) as { all: string[]; beforehand: string[] };
  const named = (files: readonly string[]): readonly string[] =>
    files
      .filter((file) => file !== hook)
      .map((file) => path.relative(workingTree, file).replace(/-[\w-]{8}\.cjs$/, '.cjs'))
      .filter((file) => file !== 'bin/bootstrap.js')
      .sort();
  return { all: named(lists.all), beforehand: named(lists.beforehand) };
}

describe('what is loaded', () => {
  it('for a run is what every run needs, no library and no other file; what is needed later is loaded later', () => {
    const beforehand = [
      'bin/ai.js',
      'bin/load.js',
      'dist/main-chunks/main.cjs',
      'dist/main-chunks/straight.cjs',
      'dist/main.cjs',
    ];
    const all = ['dist/main-chunks/after.cjs', ...beforehand].sort();
    // Where it is not so any more: npm run start-order.
    expect(loads(['exec', '--', 'true'])).toEqual({ all, beforehand });
  });

  it.each([['--help'], ['-h'], ['help']])('for %s is the overview alone', (word) => {
    expect(loadedBy(word)).toEqual(['bin/ai.js', 'dist/overview-program.cjs']);
  });

  it('for the help of a command is nothing of a run', () => {
    const loaded = loadedBy('ps', '--help');
    expect(loaded).toContain('dist/main-chunks/help.cjs');
    expect(loaded).not.toContain('dist/main-chunks/straight.cjs');
    expect(loaded.filter((file) => !file.startsWith('dist/'))).toEqual([
      'bin/ai.js',
      'bin/load.js',
    ]);
  });

  it('for the version is nothing', () => {
    expect(loadedBy('--version')).toEqual(['bin/ai.js', 'package.json']);
  });
});

it('no run goes through paths so often that V8 takes them for worth its optimising compiler', async () => {
  // Once with what is compiled, which belongs to these options.
  const [, run] = [await optimised(), await optimised()];
  expect(run).not.toContain('normalizeString');
});

/** Functions that V8 optimises in a run: that takes milliseconds and megabytes (docs/decisions/0025). */
async function optimised(): Promise<readonly string[]> {
  const { command, cwd, env } = aiCommand(['exec', '--', 'true'], { home });
  const [node = '', ...rest] = command;
  const { stdout } = await promisify(execFile)(node, ['--trace-opt', ...rest], { cwd, env });
  expect(stdout).toMatch(/^$|^\[/);
  return Array.from(stdout.matchAll(/<JSFunction (\w*)/g), ([, name = '']) => name);
}

it('no run looks for its project twice', async () => {
  const { command, cwd, env } = aiCommand(['exec', '--', 'true'], { home });
  const calls = path.join(temporaryDirectory(), 'calls');
  const strace = ['-o', calls, '-e', 'trace=%file', ...command];
  await promisify(execFile)('strace', strace, { cwd, env });
  const marker = path.join(realpathSync(cwd), 'pnpm-workspace.yaml');
  expect(readFileSync(calls, 'utf8').split(`"${marker}"`)).toHaveLength(1 + 1);
});

it('the version is said to nobody without a word about that', () => {
  const { command, cwd, env } = aiCommand(['--version'], { home });
  const script = '"$@" >&-; echo $? >&2; "$@" | :';
  const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', script, 'sh', ...command], {
    ...{ cwd, env, encoding: 'utf8' },
  });
  expect([status, stderr]).toEqual([0, '0\n']);
});

describe('AI_TRACE', () => {
  it('prints after a run how long each of its phases has taken', async () => {
    const run = await runAi(['exec', '--', 'echo', 'done'], { home, env: { AI_TRACE: '1' } });
    expect(run).toMatchObject({ code: 0, stdout: 'done\n' });
    const lines = run.stderr.trimEnd().split('\n');
    const phases = lines.map((line) => /^trace +(\d+\.\d) ms {2}\+ *(\d+\.\d) {2}(.+)$/.exec(line));
    expect(phases.map((match) => match?.[3])).toEqual([
      'program loaded',
      'command line read',
      'settings read',
      'project and machine looked at',
      'run planned',
      'files of the run opened',
      expect.stringMatching(/^(files of the run filled|container asked for)$/),
      'container created',
      'attached',
      'container started',
      'container ended',
      'output complete',
      'logins and settings saved',
      'all done',
    ]);
    const times = phases.map((match) => Number(match?.[1]));
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  it.each(['', '0'])('%j prints nothing', async (value) => {
    const run = await runAi(['exec', '--', 'true'], { home, env: { AI_TRACE: value } });
    expect(run).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });
});
