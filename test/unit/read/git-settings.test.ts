// The user's settings for git, asked from a real git in a home of its own.

import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { planGitSettings } from '../../../src/plan/git-settings.ts';
import { readGitSettings } from '../../../src/read/git-settings.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
beforeEach(() => {
  home = temporaryDirectory();
});
const at = (...names: string[]): string => path.join(home, ...names);

function write(name: string, text: string, mode = 0o644): string {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text, { mode });
  return at(name);
}

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  // Whatever this machine has.
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...more,
});

/** Git on the host, in the test's home. */
function git(directory: string, ...words: string[]): string {
  mkdirSync(directory, { recursive: true });
  const always = ['-c', 'protocol.file.allow=always', '-c', 'user.name=T', '-c', 'user.email=t@t'];
  return execFileSync('git', [...always, ...words], {
    cwd: directory,
    env: environment({ GIT_CONFIG_GLOBAL: '/dev/null' }),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function makeRepository(name: string): string {
  git(at(name), 'init', '-q');
  git(at(name), 'commit', '-q', '--allow-empty', '-m', 'first');
  return at(name);
}

/** What was found, as `name=value`, without the lines that include other files. */
async function found(directory = home, more: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { settings } = await readGitSettings(directory, environment(more), home);
  return settings
    .filter(({ name }) => !name.startsWith('include'))
    .map(({ name, value }) => `${name}=${value}`);
}

const nameIn = (name: string): string => `[user]\nname = ${name}\n`;

describe('the settings', () => {
  it.each<[string, string, string[]]>([
    ['of nothing', '', []],
    ['of the user', nameIn('Ann'), ['user.name=Ann']],
    ['that were set twice', `${nameIn('A')}${nameIn('B')}`, ['user.name=A', 'user.name=B']],
    [
      'of odd characters',
      '[user]\nname = "A\\"\\\\;#\\n\\t= é "\n[url "a.B c"]\ninsteadOf = x',
      ['user.name=A"\\;#\n\t= é ', 'url.a.B c.insteadof=x'],
    ],
    ['without a value', '[commit]\ngpgSign\n', ['commit.gpgsign=true']],
    ['of a broken file', '[user\nname', []],
  ])('%s', async (_what, config, expected) => {
    write('.gitconfig', config);
    expect(await found()).toEqual(expected);
  });

  it('are found wherever git looks, the machine’s first', async () => {
    write('system', nameIn('System'));
    write('.config/git/config', nameIn('Xdg'));
    write('.gitconfig', nameIn('Home'));
    write('other', nameIn('Other'));
    write('xdg/git/config', nameIn('Elsewhere'));
    const system = { GIT_CONFIG_SYSTEM: at('system') };
    const names = async (more: NodeJS.ProcessEnv): Promise<string[]> =>
      (await found(home, more)).map((text) => text.replace('user.name=', ''));
    expect(await names(system)).toEqual(['System', 'Xdg', 'Home']);
    expect(await names({ XDG_CONFIG_HOME: at('xdg') })).toEqual(['Elsewhere', 'Home']);
    expect(await names({ GIT_CONFIG_GLOBAL: at('other') })).toEqual(['Other']);
    rmSync(at('.gitconfig'));
    expect(await names({})).toEqual(['Xdg']);
  });

  it('are none without git', async () => {
    write('.gitconfig', nameIn('A'));
    expect(await found(home, { PATH: '/nowhere' })).toEqual([]);
  });

  it('are those of the user’s own file for a git that knows no scopes', async () => {
    write('.gitconfig', nameIn('A'));
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\ncase "$*" in *--show-scope*) exit 129;; esac\nexec ${real} "$@"\n`;
    chmodSync(write('bin/git', script), 0o755);
    const more = { PATH: `${at('bin')}:${process.env['PATH'] ?? ''}` };
    expect(await found(home, more)).toEqual(['user.name=A']);
  });

  it('are none in a directory that is gone', async () => {
    write('.gitconfig', nameIn('A'));
    expect(await found(at('missing'))).toEqual([]);
  });
});

describe('an include', () => {
  const conditional = (condition: string): string =>
    `${nameIn('Home')}[includeIf "${condition}"]\npath = work.config\n`;
  const both = ['user.name=Home', 'user.name=Work'];
  beforeEach(() => {
    write('work.config', nameIn('Work'));
  });

  it('is followed', async () => {
    write('.gitconfig', `[include]\npath = work.config\n`);
    expect(await found()).toEqual(['user.name=Work']);
  });

  it('for a directory counts in it and in its worktrees and submodules, and nowhere else', async () => {
    write('.gitconfig', conditional('gitdir:~/work/'));
    const app = makeRepository('work/app');
    makeRepository('leaf');
    git(app, 'worktree', 'add', '-q', at('linked'));
    git(app, 'submodule', 'add', '-q', at('leaf'), 'libs/leaf');
    mkdirSync(at('work/app/src'));
    for (const name of ['work/app', 'work/app/src', 'work/app/libs/leaf', 'linked'])
      expect({ name, found: await found(at(name)) }).toEqual({ name, found: both });
    expect(await found(at('leaf'))).toEqual(['user.name=Home']);
  });

  it('for a remote counts where there is such a remote', async () => {
    write('.gitconfig', conditional('hasconfig:remote.*.url:https://corp.example/**'));
    const app = makeRepository('app');
    expect(await found(app)).toEqual(['user.name=Home']);
    git(app, 'remote', 'add', 'origin', 'https://corp.example/team/app');
    expect(await found(app)).toEqual(both);
  });

  it('for a branch counts on it', async () => {
    write('.gitconfig', conditional('onbranch:topic'));
    const app = makeRepository('app');
    expect(await found(app)).toEqual(['user.name=Home']);
    git(app, 'checkout', '-q', '-b', 'topic');
    expect(await found(app)).toEqual(both);
  });

  it.runIf(process.getuid?.() === 0)('counts in a project of somebody else', async () => {
    write('.gitconfig', conditional('gitdir:~/work/'));
    const app = makeRepository('work/app');
    for (const name of ['.', '.git']) chownSync(path.join(app, name), 1234, 1234);
    expect(await found(app)).toEqual(both);
  });

  it('through a symlink counts where the shell went through it', async () => {
    write('.gitconfig', conditional('gitdir:~/work/'));
    const app = makeRepository('data/app');
    symlinkSync(at('data'), at('work'));
    expect(await found(app, { PWD: at('work/app') })).toEqual(both);
  });
});

describe('a project', () => {
  it('adds nothing of its own, and runs nothing', async () => {
    write('.gitconfig', nameIn('Home'));
    const app = makeRepository('app');
    const trap = write('trap.sh', `#!/bin/sh\ntouch ${at('sprung')}\n`, 0o755);
    chmodSync(trap, 0o755);
    for (const name of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.editor'])
      git(app, 'config', name, trap);
    for (const name of ['config', 'git']) git(app, 'config', `alias.${name}`, `!${trap}`);
    git(app, 'config', 'user.name', 'Project');
    git(app, 'config', 'include.path', write('stolen', '[alias]\nstolen = yes\n'));
    git(app, 'config', 'extensions.worktreeConfig', 'true');
    git(app, 'config', '--worktree', 'user.email', 'p@p');
    expect(await found(app)).toEqual(['user.name=Home']);
    expect(existsSync(at('sprung'))).toBe(false);
  });

  it('cannot hold up a start', async () => {
    write('.gitconfig', nameIn('Home'));
    const app = makeRepository('app');
    execFileSync('mkfifo', [path.join(app, '.git/pipe')]);
    writeFileSync(path.join(app, '.git/config'), '[include]\npath = pipe\n');
    expect((await readGitSettings(app, environment(), home, 200)).settings).toEqual([]);
  });

  it('is the one that was asked for, not one of a hook’s environment', async () => {
    const other = makeRepository('other');
    write('.gitconfig', `${nameIn('Home')}[includeIf "gitdir:~/other/"]\npath = work.config\n`);
    write('work.config', nameIn('Work'));
    const more = {
      GIT_DIR: path.join(other, '.git'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Hook',
      GIT_CONFIG_PARAMETERS: "'user.name=Parameter'",
    };
    expect(await found(home, more)).toEqual(['user.name=Home']);
  });
});

describe('files that settings name', () => {
  const files = async (): Promise<Partial<Record<string, string>>> =>
    (await readGitSettings(home, environment(), home)).files;

  it('come along from ~ and from anywhere', async () => {
    write('ignore', '*.o\n');
    write(
      '.gitconfig',
      `[core]\nexcludesFile = ~/ignore\n[mailmap]\nfile = ${write('map', 'M')}\n`,
    );
    expect(await files()).toEqual({ 'core.excludesfile': '*.o\n', 'mailmap.file': 'M' });
  });

  it('come along from where git looks unasked', async () => {
    write('.config/git/ignore', 'I');
    write('.config/git/attributes', 'A');
    expect(await files()).toEqual({ 'core.excludesfile': 'I', 'core.attributesfile': 'A' });
    write('.gitconfig', '[core]\nexcludesFile =\n');
    expect(await files()).toEqual({ 'core.attributesfile': 'A' });
  });

  it('do not where they are missing, relative, no files or huge', async () => {
    mkdirSync(at('directory'));
    execFileSync('mkfifo', [at('pipe')]);
    write('huge', 'x'.repeat(70_000));
    write('relative', 'x');
    for (const name of [at('missing'), 'relative', at('directory'), at('pipe'), at('huge')]) {
      write('.gitconfig', `[core]\nexcludesFile = ${name}\n`);
      expect({ name, files: await files() }).toEqual({ name, files: {} });
    }
  });
});

describe('a key that signs', () => {
  const keyFile = async (setting: string): Promise<string | undefined> => {
    write('.gitconfig', `[gpg]\nformat = ssh\n[user]\nsigningKey = ${setting}\n`);
    return (await readGitSettings(home, environment(), home)).files['user.signingkey'];
  };
  const publicText = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== ann\n';

  it('is read from its public file, whichever of the two is named', async () => {
    write('.ssh/id', '-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n', 0o600);
    write('.ssh/id.pub', publicText);
    expect(await keyFile('~/.ssh/id')).toBe(publicText);
    expect(await keyFile('~/.ssh/id.pub')).toBe(publicText);
    expect(await keyFile(at('.ssh/id.pub'))).toBe(publicText);
  });

  it('is not read from a private file, a pipe, or where it is not of ssh', async () => {
    write('.ssh/id', '-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n', 0o600);
    execFileSync('mkfifo', [at('pipe')]);
    expect(await keyFile('~/.ssh/id')).toBeUndefined();
    expect(await keyFile('~/pipe')).toBeUndefined();
    expect(await keyFile('~/nothing')).toBeUndefined();
    write('.ssh/id.pub', publicText);
    write('.gitconfig', '[user]\nsigningKey = ~/.ssh/id\n');
    expect((await readGitSettings(home, environment(), home)).files).toEqual({});
  });

  it('signs by an agent with nothing but what a run has, and is verified outside', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('id')]);
    const socket = at('agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket]);
    onTestFinished(() => {
      agent.kill();
    });
    await once(agent.stdout, 'data');
    const add = { env: environment({ SSH_AUTH_SOCK: socket }), stdio: 'ignore' as const };
    execFileSync('ssh-add', [at('id')], add);
    write('.gitconfig', '[commit]\ngpgSign\n[user]\nname = A\nemail = a@b\nsigningKey = ~/id\n');
    execFileSync('git', ['config', '--global', 'gpg.format', 'ssh'], { env: environment() });

    const gitSettings = await readGitSettings(home, environment(), home);
    const plan = planGitSettings(buildFacts({ gitSettings }));
    expect(plan.git.signsWithSsh).toBe(true);
    const run = temporaryDirectory();
    const text = plan.write.find(({ path: file }) => file.endsWith('inside/gitconfig'))?.text ?? '';
    writeFileSync(path.join(run, '.gitconfig'), text);
    const inside = { PATH: process.env['PATH'], HOME: run, SSH_AUTH_SOCK: socket };
    const app = makeRepository('app');
    execFileSync('git', ['commit', '-q', '--allow-empty', '-m', 'signed'], {
      cwd: app,
      env: inside,
    });
    expect(readdirSync(run)).toEqual(['.gitconfig']);

    const publicKey = execFileSync('ssh-keygen', ['-y', '-f', at('id')], { encoding: 'utf8' });
    const signers = write('signers', `a@b ${publicKey}`);
    expect(
      git(app, '-c', `gpg.ssh.allowedSignersFile=${signers}`, 'log', '-1', '--format=%G? %GS'),
    ).toBe('G a@b\n');
  });
});
