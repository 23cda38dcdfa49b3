// The setting `protect` against a real git on the host: what a session plants is run where it may, named where it is reported, and
// cannot be planted where git's own is read-only.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { planVersion } from '../../src/plan/run-plan.ts';
import { runAi, type AiResult } from '../support/ai.ts';
import { containersLeft } from '../support/engine.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { git, makeRepository } from '../support/repository.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;
let parent: string;
let project: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  parent = temporaryDirectory();
  project = makeRepository({ directory: path.join(parent, 'app') });
});

const at = (...names: string[]): string => path.join(project, ...names);
function put(name: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
}
const gitIn = (directory: string, ...words: string[]): string => git(words, { directory });
const gitHere = (...words: string[]): string => gitIn(project, ...words);

const run = (script: string, options: readonly string[] = [], cwd = project): Promise<AiResult> =>
  runAi([...options, 'exec', '--', 'sh', '-c', script], { home, cwd });

const hostEnvironment = (): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  HOME: parent,
  MARK: path.join(parent, 'RAN'),
});

/** Whether what a session has planted is run by git of this machine: by a look, or by a commit. */
function runsOnHost(directory = project): boolean {
  const mark = path.join(parent, 'RAN');
  rmSync(mark, { force: true });
  const env = hostEnvironment();
  for (const words of [['status'], ['commit', '-q', '--allow-empty', '-m', 'on the host']])
    spawnSync('git', words, { cwd: directory, env });
  return existsSync(mark);
}

/** The files of every change that the audit tells of, for runs in this project. */
async function auditedChanges(): Promise<string[][]> {
  const { stdout } = await runAi(['audit', 'show', '--json'], { home, cwd: project });
  return (JSON.parse(stdout) as { what: string; files: string[] }[])
    .filter(({ what }) => what === 'executable files changed')
    .map(({ files }) => files);
}

/** Where a session stands, a link would do for it as well. */
const evil = 'touch "$MARK"';
const hook = `printf '#!/bin/sh\\n%s\\n' '${evil}'`;
const monitor = (file: string): string => `git config -f ${file} core.fsmonitor '${evil}; false'`;

/** Every file of the repository that says something of its configuration. */
const listing = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => !/(^|\/)(objects|refs|logs)(\/|$)|index$|EDITMSG$|HEAD$|one\/config$/.test(name),
    )
    .sort();

interface Attack {
  what: string;
  /** On the host, before. */
  prepare?: () => void;
  script: string;
  /** Below the parent of the project: where the session and then git runs. */
  in?: string;
}

function addSubmodule(): void {
  makeRepository({ directory: path.join(parent, 'other') });
  gitHere('submodule', 'add', '-q', path.join(parent, 'other'), 'libs/sub');
  gitHere('commit', '-qm', 'submodule');
}

function addWorktree(): void {
  gitHere('worktree', 'add', '-q', '-b', 'one', path.join(parent, 'one'));
}

const evilCopy = (of: string): string => `rm -rf evil; cp -r ${of} evil; ${monitor('evil/config')}`;

const attacks: readonly Attack[] = [
  { what: 'a hook', script: `${hook} > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit` },
  {
    what: 'a hook where there was no directory for any',
    prepare: () => {
      rmSync(at('.git/hooks'), { recursive: true });
    },
    script: `mkdir .git/hooks; ${hook} > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit`,
  },
  { what: 'a setting', script: monitor('.git/config') },
  {
    what: 'a setting, by another file',
    script: `cp .git/config c; ${monitor('c')}; mv -f c .git/config`,
  },
  {
    what: 'a copy of .git in its place',
    script: `mv .git old && cp -r old .git; ${monitor('.git/config')}`,
  },
  { what: 'a commondir', script: `${evilCopy('.git')}; echo ../evil > .git/commondir` },
  {
    what: 'a hook in core.hooksPath',
    prepare: () => {
      put('tools/hooks/commit-msg', '#!/bin/sh\n', 0o755);
      gitHere('config', 'core.hooksPath', 'tools/hooks');
    },
    script: `mv tools t; mkdir -p tools/hooks; ${hook} > tools/hooks/commit-msg; chmod +x tools/hooks/commit-msg`,
  },
  {
    what: 'a hook in the user’s own core.hooksPath',
    prepare: () => {
      for (const directory of [home, parent]) {
        const config = path.join(directory, '.gitconfig');
        writeFileSync(config, `[core]\n\thooksPath = ${at('.h')}\n`);
        onTestFinished(() => {
          rmSync(config);
        });
      }
    },
    script: `mkdir -p .h; ${hook} > .h/pre-commit; chmod +x .h/pre-commit`,
  },
  {
    what: 'the script that a hook leads to',
    prepare: () => {
      put('scripts/check', '#!/bin/sh\n', 0o755);
      symlinkSync('../../scripts/check', at('.git/hooks/pre-commit'));
    },
    script: `${hook} > scripts/check`,
  },
  {
    what: 'a file that the configuration includes',
    prepare: () => {
      put('shared.gitconfig', '[alias]\n\tst = status\n');
      gitHere('config', 'include.path', '../shared.gitconfig');
    },
    script: monitor('shared.gitconfig'),
  },
  {
    what: 'the configuration of a submodule',
    prepare: addSubmodule,
    script: monitor('.git/modules/libs/sub/config'),
  },
  {
    what: 'the commondir of a submodule',
    prepare: addSubmodule,
    script: `${evilCopy('.git/modules/libs/sub')}; echo ../../../../evil > .git/modules/libs/sub/commondir`,
  },
  {
    what: 'another repository in the place of a submodule',
    prepare: addSubmodule,
    script: `mv libs l; mkdir libs; git clone -q l/sub libs/sub; ${monitor('libs/sub/.git/config')}; echo x > libs/sub/x`,
  },
  {
    what: 'the pointer of a submodule',
    prepare: addSubmodule,
    script: `${evilCopy('.git/modules/libs/sub')}; git config -f evil/config core.worktree ../libs/sub; echo gitdir: ../../evil > libs/sub/.git`,
  },
  {
    what: 'the pointer of a linked worktree',
    prepare: addWorktree,
    in: 'one',
    script: `cp -r "$(git rev-parse --git-common-dir)" evil; ${monitor('evil/config')}; git config -f evil/config core.worktree ..; rm -f .git; echo gitdir: evil > .git`,
  },
  {
    what: 'the configuration that linked worktrees share',
    prepare: addWorktree,
    in: 'one',
    script: monitor('"$(git rev-parse --git-common-dir)/config"'),
  },
  {
    what: 'the commondir of another worktree',
    prepare: addWorktree,
    script: `cd .git && mv worktrees w; cp -r w worktrees; cp config worktrees/one/config; ${monitor('worktrees/one/config')}; cp -r objects refs worktrees/one/; echo . > worktrees/one/commondir`,
    in: 'app',
  },
];

describe.each(attacks)('$what', ({ what, prepare, script, in: where = 'app' }) => {
  const victim = (): string =>
    path.join(parent, what === 'the commondir of another worktree' ? 'one' : where);

  it('would be run by the host, and is not with protect: readonly', async () => {
    prepare?.();
    expect(runsOnHost(victim())).toBe(false);
    const before = listing(at('.git'));
    await run(script, ['--protect', 'readonly'], path.join(parent, where));
    expect(runsOnHost(victim())).toBe(false);
    expect(listing(at('.git'))).toEqual(before);
    await run(script, ['--protect', 'off'], path.join(parent, where));
    expect(runsOnHost(victim())).toBe(true);
  });
});

describe('with protect: readonly', () => {
  const work = `
    set -e
    echo more >> README.md; git commit -qam second; git log --format=%s
    echo again >> README.md; git stash -q; git stash pop -q; git checkout -q -b other; git add .
    git commit -qm third; git branch --format='%(refname:short)'; git tag t; git merge -q t
    git worktree list --porcelain | head -1; git gc -q; git fsck; git diff --stat HEAD^; git status --porcelain
    git -c gc.auto=1 commit -q --allow-empty -m fourth`;
  const more = `
    set -e
    git checkout -q -b side HEAD^; echo side > side; git add side; git commit -qm side; git rebase -q other
    git worktree add -q -b new new; git -C new commit -q --allow-empty -m new; git worktree list | wc -l
    git cherry-pick --allow-empty new; git reset -q --hard HEAD^; git checkout -q other; git merge -q --no-edit side new`;
  const identity = '-c user.name=T -c user.email=t@example.invalid';

  it('git commits, stashes and branches inside; its settings stay as they are, and that is said once', async () => {
    const config = readFileSync(at('.git/config'), 'utf8');
    const first = await run(work, ['--yolo']);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^second\nfirst\nmain\nother\nworktree /);
    expect(first.stderr).toBe(
      'ai: git’s hooks and config are read-only in this run: commit and stash work, git config and git push -u cannot write (--protect report lifts that; so does git config on this machine meanwhile)\n',
    );
    const again = await run('git config a.b c; git remote add origin .', ['--yolo']);
    expect(again.stderr).not.toContain('ai: ');
    expect(again.stderr).toContain('could not write config file');
    expect(readFileSync(at('.git/config'), 'utf8')).toBe(config);
    expect(gitHere('log', '-1', '--format=%s')).toBe('fourth\n');
    expect(gitHere('rev-parse', '--git-common-dir')).toBe('.git\n');
    const rest = await run(more, ['--yolo']);
    expect(rest).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2\n/) as unknown });
    expect(gitHere('log', '--format=%s')).toMatch(/^new\nside\nfourth\n/);
  });

  it('hooks that git tracks come and go with the tree, and what changes of them is said', async () => {
    put('.husky/pre-commit', '#!/bin/sh\n', 0o755);
    gitHere('add', '.');
    gitHere('commit', '-qm', 'hooks');
    gitHere('checkout', '-q', '-b', 'next');
    put('.husky/pre-commit', '#!/bin/sh\ntrue\n', 0o755);
    gitHere('commit', '-qam', 'next');
    gitHere('checkout', '-q', 'main');
    gitHere('config', 'core.hooksPath', '.husky');
    const merge =
      'git merge -q next && git checkout -q HEAD^ && git checkout -q main && git status -s';
    const { code, stdout, stderr } = await run(merge, ['--yolo']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('hooks that git tracks stay writable, and what changes of them is');
    expect(stderr).toContain(
      'changed, and run by this machine later: .husky/pre-commit (ai changes)',
    );
    expect(readFileSync(at('.husky/pre-commit'), 'utf8')).toContain('true');
  });

  it('a repository in another directory that can be written is protected, and reported', async () => {
    const other = makeRepository({ directory: path.join(parent, 'other') });
    const script = `cd /other; ${monitor('.git/config')}; ${hook} > .git/hooks/x; echo x > Makefile`;
    const options = ['-v', `${other}:/other`];
    const { stderr } = await run(script, [...options, '--yolo']);
    expect(stderr).toContain(`run by this machine later: ${other}/Makefile (ai changes)`);
    expect(existsSync(path.join(other, '.git/commondir'))).toBe(false);
    const open = await run(script, options);
    expect(open.stderr).toContain(`later: ${other}/.git/config, ${other}/.git/hooks/x (ai`);
  });

  it('what is replaced on this machine is no longer read-only, which is said with what it became', async () => {
    const script = `echo ready; until [ -e go ]; do sleep 0.05; done; ${monitor('.git/config')}; ${hook} > .git/hooks/x`;
    const args = ['--yolo', 'exec', '--', 'sh', '-c', script];
    const live = LiveRun.start(args, { home, cwd: project });
    live.child.stdin.end();
    await live.waitFor('ready');
    gitHere('config', 'user.name', 'Other');
    put('go', '');
    const { stderr } = await live.ended;
    expect(runsOnHost()).toBe(true);
    expect(stderr).toContain('.git/hooks/x: Read-only file system');
    expect(stderr).toContain(
      'ai: replaced on this machine while the session ran, so the session could write there from then on: .git/config\n',
    );
    expect(stderr).toContain(
      'ai: changed, and run by this machine later: .git/config (ai changes)',
    );
    const { stdout } = await runAi(['changes'], { home, cwd: project });
    expect(stdout).toContain(`in ${project}, ended`);
    expect(stdout).toContain('from then on: .git/config');
    expect(stdout).toContain('fsmonitor');
  });

  it('git works inside of a linked worktree and a submodule', async () => {
    addSubmodule();
    addWorktree();
    const one = path.join(parent, 'one');
    expect(await run(work, ['--yolo'], one)).toMatchObject({ code: 0 });
    expect(gitIn(one, 'log', '-1', '--format=%s')).toBe('fourth\n');
    const sub = `git submodule -q update; cd libs/sub && git checkout -q HEAD^0 && echo x > x && git add x && git ${identity} commit -qm inside && git status --porcelain`;
    const inSub = await run(sub, ['--yolo']);
    expect(inSub).toMatchObject({ code: 0, stdout: '' });
    // It writes core.worktree each time.
    expect(inSub.stderr).toContain('could not write config');
    expect(gitIn(at('libs/sub'), 'log', '-1', '--format=%s')).toBe('inside\n');
    expect(gitHere('worktree', 'list')).toContain(one);
  });

  it.each(['hooks', 'config'])(
    'a link in the place of %s is refused, and taken as it is without',
    async (name) => {
      const secret = path.join(parent, 'secret');
      if (name === 'hooks') mkdirSync(secret);
      else writeFileSync(secret, '');
      rmSync(at('.git', name), { recursive: true });
      symlinkSync(secret, at('.git', name));
      const { code, stdout, stderr } = await run('echo ran', ['--yolo']);
      expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
      expect(stderr).toMatch(
        /^ai: cannot make .*\.git\/.* read-only: it is a link.*\n.*--protect report/,
      );
      expect(existsSync(at('.git/commondir'))).toBe(false);
      expect(await run('echo ran', ['--yolo', '--protect', 'report'])).toMatchObject({
        stdout: 'ran\n',
      });
    },
  );

  it.each(['the same', 'another'])(
    'a run that ends does not take from another one what protects it: with %s home',
    async (which) => {
      rmSync(at('.git/hooks'), { recursive: true });
      const script = (done: string): string =>
        `echo ready; until [ -e ${done} ]; do sleep 0.05; done; echo x > .git/commondir; echo x > .git/hooks/x; mkdir .git/hooks`;
      const start = (done: string, ofHome: string): LiveRun => {
        const args = ['--protect', 'readonly', 'exec', '--', 'sh', '-c', script(done)];
        const live = LiveRun.start(args, { home: ofHome, cwd: project });
        live.child.stdin.end();
        return live;
      };
      const first = start('one', home);
      await first.waitFor('ready');
      const second = start('two', which === 'another' ? temporaryDirectory() : home);
      await second.waitFor('ready');
      expect(readdirSync(at('.git'))).toContain('commondir');
      put('one', '');
      expect((await first.ended).stderr).toContain('Read-only file system');
      put('two', '');
      const { stderr } = await second.ended;
      expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
      const left = readdirSync(at('.git')).filter((name) => ['commondir', 'hooks'].includes(name));
      // Of an empty directory nobody can tell who has made it.
      expect(left).toEqual(which === 'another' ? ['hooks'] : []);
      await expectNothingLeft(home);
    },
  );

  it.each(['this version', 'another version'])(
    'what a killed launcher of %s has left is taken away by the next, which says what was changed',
    async (which) => {
      const script = 'echo x > Makefile; echo ready; sleep 60';
      const args = ['--protect', 'readonly', 'exec', '--', 'sh', '-c', script];
      const live = LiveRun.start(args, { home, cwd: project });
      await live.waitFor('ready');
      live.signal('SIGKILL');
      await live.ended;
      expect(readdirSync(at('.git'))).toContain('commondir');
      if (which === 'another version') {
        const record = path.join(stateOf(home), 'runs', runsIn(home)[0] ?? '', 'plan.json');
        const text = readFileSync(record, 'utf8');
        writeFileSync(record, text.replace(`"version":${planVersion},`, '"version":1,'));
        // Its leash has ended the container by itself.
        await vi.waitFor(async () => {
          expect(await containersLeft(home)).toEqual([]);
        }, 8000);
      }
      const { stderr } = await runAi(['exec', '--', 'true'], { home });
      const said =
        'app, a run that was cut off: changed, and run by this machine later: Makefile (ai changes)';
      if (which === 'this version') {
        expect(stderr).toContain(said);
        expect(await auditedChanges()).toEqual([['Makefile']]);
      }
      expect(readdirSync(at('.git'))).not.toContain('commondir');
      await expectNothingLeft(home);
    },
  );

  it('what the user has at these places stays', async () => {
    writeFileSync(at('.git/commondir'), '.\n');
    await run('true', ['--protect', 'readonly']);
    expect(readFileSync(at('.git/commondir'), 'utf8')).toBe('.\n');
  });
});

describe('with protect: report', () => {
  interface Shown {
    last: { run: string; changes: { path: string; change: string; kind: string }[] } | null;
    earlier: { run: string; paths: string[] }[];
  }
  async function shown(): Promise<Shown> {
    const { stdout } = await runAi(['changes', '--json'], { home, cwd: project });
    return JSON.parse(stdout) as Shown;
  }

  it('exactly what a session has changed is listed, and nothing where that is nothing', async () => {
    expect(await shown()).toMatchObject({ last: null, earlier: [] });
    const manifest = { name: 'app', version: '1.0.0', scripts: { test: 'true' } };
    put('package.json', JSON.stringify(manifest));
    put('Makefile', 'all:\n\ttrue\n');
    put('.vscode/tasks.json', '{}');
    put('.claude/settings.json', '{}');
    put('.envrc', 'export A=1\n');
    git(['remote', 'add', 'origin', 'https://origin.invalid/app.git'], { directory: project });
    const quiet = await run(`
      touch Makefile; chmod 600 .envrc; sed -i s/1.0.0/2.0.0/ package.json; mkdir -p src node_modules/x
      echo '{"scripts":{"x":"y"}}' > node_modules/x/package.json; echo x > src/a.js
      git add .; git commit -qm more; git stash list; cp .git/hooks/*.sample /tmp
      git remote add fork https://fork.invalid/app.git; git config user.name T; git branch -q next
      git config branch.next.remote origin; git config branch.next.merge refs/heads/next`);
    expect(quiet).toMatchObject({ code: 0, stderr: '' });
    expect(await shown()).toMatchObject({ last: { changes: [] }, earlier: [] });
    expect(await auditedChanges()).toEqual([]);

    const loud = await run(`
      sed -i s/true/false/ Makefile package.json; rm .envrc; chmod +x .vscode/tasks.json
      mkdir -p .github/workflows sub; echo x > .github/workflows/ci.yml; ln -s /etc .husky
      git init -q sub/repo; git -C sub/repo config core.fsmonitor x
      git remote set-url origin https://evil.invalid/app.git`);
    expect(loud.stderr).toBe(
      'ai: changed, and run by this machine later: .git/config, .husky, sub/repo/.git/config and 5 more (ai changes)\n',
    );
    const { last } = await shown();
    expect(await auditedChanges()).toEqual([last?.changes.map(({ path: file }) => file)]);
    expect(last?.changes.map(({ path: file, change, kind }) => [change, kind, file])).toEqual([
      ['removed', 'shell', '.envrc'],
      ['changed', 'git config', '.git/config'],
      ['added', 'CI', '.github/workflows/ci.yml'],
      ['added', 'git hook', '.husky'],
      ['changed', 'editor', '.vscode/tasks.json'],
      ['changed', 'make', 'Makefile'],
      ['changed', 'scripts', 'package.json'],
      ['added', 'git config', 'sub/repo/.git/config'],
    ]);
    const { stdout } = await runAi(['changes'], { home, cwd: project });
    expect(stdout).toContain(
      'Makefile\n  all:\n-     true\n+     false\n'.replaceAll('\n', '\n  ').trimEnd(),
    );

    await run('true');
    expect(await shown()).toMatchObject({ last: { changes: [] }, earlier: [{ run: last?.run }] });
  });

  it('a repository that git is led to by its index is found wherever it is', async () => {
    const script = `mkdir -p node_modules/x && cd node_modules/x && git init -q && git -c user.name=T -c user.email=t@t commit -q --allow-empty -m x &&
      ${monitor('.git/config')} && cd ../.. && git add -f node_modules/x`;
    const { stderr } = await run(script, ['--yolo']);
    expect(runsOnHost()).toBe(true);
    expect(stderr).toContain('run by this machine later: node_modules/x/.git/config (ai changes)');
  });

  it('off is off', async () => {
    const { stderr } = await run('echo x > Makefile', ['--protect', 'off']);
    expect(stderr).toBe('');
    expect(await shown()).toMatchObject({ last: null });
  });
});
