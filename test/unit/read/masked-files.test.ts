// What `mask` hides in a project: patterns, git's index in all its repositories, links, names, and an end to the walk.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MaskFacts } from '../../../src/plan/facts.ts';
import { walkForMatches } from '../../../src/read/mask-walk.ts';
import { readMaskedFiles } from '../../../src/read/masked-files.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let root: string;

beforeEach(() => {
  root = path.join(temporaryDirectory(), 'project');
  mkdirSync(root);
});

/** Makes these files, each with its own name in it. */
function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), name);
  }
}

const gitIn = (below: string, ...words: string[]): string =>
  git(words, { directory: path.join(root, below) });

interface Options {
  environment?: Record<string, string>;
  before?: readonly string[];
}

const mask = (patterns: readonly string[], options: Options = {}): Promise<MaskFacts> =>
  readMaskedFiles({
    root,
    patterns,
    hiddenBefore: new Set(options.before),
    environment: { PATH: process.env['PATH'] ?? '', ...options.environment },
  });

const namesOf = ({ hidden }: MaskFacts): string[] =>
  hidden.map(({ name, kind }) => (kind === 'directory' ? `${name}/` : name)).sort();

const hidden = async (...patterns: string[]): Promise<string[]> => namesOf(await mask(patterns));

describe('patterns', () => {
  beforeEach(() => {
    put('.env', '.env.local', '.env.example', 'a/.env', 'a/b/.env', 'a/b/key.pem', 'a/b/KEY.PEM');
    put('secrets/one', 'secrets/two/three', 'a/secrets/x', 'src/secrets', '.ENV.prod', '#hash');
    put('x.dist/key', 'y.template/key');
    put('.git-credentials', 'config.dist', 'new\nline.pem', ' leading', 'back\\slash');
  });

  it.each<[string[], string[]]>([
    [['.env'], ['.env', 'a/.env', 'a/b/.env']],
    [['/.env'], ['.env']],
    [['.env.*'], ['.ENV.prod', '.env.local']],
    [['a/*/.env'], ['a/b/.env']],
    [['**/b/.env'], ['a/b/.env']],
    [['*.pem'], ['a/b/KEY.PEM', 'a/b/key.pem', 'new\nline.pem']],
    [['secrets/'], ['a/secrets/', 'secrets/']],
    [['secrets'], ['a/secrets/', 'secrets/', 'src/secrets']],
    [['/secrets/*'], ['secrets/one', 'secrets/two/']],
    [['secrets/**'], ['secrets/one', 'secrets/two/']],
    [
      ['.env', '!a/.env'],
      ['.env', 'a/b/.env'],
    ],
    [['.env', '!.env'], []],
    [
      ['secrets/', '!secrets/one'],
      ['a/secrets/', 'secrets/'],
    ],
    [['*.dist', '*.example'], ['x.dist/']],
    [
      ['x.dist/', '*.template'],
      ['x.dist/', 'y.template/'],
    ],
    [['x.dist/', '!a/b/.env'], ['x.dist/']],
    [[String.raw`\#hash`], ['#hash']],
    [[' leading'], [' leading']],
    [[String.raw`back\\slash`], ['back\\slash']],
    [['nothing'], []],
  ])('%j hide %j', async (patterns, names) => {
    expect(await hidden(...patterns)).toEqual(names);
  });

  it('say which of them it is', async () => {
    const facts = await mask(['*', '!*', 'a/b/*.pem', '.env']);
    expect(facts.hidden.map(({ name, pattern }) => `${name} ${pattern}`)).toContain(
      'a/b/key.pem a/b/*.pem',
    );
    expect(facts.hidden[0]).toMatchObject({ path: path.join(root, '.env'), pattern: '.env' });
  });

  it('may be paths of the host', async () => {
    expect(await hidden(`${root}/a/.env`)).toEqual(['a/.env']);
    expect(await hidden('.env', `!${root}/a/.env`)).toEqual(['.env', 'a/b/.env']);
  });

  it('never hide .git, nor look into it', async () => {
    put('.git/config', 'a/.git');
    expect(await hidden('.git', 'config', '/.git/config')).toEqual([]);
  });
});

describe('what git tracks', () => {
  beforeEach(() => {
    makeRepository({ directory: root });
    put('.env', 'x/.env', 'x/.env.test', 'secrets/key', 'secrets/deep/key', 'secrets/README');
  });

  it('stays visible, and is named', async () => {
    gitIn('', 'add', 'x/.env');
    const facts = await mask(['.env']);
    expect(namesOf(facts)).toEqual(['.env']);
    expect(facts.visible.tracked).toEqual(['x/.env']);
    expect(facts.gitSilent).toBe(false);
  });

  it('in a directory leaves the rest of it hidden piece by piece', async () => {
    gitIn('', 'add', 'secrets/README');
    const facts = await mask(['secrets/']);
    expect(namesOf(facts)).toEqual(['secrets/deep/', 'secrets/key']);
    expect(facts.visible.tracked).toEqual(['secrets/README']);
  });

  it('is what each repository in it says', async () => {
    makeRepository({ directory: path.join(root, 'nested') });
    makeRepository({ directory: path.join(root, 'y') });
    put('y/.env', 'nested/.env', 'nested/own/.env');
    gitIn('nested', 'add', '.env');
    const facts = await mask(['.env']);
    expect(facts.visible.tracked).toEqual(['nested/.env']);
    expect(namesOf(facts)).toEqual(['.env', 'nested/own/.env', 'x/.env', 'y/.env']);
  });

  it('in a repository that is hidden as a whole is of no matter', async () => {
    makeRepository({ directory: path.join(root, 'secrets/notes') });
    expect(await hidden('secrets/')).toEqual(['secrets/']);
  });

  it('counts in a submodule and in a linked worktree', async () => {
    const other = makeRepository();
    writeFileSync(path.join(other, '.env'), 'tracked');
    git(['add', '-f', '.env'], { directory: other });
    git(['commit', '-qm', 'x'], { directory: other });
    gitIn('', 'submodule', '--quiet', 'add', other, 'vendor/sub');
    put('vendor/sub/.env.local');
    const facts = await mask(['.env', '.env.local']);
    expect(facts.visible.tracked).toEqual(['vendor/sub/.env']);
    expect(namesOf(facts)).toEqual(['.env', 'vendor/sub/.env.local', 'x/.env']);
    const whole = await mask(['vendor/']);
    expect(whole.visible.tracked).toEqual(['vendor/sub/.env', 'vendor/sub/README.md']);
    expect(namesOf(whole)).toEqual(['vendor/sub/.env.local']);

    gitIn('', 'commit', '-qm', 'submodule');
    gitIn('', 'worktree', 'add', '-q', '../linked');
    root = path.join(path.dirname(root), 'linked');
    put('.env', 'y/.env');
    gitIn('', 'add', 'y/.env');
    expect((await mask(['.env'])).visible.tracked).toEqual(['y/.env']);
  });

  it('is asked of a .git that is none at the repository around it', async () => {
    gitIn('', 'add', 'x/.env');
    mkdirSync(path.join(root, 'x/.git'));
    const facts = await mask(['.env']);
    expect(facts.visible.tracked).toEqual(['x/.env']);
    expect(facts.gitSilent).toBe(false);
  });

  it('does not count where a session has added what it saw: an empty file', async () => {
    writeFileSync(path.join(root, '.env'), '');
    gitIn('', 'add', '.env');
    gitIn('', 'add', '--intent-to-add', 'x/.env');
    writeFileSync(path.join(root, '.env'), 'the secret');
    expect(await hidden('.env')).toEqual(['.env', 'x/.env']);
  });

  it('does not count for what was hidden before, below a hidden directory neither', async () => {
    gitIn('', 'add', '.env', 'secrets/key', 'x/.env.test');
    const facts = await mask(['.env', 'secrets/', '.env.test'], { before: ['.env', 'secrets'] });
    expect(namesOf(facts)).toEqual(['.env', 'secrets/', 'x/.env']);
    expect(facts.trackedSince).toEqual(['.env', 'secrets']);
    expect(facts.visible.tracked).toEqual(['x/.env.test']);
  });

  it('is all hidden where git cannot say', async () => {
    gitIn('', 'add', 'x/.env');
    const facts = await mask(['.env'], { environment: { PATH: '/nowhere' } });
    expect(namesOf(facts)).toEqual(['.env', 'x/.env']);
    expect(facts).toMatchObject({ gitSilent: true, visible: { tracked: [] } });
    writeFileSync(path.join(root, '.git/index'), 'broken');
    expect(await mask(['.env'])).toMatchObject({ gitSilent: true });
  });

  it('is asked about this repository, whatever a hook or the project says', async () => {
    gitIn('', 'add', 'x/.env');
    const other = makeRepository();
    gitIn('', 'config', 'core.worktree', path.dirname(root));
    const environment = {
      GIT_DIR: path.join(other, '.git'),
      GIT_INDEX_FILE: '/nowhere',
      GIT_LITERAL_PATHSPECS: '0',
      GIT_CONFIG_COUNT: 'nonsense',
    };
    expect((await mask(['.env'], { environment })).visible.tracked).toEqual(['x/.env']);
  });

  it('runs nothing of the project', async () => {
    const mark = path.join(root, 'mark');
    gitIn('', 'config', 'core.fsmonitor', `touch ${mark}; false`);
    gitIn('', 'config', 'filter.x.clean', `touch ${mark}; cat`);
    gitIn('', 'config', 'alias.ls-files', `!touch ${mark}`);
    writeFileSync(path.join(root, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${mark}\n`, {
      mode: 0o755,
    });
    put('.gitattributes');
    writeFileSync(path.join(root, '.gitattributes'), '* filter=x\n');
    await mask(['.env']);
    expect(existsSync(mark)).toBe(false);
    // The trap works.
    execFileSync('git', ['status'], { cwd: root });
    expect(existsSync(mark)).toBe(true);
  });

  it('fetches nothing for a sparse index that lacks objects, as a session may leave it', async () => {
    put('a/x', 'b/.env');
    gitIn('', 'add', '-f', 'a/x', 'b/.env');
    gitIn('', 'commit', '-qm', 'second');
    const tree = gitIn('', 'rev-parse', 'HEAD:b').trim();
    gitIn('', 'sparse-checkout', 'set', '--sparse-index', 'a');
    rmSync(path.join(root, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    const mark = path.join(root, 'mark');
    writeFileSync(path.join(root, 'evil'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    gitIn('', 'config', 'core.repositoryformatversion', '1');
    gitIn('', 'config', 'extensions.partialClone', 'origin');
    gitIn('', 'config', 'remote.origin.promisor', 'true');
    gitIn('', 'config', 'remote.origin.url', root);
    gitIn('', 'config', 'remote.origin.uploadpack', path.join(root, 'evil'));
    await mask(['.env']);
    expect(existsSync(mark)).toBe(false);
    // The trap works.
    spawnSync('git', ['ls-files'], { cwd: root });
    expect(existsSync(mark)).toBe(true);
  });

  it('is found where a name looks like a pattern', async () => {
    put(':(top)a.env', '[x].env', 'x.env');
    gitIn('', '--literal-pathspecs', 'add', ':(top)a.env', 'x.env');
    const facts = await mask(['*.env', '!.env']);
    expect([...facts.visible.tracked].sort()).toEqual([':(top)a.env', 'x.env']);
    expect(namesOf(facts)).toEqual(['[x].env']);
  });

  it('is found for many matches and odd names', async () => {
    const names = Array.from({ length: 150 }, (_, number) => `many/:(glob)*${number}\n"é.env`);
    put(...names);
    gitIn('', 'add', '--', ...names.slice(0, 120).map((name) => `:(literal)${name}`));
    expect(await hidden('*.env', '!/*.env', '!x/*')).toHaveLength(30);
    expect(await hidden('many/*1*.env')).toHaveLength(
      names.slice(120).filter((name) => name.includes('1')).length,
    );
  });
});

describe('links', () => {
  it('are not hidden, but what they lead to in the project is', async () => {
    put('config/real', 'config/dir/x');
    symlinkSync('config/real', path.join(root, '.env'));
    symlinkSync(path.join(root, 'config/dir'), path.join(root, '.env.d'));
    const facts = await mask(['.env', '.env.d']);
    expect(namesOf(facts)).toEqual(['config/dir/', 'config/real']);
    expect(facts.visible.link).toEqual([]);
  });

  it('out of the project may be seen through other mounts', async () => {
    const other = path.join(path.dirname(root), 'other');
    writeFileSync(other, 'x');
    symlinkSync('../other', path.join(root, '.env'));
    expect((await mask(['.env'])).hidden).toMatchObject([{ path: other, name: other }]);
  });

  it('to what holds the project, and into .git, are named', async () => {
    put('.git/config');
    symlinkSync('..', path.join(root, 'up.env'));
    symlinkSync('.', path.join(root, 'self.env'));
    symlinkSync('.git/config', path.join(root, 'git.env'));
    symlinkSync('nowhere', path.join(root, 'dead.env'));
    const facts = await mask(['*.env']);
    expect(facts.hidden).toEqual([]);
    expect([...facts.visible.link].sort()).toEqual(['git.env', 'self.env', 'up.env']);
  });

  it('to what git tracks, and to examples, hide nothing', async () => {
    makeRepository({ directory: root });
    put('.env.example');
    symlinkSync('README.md', path.join(root, '.env'));
    symlinkSync('.env.example', path.join(root, 'x.env'));
    const facts = await mask(['.env', 'x.env']);
    expect(facts.hidden).toEqual([]);
    expect(facts.visible.tracked).toEqual(['README.md']);
  });

  it('are not walked through', async () => {
    put('a/.env');
    symlinkSync('.', path.join(root, 'a/loop'));
    symlinkSync('/', path.join(root, 'slash'));
    expect(await hidden('.env')).toEqual(['a/.env']);
  });

  it('below a link that leads into a hidden directory are hidden with it', async () => {
    put('secrets/key');
    symlinkSync('secrets/key', path.join(root, 'a.env'));
    expect(await hidden('secrets/', '*.env')).toEqual(['secrets/']);
  });
});

describe('another name of a hidden file (hard link)', () => {
  it('is said, unless it is hidden too', async () => {
    put('.env', 'a/x.env', 'alone.env');
    linkSync(path.join(root, '.env'), path.join(root, 'visible'));
    linkSync(path.join(root, 'a/x.env'), path.join(root, 'a/y.env'));
    expect((await mask(['*.env'])).linked).toEqual(['.env']);
    expect((await mask(['*.env', '!y.env'])).linked).toEqual(['.env', 'a/x.env']);
  });
});

describe('the walk', () => {
  it('goes no deeper than anybody nests, and says so', async () => {
    put(`${'a/'.repeat(99)}.env`);
    expect(await walkForMatches(root, ['.env'])).toMatchObject({
      matches: [{ pattern: '.env' }],
      complete: true,
    });
    put(`${'a/'.repeat(101)}.env`);
    expect(await walkForMatches(root, ['.env'])).toMatchObject({
      matches: [{ pattern: '.env' }],
      complete: false,
    });
  });

  it('ends when it has taken too long, and says so', async () => {
    put('.env', 'a/.env');
    expect(await walkForMatches(root, ['.env'], { time: -1 })).toMatchObject({ complete: false });
  });

  it('ends, the deepest last, and says so', async () => {
    put('.env', 'a/.env', 'a/b/c/.env', ...Array.from({ length: 20 }, (_, n) => `a/b/${n}`));
    const { matches, complete } = await walkForMatches(root, ['.env'], { most: 10 });
    expect(complete).toBe(false);
    expect(matches.map(({ relative }) => relative)).toEqual(['.env', 'a/.env']);
  });

  it('names what cannot be named', async () => {
    writeFileSync(
      Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([0xff]), Buffer.from('.env')]),
      '',
    );
    const facts = await mask(['*.env']);
    expect(facts.hidden).toEqual([]);
    expect(facts.visible.name).toEqual(['x\uFFFD.env']);
  });

  it('tells another file in the same place', async () => {
    put('.env', 'other');
    const [first] = (await mask(['.env'])).hidden;
    writeFileSync(path.join(root, '.env'), 'changed');
    expect((await mask(['.env'])).hidden[0]?.identity).toBe(first?.identity);
    rmSync(path.join(root, '.env'));
    put('.env');
    expect((await mask(['.env'])).hidden[0]?.identity).not.toBe(first?.identity);
  });
});
