// The user's name for git, asked from a real git in a home of its own.

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readGitIdentity } from '../../../src/read/git-identity.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
beforeEach(() => {
  home = temporaryDirectory();
});
const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  ...more,
});
const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
  writeFileSync(path.join(home, name), text);
};

/** What git inside would take from the identity: asked from git itself. */
async function identity(directory = home, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const text = await readGitIdentity(directory, environment(more), home);
  const file = path.join(temporaryDirectory(), 'gitconfig');
  writeFileSync(file, text);
  const list = execFileSync('git', ['config', '--file', file, '--list', '--null'], {
    encoding: 'utf8',
  });
  const [safe, ...rest] = list.split('\0').slice(0, -1);
  expect(safe).toBe('safe.directory\n*');
  return rest.map((entry) => entry.replace(/^user\.(\w+)\n/, '$1=')).join('|');
}

describe('the identity', () => {
  it('is none without a configuration', async () => {
    expect(await identity()).toBe('');
  });

  it.each([
    [
      'of both',
      '[user]\nname = Ann Example\nemail = ann@example.org\n',
      'name=Ann Example|email=ann@example.org',
    ],
    ['of one', '[user]\nemail = a@b\n', 'email=a@b'],
    ['that was set twice is the last', '[user]\nname = A\nname = B\n', 'name=B'],
    [
      'with odd characters',
      '[user]\nname = "Ann \\"A;n#n\\" \\\\ O\'Ex\\tample\\n= é "\n',
      'name=Ann "A;n#n" \\ O\'Ex\tample\n= é ',
    ],
    [
      'without anything else',
      '[core]\nsshCommand = evil\n[user]\nname = A\nsigningKey = k\n',
      'name=A',
    ],
    ['of a broken file is none', '[user\nname', ''],
  ])('%s', async (_what, config, expected) => {
    write('.gitconfig', config);
    expect(await identity()).toBe(expected);
  });

  it.each(['.config/git/config', 'xdg/git/config', 'elsewhere'])('is found in %s', async (name) => {
    write(name, '[user]\nname = A\n');
    const more = {
      ...(name.startsWith('xdg') && { XDG_CONFIG_HOME: path.join(home, 'xdg') }),
      ...(name === 'elsewhere' && { GIT_CONFIG_GLOBAL: path.join(home, name) }),
    };
    expect(await identity(home, more)).toBe('name=A');
  });

  it('is the one for this directory, and nothing of the project’s own', async () => {
    write(
      '.gitconfig',
      `[user]\nname = Home\n[includeIf "gitdir:${home}/work/"]\npath = work.config\n`,
    );
    write('work.config', '[user]\nname = Work\n');
    for (const name of ['work/app', 'other']) {
      const directory = path.join(home, name);
      execFileSync('git', ['init', '-q', directory], { env: environment() });
      execFileSync('git', ['-C', directory, 'config', 'user.name', 'Project'], {
        env: environment(),
      });
    }
    expect(await identity(path.join(home, 'work/app'))).toBe('name=Work');
    expect(await identity(path.join(home, 'other'))).toBe('name=Home');
  });

  it('is none without git', async () => {
    write('.gitconfig', '[user]\nname = A\n');
    expect(await readGitIdentity(home, { PATH: '/nowhere', HOME: home }, home)).toBe(
      '[safe]\n\tdirectory = *\n',
    );
  });
});
