// Who one is for git inside: the user's own settings, as far as they can work there, and gh's login; in a real container.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runAi, type AiResult } from '../support/ai.ts';
import { stateOf } from '../support/left-behind.ts';
import { findCommand } from '../support/packages.ts';
import { homeWithImageFiles } from '../support/ready-home.ts';
import { git, makeRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

let home: string;
let project: string;

beforeEach(async () => {
  home = await homeWithImageFiles();
  project = makeProject();
});

/** A repository without an identity of its own. */
function makeProject(directory = path.join(temporaryDirectory(), 'app')): string {
  makeRepository({ directory });
  for (const key of ['user.name', 'user.email']) git(['config', '--unset', key], { directory });
  return directory;
}

function write(name: string, text: string, mode = 0o644): string {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
  return file;
}

const start = (script: string, ...options: string[]): Promise<AiResult> =>
  runAi([...options, 'exec', '--', 'sh', '-ec', script], {
    ...{ cwd: project, home, env: { TZ: 'Asia/Kolkata' } },
  });

/** What a script in a container of the project prints; it has to end well, without a word of the launcher. */
async function inside(script: string, ...options: string[]): Promise<string> {
  const result = await start(script, ...options);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  return result.stdout;
}

const outside = (...words: string[]): string => git(words, { directory: project });

describe('a commit', () => {
  it('has the author, committer, time zone and aliases that it has outside', async () => {
    write('.gitconfig', `[user]\nname = Home\n[includeIf "gitdir:${project}/"]\npath = work\n`);
    write(
      'work',
      '[user]\nname = "Ada \\"L\\" Löve"\nemail = ada@work\n[committer]\nname = Bot\n' +
        `[alias]\nci = commit -q -m\nboth = "!f() { git add \\"$1\\" && git ci \\"$2\\"; }; f"\n`,
    );
    await inside('echo x > new; git both new "from inside"');
    expect(outside('log', '-1', '--format=%an|%ae|%cn|%ce|%ad|%s', '--date=format:%z')).toBe(
      'Ada "L" Löve|ada@work|Bot|ada@work|+0530|from inside\n',
    );
  });

  it('is signed by an agent, and verified outside', async () => {
    const directory = temporaryDirectory();
    const socket = path.join(directory, 'socket');
    const key = path.join(home, '.ssh/id');
    mkdirSync(path.dirname(key));
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const agent = spawn('ssh-agent', ['-D', '-a', socket]);
    onTestFinished(() => {
      agent.kill();
    });
    await once(agent.stdout, 'data');
    execFileSync('ssh-add', [key], { env: { SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
    const signers = write('signers', `ada@work ${readFileSync(`${key}.pub`, 'utf8')}`);
    write(
      '.gitconfig',
      '[user]\nname = Ada\nemail = ada@work\nsigningKey = ~/.ssh/id\n[commit]\ngpgSign\n' +
        `[gpg]\nformat = ssh\n[gpg "ssh"]\nallowedSignersFile = ${signers}\nprogram = /opt/op-ssh-sign\n`,
    );
    const options = ['-v', `${directory}:/agent`, '-e', 'SSH_AUTH_SOCK=/agent/socket'];
    const words =
      'git commit -q --allow-empty -m signed; git log -1 --format=%G?; ls -A ~/.ssh || true';
    expect(await inside(`exec 2>/dev/null; ${words}`, ...options)).toBe('G\nconfig\n');
    const verify = ['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'log', '-1', '--format=%G? %GS'];
    expect(outside(...verify)).toBe('G ada@work\n');
  });

  it('is not signed where the key cannot enter, which is said', async () => {
    write(
      '.gitconfig',
      '[user]\nname = A\nemail = a@b\nsigningKey = AB\n[commit]\ngpgSign = true\n',
    );
    const { code, stderr } = await start('git commit -q --allow-empty -m unsigned');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('commits are not signed inside: OpenPGP') as string,
    });
    expect(outside('log', '-1', '--format=%s %G?')).toBe('unsigned N\n');
  });
});

describe('the configuration', () => {
  it('is the user’s without what cannot work inside, their files included', async () => {
    write('.config/git/ignore', '*.ignored\n');
    write('.config/git/config', '[core]\nattributesFile = ~/attributes\n[color]\nui = never\n');
    write('attributes', '*.bin binary\n');
    write(
      '.gitconfig',
      '[core]\npager = delta\nsshCommand = ssh -v\nhooksPath = /hooks\nfsmonitor = true\n' +
        '[credential]\nhelper = store\n[url "https://hush@example.org/"]\ninsteadOf = x:\n[http]\nextraHeader = hush\n',
    );
    const script = `touch a.ignored b; git status --porcelain; git check-attr diff x.bin; rm a.ignored b
      git config --list --includes`;
    const result = await start(script, '--debug');
    expect(result).toMatchObject({ code: 0 });
    const [status, attributes, ...settings] = result.stdout.trimEnd().split('\n');
    expect([status, attributes]).toEqual(['?? b', 'x.bin: diff: unset']);
    expect(settings.slice(0, 5)).toEqual([
      'include.path=/run/ai/gitconfig',
      'color.ui=never',
      'core.excludesfile=/run/ai/git-ignore',
      'core.attributesfile=/run/ai/git-attributes',
      'safe.directory=*',
    ]);
    expect(settings.slice(5).every((text) => /^(core|remote|branch)\./.test(text))).toBe(true);
    expect(result.stderr).toContain(
      'core.pager, core.sshcommand, core.hookspath, core.fsmonitor, credential.helper, url.*.insteadof, http.extraheader',
    );
    expect(result.stderr).not.toContain('hush');
  });

  it('can be added to inside, for the run, and not be changed', async () => {
    const config = '[user]\nname = Home\n[alias]\nst = status\n';
    write('.gitconfig', config);
    const script = `git config --global user.name
      git config --global user.name Inside; git config user.name
      git config --global alias.st log; git config alias.st
      { echo x >> /run/ai/gitconfig; } 2>/dev/null || echo read-only`;
    expect(await inside(script)).toBe('Home\nInside\nlog\nread-only\n');
    expect(readFileSync(path.join(home, '.gitconfig'), 'utf8')).toBe(config);
    expect(await inside('git config user.name')).toBe('Home\n');
  });

  it('leaves the machine’s to the image, and a home of one’s own without settings', async () => {
    write('.gitconfig', '[user]\nname = Home\n');
    expect(
      await inside(
        `git config --system filter.lfs.required true; git config filter.lfs.required
         HOME=/tmp git config user.name || echo none`,
        '--root',
      ),
    ).toBe('true\nnone\n');
  });

  it.runIf(mayActAsOthers)('works for root in somebody else’s project', async () => {
    const owner = testUser();
    project = path.join(temporaryDirectory({ owner }), 'app');
    makeRepository({ directory: project, owner });
    git(['config', '--remove-section', 'user'], { directory: project, owner });
    write('.gitconfig', `[user]\nname = Home\n[includeIf "gitdir:${project}/"]\npath = work\n`);
    write('work', '[user]\nname = Work\nemail = w@w\n');
    expect(
      await inside('git commit -q --allow-empty -m x; git log -1 --format="%an $(id -u)"'),
    ).toBe(`Work ${owner.uid}\n`);
  });

  it.runIf(mayActAsOthers)('works in a repository that belongs to root', async () => {
    const user = testUser();
    const directory = makeRepository({
      directory: path.join(temporaryDirectory({ owner: user }), 'app'),
      owner: user,
    });
    for (const name of ['.', '.git']) chownSync(path.join(directory, name), 0, 0);
    const own = temporaryDirectory({ owner: user });
    const args = ['--yes', 'exec', '--', 'git', 'log', '-1', '--format=%s'];
    expect(await runAi(args, { cwd: directory, home: own, user })).toMatchObject({
      code: 0,
      stdout: 'first\n',
    });
  });
});

describe('gh', () => {
  const token = 'gho_of-a-test';
  const hosts = `github.com:\n    oauth_token: ${token}\n    user: ada\n    git_protocol: https\n`;
  const fill = `printf 'protocol=https\\nhost=github.com\\n\\n' | GIT_TERMINAL_PROMPT=0 git credential fill`;

  /** The real one where this machine has it; otherwise what it does with hosts.yml, in sh. */
  function ghMount(): string[] {
    const stub = `#!/bin/sh
[ "$*" = "auth git-credential get" ] || exit 1
sed -n 's/^    user: /username=/p; s/^    oauth_token: /password=/p' ~/.config/gh/hosts.yml\n`;
    return ['-v', `${findCommand('gh') ?? write('gh', stub, 0o755)}:/usr/local/bin/gh:ro`];
  }
  const login = (): string => write('.docker-ai-config/gh_config/hosts.yml', hosts, 0o600);

  it('gives git the login for remotes over https', async () => {
    login();
    const lines = (await inside(fill, ...ghMount())).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['username=ada', `password=${token}`]));
  });

  it('is not missed where the image has none', async () => {
    login();
    const { code, stderr } = await start(`${fill} && false || true`);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^fatal: could not read Username[^\n]*\n$/);
  });

  it('keeps what it writes, and has nothing where there is no login', async () => {
    expect(await inside('test -e ~/.config/gh || echo none')).toBe('none\n');
    expect(existsSync(path.join(stateOf(home), 'gh_config'))).toBe(false);
    login();
    await inside('echo x > ~/.config/gh/new; mv ~/.config/gh/new ~/.config/gh/state.yml');
    const kept = path.join(stateOf(home), 'gh_config/state.yml');
    expect(readFileSync(kept, 'utf8')).toBe('x\n');
    expect(lstatSync(kept).uid).toBe(process.getuid?.());
  });

  it.runIf(mayActAsOthers)('is root’s again after somebody else’s project', async () => {
    const file = login();
    const owner = testUser();
    const own = project;
    project = makeRepository({
      directory: path.join(temporaryDirectory({ owner }), 'app'),
      owner,
    });
    await inside(`test -w ~/.config/gh && grep -c oauth ~/.config/gh/hosts.yml`);
    expect(lstatSync(file).uid).toBe(owner.uid);
    project = own;
    await inside(`test -w ~/.config/gh && grep -c oauth ~/.config/gh/hosts.yml`);
    expect(lstatSync(file).uid).toBe(0);
  });

  it('gets a token of the environment only if the user says so', async () => {
    const ask = async (env: Record<string, string>): Promise<string> => {
      const script =
        'echo "${GH_TOKEN-none}"; tr "\\0" "\\n" </proc/1/environ | grep -c GH_TOKEN || true';
      const args = ['exec', '--', 'sh', '-c', script];
      const { stdout } = await runAi(args, { cwd: project, home, env });
      return stdout;
    };
    expect(await ask({ GH_TOKEN: token })).toBe('none\n0\n');
    expect(await ask({ GH_TOKEN: token, AI_SSH_GH_TOKEN: 'true' })).toBe(`${token}\n0\n`);
  });
});
