// The setting `mask` in a real container: what is hidden cannot be read, written, moved away or uncovered, and is as it was after.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { oddNames } from '../support/odd-names.ts';
import { git, makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

let home: string;
let project: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  project = makeRepository({ directory: path.join(temporaryDirectory(), 'app') });
});

const at = (...names: string[]): string => path.join(project, ...names);
function put(name: string, text = `secret of ${name}`): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const read = (name: string): string => readFileSync(at(name), 'utf8');
const gitHere = (...words: string[]): string => git(words, { directory: project });

const patterns = ['.env', 'odd/*', '/secrets/', 'dir/deep/'].flatMap((one) => ['--mask', one]);

const run = (script: string, options: string[] = [], cwd = project): Promise<AiResult> =>
  runAi([...patterns, ...options, 'exec', '--', 'sh', '-c', script], { home, cwd });

describe('what is hidden', () => {
  beforeEach(() => {
    put('.gitignore', '.env\n/secrets/\n/odd/\n/dir/\n');
    put('tracked/.env', 'tracked\n');
    put('secrets/README', 'tracked\n');
    gitHere('add', '-f', '.gitignore', 'tracked/.env', 'secrets/README');
    gitHere('commit', '-qm', 'second');
    put('.env');
    put('dir/.env');
    put('dir/deep/key');
    put('secrets/key');
  });

  it('cannot be read, written, moved, linked or uncovered, and is as it was', async () => {
    for (const name of oddNames) put(`odd/${name}`);
    expect(gitHere('status', '--porcelain')).toBe('');
    const { code, stdout, stderr } = await run(`
      cat .env dir/.env secrets/key odd/* && ls -A dir/deep
      for file in .env odd/*; do [ ! -s "$file" ] || echo "seen: $file"; done
      for act in 'echo x > .env' 'rm -f .env' 'mv .env e' 'ln .env e' 'cp dir/.env .env' 'umount .env' \\
        'touch dir/deep/new' 'rmdir dir/deep' 'chmod 777 .env' 'mv tracked/.env .env' 'mount -t tmpfs x .env'
      do sh -c "$act" 2>/dev/null && echo "done: $act"; done
      mv dir other && cat other/.env other/deep/* 2>/dev/null
      rm -rf other 2>/dev/null; cat other/.env; mv other dir
      cat tracked/.env secrets/README
      git status --porcelain`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'tracked\ntracked\n' });
    expect(stderr).toBe(
      'ai: secrets/README, tracked/.env are tracked by git, so they stay visible (masking them would commit them empty)\n',
    );
    for (const name of ['.env', 'dir/.env', 'dir/deep/key', 'secrets/key', `odd/${oddNames[0]}`])
      expect(read(name)).toBe(`secret of ${name}`);
    expect(gitHere('status', '--porcelain')).toBe('');
    await expectNothingLeft(home);
  });

  it('is so at every place where the project is seen', async () => {
    gitHere('worktree', 'add', '-q', '../linked');
    project = path.join(path.dirname(project), 'linked');
    put('.env');
    put('dir/.env');
    const places = [at('.env'), at('dir/.env'), '/again/.env', '/workspace/linked/.env'];
    const script = `for one in ${places.join(' ')}; do [ -e $one ] && cat $one && echo $one; done`;
    const { stdout } = await run(script, ['-v', `${at('dir')}:/again`]);
    expect(stdout).toBe(places.map((place) => `${place}\n`).join(''));
    const same = await run('cat .env ../.env; pwd', ['--workspace', 'same'], at('dir'));
    expect(same.stdout).toBe(`${at('dir')}\n`);
  });

  it('is hidden by the line of --dry-run as well', async () => {
    const script = 'cat .env dir/.env; ls -A dir/deep; cat secrets/README; touch dir/deep/x';
    const { stdout } = await run(script, ['--network', 'none', '--dry-run']);
    const { env } = aiCommand([], { home });
    const pasted = spawnSync('sh', ['-c', stdout], { encoding: 'utf8', env, input: '' });
    expect(pasted).toMatchObject({ status: 1, stdout: 'tracked\n' });
    expect(pasted.stderr).toContain('Read-only file system');
    expect(read('dir/.env')).toBe('secret of dir/.env');
  });

  it('stays so in the next run when a session has added it to the index', async () => {
    const add =
      'git add -f .env && git update-index --cacheinfo 100644,$(git rev-parse HEAD:README.md),.env';
    expect(await run(add)).toMatchObject({ code: 0 });
    expect(gitHere('ls-files', '.env')).toBe('.env\n');
    const { stdout, stderr } = await run('cat .env');
    expect(stdout).toBe('');
    expect(stderr).toContain('.env is hidden as before, although git tracks it now');
  });

  it('stays so when the session has moved its directory before', async () => {
    const move = `mv dir dir2 && git add -f dir2/.env &&
      git update-index --cacheinfo 100644,$(git rev-parse HEAD:README.md),dir2/.env`;
    expect(await run(move)).toMatchObject({ code: 0 });
    expect(gitHere('ls-files', 'dir2')).toBe('dir2/.env\n');
    expect(read('dir2/.env')).toBe('secret of dir/.env');
    const { stdout, stderr } = await run('cat dir2/.env');
    expect(stdout).toBe('');
    expect(stderr).toContain('dir2/.env is hidden as before');
  });
});

describe('at the end of a session', () => {
  it('is said what it could see: files that came later, and those that were replaced', async () => {
    put('.env');
    put('dir/.env');
    const script = 'echo ready; until [ -e go ]; do sleep 0.05; done; cat .env dir/.env late/.env';
    const live = LiveRun.start([...patterns, 'exec', '--', 'sh', '-c', script], {
      home,
      cwd: project,
    });
    live.child.stdin.end();
    await live.waitFor('ready');
    put('late/.env', 'late\n');
    put('dir/.env', 'edited in place\n');
    put('new', 'replaced\n');
    renameSync(at('new'), at('.env'));
    put('go');
    const { stdout, stderr } = await live.ended;
    // Linux takes the mount away with the file that it was on; nothing in a container can be done about that.
    expect(stdout).toBe('ready\nreplaced\nlate\n');
    expect(stderr).toBe(
      [
        'ai: not masked, because they appeared during the session: late/.env',
        'ai: replaced during the session, and no longer masked from then on: .env',
        '',
      ].join('\n'),
    );
  });
});

describe('a run with --root in a project of somebody else', () => {
  it.skipIf(!mayActAsOthers)('gives back what it made, beside what is hidden', async () => {
    const user = testUser();
    project = makeRepository({ owner: user });
    put('.env');
    const theirs = temporaryDirectory({ owner: user });
    const { code, stdout, stderr } = await runAi(
      ['--yes', '--root', '--mask', '.env', 'exec', '--', 'sh', '-c', 'cat .env; touch made'],
      { home: theirs, cwd: project, user },
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(spawnSync('stat', ['-c', '%U', at('made')], { encoding: 'utf8' }).stdout).toBe(
      `${user.name}\n`,
    );
  });
});

describe('a first run with --yolo at a terminal', () => {
  it('proposes to hide what looks like secrets, and does from then on', async () => {
    const own = temporaryDirectory();
    put('.env');
    const open = (answer: string): Promise<string> => {
      const args = ['--yes', '--yolo', 'claude', '--version'];
      const terminal = Terminal.open({ ...aiCommand(args, { home: own, cwd: project }) });
      return (async () => {
        if (answer !== '') {
          await terminal.waitFor('Hide these files from the assistant from now on? [y/N]');
          terminal.type(answer);
        }
        expect(await terminal.exit).toEqual({ code: 0, signal: null });
        return terminal.visible;
      })();
    };
    expect(await open('y\r')).toContain('not tracked by git, and it can read them: .env');
    const config = path.join(own, '.docker-ai-config/config.yaml');
    expect(readFileSync(config, 'utf8')).toBe('mask:\n  - .env\n  - .env.*\n');
    expect(await open('')).not.toContain('Hide');
    const { stdout } = await runAi(['exec', '--', 'cat', '.env'], { home: own, cwd: project });
    expect(stdout).toBe('');
  });
});
