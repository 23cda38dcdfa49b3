// The ssh remotes of repositories as real git writes them, and of those that somebody wrote to confuse.

import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SshRemote, UrlRewrite } from '../../../src/plan/ssh-facts.ts';
import { readProject } from '../../../src/read/project.ts';
import { mostRemotes, readSshRemotes } from '../../../src/read/ssh-remotes.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let base: string;
const at = (name: string): string => path.join(base, name);

function git(directory: string, ...words: string[]): string {
  return execFileSync('git', ['-C', at(directory), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...{ GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.com' },
      ...{ GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.com' },
      ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'protocol.file.allow' },
      GIT_CONFIG_VALUE_0: 'always',
    },
  }).trim();
}

const makeRepository = (name: string): void => {
  mkdirSync(at(name), { recursive: true });
  git(name, 'init', '-q', '-b', 'main');
  git(name, 'commit', '-q', '--allow-empty', '-m', 'first');
};

function remotesOf(directory: string, rewrites?: readonly UrlRewrite[]): readonly SshRemote[] {
  const facts = readProject(at(directory), {
    home: at('home'),
    stateDirectory: at('home/state'),
    allowAnyRoot: false,
  }).git;
  if (facts === undefined) throw new Error(`${directory} is in no repository`);
  return readSshRemotes(facts, rewrites);
}

const hosts = (directory: string, rewrites?: readonly UrlRewrite[]): string[] =>
  remotesOf(directory, rewrites).map(
    ({ user, host, port }) => `${user ? `${user}@` : ''}${host}${port ? `:${port}` : ''}`,
  );

beforeEach(() => {
  base = realpathSync(temporaryDirectory());
  mkdirSync(at('home'));
  makeRepository('app');
});

describe('the ssh remotes of a repository', () => {
  it('are none where there is no remote, or no ssh', () => {
    expect(remotesOf('app')).toEqual([]);
    git('app', 'remote', 'add', 'a', 'https://github.com/me/app');
    git('app', 'remote', 'add', 'b', '/srv/app.git');
    expect(remotesOf('app')).toEqual([]);
  });

  it('are those of every remote, each machine once, with what names it', () => {
    git('app', 'remote', 'add', 'origin', 'git@github.com:me/app.git');
    git('app', 'remote', 'add', 'other', 'git@github.com:you/app.git');
    git('app', 'remote', 'add', 'own', 'ssh://me@git.example.com:2222/app.git');
    expect(remotesOf('app')).toEqual([
      { user: 'git', host: 'github.com', origin: 'remote.origin.url' },
      { user: 'me', host: 'git.example.com', port: 2222, origin: 'remote.own.url' },
    ]);
  });

  it('are also where it pushes to', () => {
    git('app', 'remote', 'add', 'origin', 'https://github.com/me/app');
    git('app', 'remote', 'set-url', '--push', 'origin', 'git@github.com:me/app');
    git('app', 'remote', 'set-url', '--add', 'origin', 'git@mirror:app');
    expect(hosts('app')).toEqual(['git@github.com', 'git@mirror']);
  });

  it('are found from a linked worktree, with those of its own configuration', () => {
    git('app', 'remote', 'add', 'origin', 'git@github.com:me/app');
    git('app', 'worktree', 'add', '-q', '../tree');
    expect(hosts('tree')).toEqual(['git@github.com']);
    git('app', 'config', 'extensions.worktreeConfig', 'true');
    git('tree', 'config', '--worktree', 'remote.mine.url', 'git@mine:app');
    expect(hosts('tree')).toEqual(['git@github.com', 'git@mine']);
    expect(hosts('app')).toEqual(['git@github.com']);
    git('app', 'config', 'extensions.worktreeConfig', 'false');
    expect(hosts('tree')).toEqual(['git@github.com']);
  });

  it('are what git makes of shortened urls', () => {
    git('app', 'config', 'url.git@github.com:.insteadOf', 'gh:');
    git('app', 'config', 'url.git@special:.insteadOf', 'gh:special/');
    git('app', 'config', 'url.git@push.example.com:.pushInsteadOf', 'https://git.example.com/');
    git('app', 'remote', 'add', 'a', 'gh:me/app');
    git('app', 'remote', 'add', 'b', 'gh:special/app');
    git('app', 'remote', 'add', 'c', 'https://git.example.com/app');
    git('app', 'config', 'url.git@never:.pushInsteadOf', 'https://never/');
    git('app', 'remote', 'add', 'd', 'https://never/app');
    git('app', 'remote', 'set-url', '--push', 'd', 'https://never/app');
    expect(hosts('app')).toEqual(['git@github.com', 'git@special', 'git@push.example.com']);
    for (const [name, url] of Object.entries({
      a: 'git@github.com:me/app',
      b: 'git@special:app',
      c: 'git@push.example.com:app',
      d: 'https://never/app',
    }))
      expect(git('app', 'remote', 'get-url', '--push', name)).toBe(url);
  });

  it('are what the user has git make of urls everywhere', () => {
    git('app', 'remote', 'add', 'origin', 'https://github.com/me/app');
    const ssh = { base: 'git@github.com:', prefix: 'https://github.com/' };
    expect(hosts('app', [ssh])).toEqual(['git@github.com']);
    expect(hosts('app', [{ ...ssh, push: true }])).toEqual(['git@github.com']);
    git('app', 'config', 'remote.origin.url', 'git@github.com:me/app');
    expect(hosts('app', [{ base: 'https://github.com/', prefix: 'git@github.com:' }])).toEqual([]);
  });
});

describe('the ssh remotes of submodules', () => {
  it('are those of their repositories, nested ones too, and of what is to be cloned', () => {
    for (const name of ['lib', 'deep']) makeRepository(name);
    git('lib', 'submodule', '--quiet', 'add', at('deep'), 'sub/deep');
    git('lib', 'commit', '-qm', 'deep');
    git('app', 'submodule', '--quiet', 'add', at('lib'), 'libs/lib');
    git('app', 'submodule', '--quiet', 'update', '--init', '--recursive');
    git('app/libs/lib', 'remote', 'set-url', 'origin', 'git@lib.example.com:lib');
    git('app/libs/lib/sub/deep', 'remote', 'set-url', 'origin', 'git@deep.example.com:deep');
    git('app', 'config', 'submodule.next.url', 'git@next.example.com:next');
    expect(remotesOf('app')).toEqual([
      { user: 'git', host: 'next.example.com', origin: 'submodule.next.url' },
      { user: 'git', host: 'lib.example.com', origin: 'libs/lib: remote.origin.url' },
      { user: 'git', host: 'deep.example.com', origin: 'libs/lib/sub/deep: remote.origin.url' },
    ]);
  });

  it('are not read from what a clone brings along', () => {
    writeFileSync(at('app/.gitmodules'), '[submodule "a"]\n\tpath = a\n\turl = git@evil:a\n');
    writeFileSync(at('evil.inc'), '[remote "a"]\n\turl = git@evil:a\n');
    git('app', 'config', 'include.path', at('evil.inc'));
    expect(remotesOf('app')).toEqual([]);
  });

  it('are rewritten by the user’s own rules, as the git that clones them knows only those', () => {
    git('app', 'config', 'url.git@local:.insteadOf', 'x:');
    git('app', 'config', 'submodule.a.url', 'x:a');
    git('app', 'config', 'submodule.b.url', 'y:b');
    expect(hosts('app', [{ base: 'git@global:', prefix: 'y:' }])).toEqual(['x', 'git@global']);
  });
});

describe('a repository that was made to confuse', () => {
  it('names no options and no odd words', () => {
    const urls = ['-oProxyCommand=x:a', 'ssh://-x/a', 'git@$(id):a', '-l@host:a', 'ho st:a'];
    for (const url of urls) git('app', 'config', '--add', 'remote.origin.url', url);
    expect(remotesOf('app')).toEqual([]);
  });

  it('is read only so far', () => {
    const many = Array.from({ length: 1000 }, (_, n) => `[remote "r${n}"]\n\turl = git@h${n}:a\n`);
    writeFileSync(at('app/.git/config'), many.join(''));
    expect(remotesOf('app')).toHaveLength(mostRemotes);
  });

  it('is not followed through symlinks, nor down for ever', () => {
    makeRepository('elsewhere');
    git('elsewhere', 'remote', 'add', 'origin', 'git@elsewhere:a');
    mkdirSync(at('app/.git/modules'));
    symlinkSync(at('elsewhere/.git'), at('app/.git/modules/link'));
    symlinkSync('..', at('app/.git/modules/loop'));
    mkdirSync(at(`app/.git/modules/${'d/'.repeat(200)}`), { recursive: true });
    const deep = at('app/.git/modules/d/d');
    writeFileSync(`${deep}/HEAD`, '');
    symlinkSync(at('elsewhere/.git/config'), `${deep}/config`);
    expect(remotesOf('app')).toEqual([]);
  });
});
