// Shell functions, completion and what ai setup does for them, in zsh, bash and fish at a real terminal.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { rmSync, statSync, symlinkSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { shells, type Shell } from '../../src/base/shells.ts';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { LiveRun } from '../support/live-run.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { ShellHome } from '../support/shell.ts';
import { Terminal } from '../support/terminal.ts';

const tab = '\t';
const hostile = '$(touch tricked)`touch tricked`;touch tricked';

/** An engine that lists these containers. */
async function engineWith(containers: readonly object[]): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(containers)));
  const socket = path.join(new ShellHome('bash').home, 'engine.sock');
  await once(server.listen(socket), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `unix://${socket}`;
}

const container = (run: string, project = '/srv/shop'): object => ({
  Labels: { 'ai.run': run, 'ai.assistant': 'claude', 'ai.project': project },
  State: 'running',
});

const ai = (user: ShellHome, args: string[]): Promise<AiResult> =>
  runAi(args, { home: user.home, env: user.environment });

/** `source <(ai shell-init bash)` and its like, by the real one. */
const initLine = (shell: Shell, ...options: string[]): string => {
  const { command } = aiCommand(['shell-init', shell, ...options]);
  return shell === 'fish' ? `${command.join(' ')} | source` : `source <(${command.join(' ')})`;
};

describe.each(shells)('in %s', (shell) => {
  let user: ShellHome;
  beforeEach(() => {
    user = new ShellHome(shell);
  });

  const say = async (terminal: Terminal, line: string, answer: string | RegExp): Promise<void> => {
    terminal.type(`${line}\r`);
    await terminal.waitFor(answer);
    await terminal.waitFor('READY> ');
  };
  /** Types these keys, with TABs among them, lets the shell answer, and looks at what becomes of the line. */
  const complete = async (
    terminal: Terminal,
    keys: string,
    ...words: readonly string[]
  ): Promise<void> => {
    terminal.type(`${keys}\r`);
    await terminal.waitFor(`ran: ${words.map((word) => `<${word}>`).join(' ')}\n`);
    await terminal.waitFor('READY> ');
  };

  it('each function is its line of ai, and command leads past it', async () => {
    user.writeRc(initLine(shell));
    user.addProgram('claude', '#!/bin/sh\necho "my own claude: $*"\n');
    const terminal = await user.open();
    await say(terminal, "claude -p 'a  b' ''", 'ran: <claude> <-p> <a  b> <>\n');
    await say(terminal, 'command claude -p', 'my own claude: -p\n');
    await say(terminal, 'glm --version', 'ran: <glm> <--version>\n');
    await say(terminal, 'aic --dry-run', 'ran: <commit> <-a> <gemini> <--dry-run>\n');
    await say(terminal, 'cic', 'ran: <commit> <-a> <claude>\n');
    await say(terminal, "gexec ls -l 'x y'", 'ran: <exec> <-a> <gemini> <--> <ls> <-l> <x y>\n');
    await say(terminal, 'ai-mode codex', 'ran: <mode> <codex>\n');
  });

  it('nothing of it is exported, and --functions leaves the others out', async () => {
    user.writeRc(initLine(shell, '--functions', 'aic'));
    const terminal = await user.open();
    await say(terminal, 'aic x', 'ran: <commit> <-a> <gemini> <x>\n');
    await say(terminal, 'gexec x', /gexec.*not found|not found.*gexec|Unknown command: gexec/);
    await say(terminal, `env | grep -c 'ai_\\|BASH_FUNC'; echo "counted"`, /\n0\n[^]*counted/);
  });

  it('an alias of the same name gives way, and strict settings are no trouble', async () => {
    const strict: Record<Shell, string> = {
      zsh: 'setopt no_unset warn_create_global sh_word_split ksh_arrays null_glob err_return extended_glob no_bare_glob_qual',
      bash: 'set -u -o pipefail; shopt -s failglob extglob nocasematch; IFS=:',
      fish: 'set -g fish_key_bindings fish_default_key_bindings',
    };
    user.writeRc(
      "alias claude='echo an alias'",
      "alias ai-mode='echo an alias'",
      strict[shell],
      initLine(shell),
    );
    const terminal = await user.open();
    expect(terminal.visible.replace(/READY> /, '').trim()).toBe('');
    await say(terminal, 'claude x', 'ran: <claude> <x>\n');
    await complete(terminal, `ai-mode gem${tab}`, 'mode', 'gemini');
    await complete(terminal, `ai --netw${tab} allow${tab} p${tab}`, '--network', 'allowlist', 'ps');
  });

  it('without ai on the PATH it says so', async () => {
    user.writeRc(initLine(shell));
    rmSync(path.join(user.bin, 'ai'));
    const terminal = await user.open();
    await say(
      terminal,
      'claude',
      /claude: is a function that calls ai, and ai is not on your PATH/,
    );
    await say(
      terminal,
      shell === 'fish' ? 'claude; echo code $status' : 'claude; echo code $?',
      'code 127',
    );
  });

  it('TAB completes what ai itself takes', async () => {
    user.writeRc(initLine(shell));
    const terminal = await user.open();
    await complete(terminal, `ai sto${tab}--a${tab}`, 'stop', '--all');
    await complete(terminal, `ai gemi${tab}`, 'gemini');
    await complete(terminal, `ai --ter${tab}sa${tab} wher${tab}`, '--terminal', 'safe', 'where');
    await complete(terminal, `ai --terminal=sa${tab}`, '--terminal=safe');
    await complete(
      terminal,
      `ai config se${tab}netw${tab}allowl${tab}`,
      'config',
      'set',
      'network',
      'allowlist',
    );
    await complete(terminal, `ai config get image.b${tab}`, 'config', 'get', 'image.base');
    await complete(terminal, `ai auth logi${tab}cop${tab}`, 'auth', 'login', 'copilot');
    await complete(terminal, `ai run -a qw${tab}gli`, 'run', '-a', 'qwen', 'gli');
    await complete(terminal, `ai shell-init zs${tab}`, 'shell-init', 'zsh');
    await complete(terminal, `ai help ps${tab}`, 'help', 'ps');
    await complete(terminal, `ai-mode ope${tab}`, 'mode', 'opencode');
  });

  it('paths complete where paths are wanted, and after what is somebody else’s', async () => {
    user.writeRc(initLine(shell));
    writeFileSync(path.join(user.cwd, 'notes here.txt'), '');
    mkdirSync(path.join(user.cwd, 'sub-directory'));
    const terminal = await user.open();
    await complete(terminal, `ai --env-from not${tab}`, '--env-from', 'notes here.txt');
    await complete(terminal, `ai -C sub${tab}.`, '-C', 'sub-directory/.');
    await complete(terminal, `ai exec cat not${tab}`, 'exec', 'cat', 'notes here.txt');
    await complete(
      terminal,
      `ai exec -- rmdi${tab}sub${tab}.`,
      'exec',
      '--',
      'rmdir',
      'sub-directory/.',
    );
    await complete(
      terminal,
      `gexec rmdi${tab}sub${tab}.`,
      'exec',
      '-a',
      'gemini',
      '--',
      'rmdir',
      'sub-directory/.',
    );
    await complete(terminal, `ai claude not${tab}`, 'claude', 'notes here.txt');
    await complete(terminal, `claude not${tab}`, 'claude', 'notes here.txt');
  });

  it('profiles, own assistants, runs: looked up, and obeyed by nobody', async () => {
    user.writeRc(initLine(shell));
    for (const profile of ['workshop', hostile.replaceAll('/', '')])
      mkdirSync(path.join(user.state, 'profiles', profile), { recursive: true });
    writeFileSync(
      path.join(user.state, 'config.yaml'),
      'assistants: { aider: { image: "team/aider:1" } }\n',
    );
    const DOCKER_HOST = await engineWith([
      container('abc12345', `/srv/${hostile}`),
      container(hostile),
      container('-rf'),
    ]);
    const terminal = await user.open({ DOCKER_HOST });
    await complete(terminal, `ai --profile wor${tab}`, '--profile', 'workshop');
    await complete(terminal, `ai -a aid${tab}`, '-a', 'aider');
    await complete(terminal, `ai stop ${tab}`, 'stop', 'abc12345');
    terminal.type(`ai --profile ${tab}${tab}`);
    await terminal.waitFor('workshop');
    terminal.type('\x15');
    await say(terminal, 'echo done', /\ndone/);
    expect(user.wasTricked).toBe(false);
  });

  it('an engine that does not answer, and settings that are wrong, leave the line as it is', async () => {
    user.writeRc(initLine(shell));
    mkdirSync(user.state);
    writeFileSync(path.join(user.state, 'config.yaml'), 'assistants: [');
    const terminal = await user.open({ DOCKER_HOST: 'unix:///nowhere/engine.sock' });
    await complete(terminal, `ai stop zz${tab}y`, 'stop', 'zzy');
    await complete(terminal, `ai mode zz${tab}y`, 'mode', 'zzy');
  });

  it('--yes adds one line, once; --undo leaves the file byte for byte as it was', async () => {
    user.writeRc('# mine, without an end: \xff');
    writeFileSync(user.rc, readFileSync(user.rc).subarray(0, -1));
    chmodSync(user.rc, 0o640);
    const before = readFileSync(user.rc);
    const { code, stderr } = await ai(user, ['setup', '--yes']);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`added to ~/${path.relative(user.home, user.rc)}`);
    const after = readFileSync(user.rc);
    expect(after.toString('latin1').split(`/shell/${user.file}`)).toHaveLength(3);
    expect(statSync(user.rc).mode & 0o777).toBe(0o640);
    const again = await ai(user, ['setup', '--yes']);
    expect(again.stderr).toMatch(/: nothing to do\n$/);
    expect(readFileSync(user.rc)).toEqual(after);

    const terminal = await user.open();
    await say(terminal, 'cic x', 'ran: <commit> <-a> <claude> <x>\n');
    await complete(terminal, `ai sto${tab}x`, 'stop', 'x');

    // Another state directory: the line for the old one makes way.
    const moved = { ...user.environment, DOCKER_AI_CONFIG_HOME: path.join(user.home, 'moved') };
    await runAi(['setup', '--yes'], { home: user.home, env: moved });
    const other = readFileSync(user.rc, 'latin1');
    expect(other.split(`/moved/shell/${user.file}`)).toHaveLength(3);
    expect(other.split(`/shell/${user.file}`)).toHaveLength(3);
    expect((await ai(user, ['setup', '--yes'])).code).toBe(0);

    const undone = await ai(user, ['setup', '--undo']);
    expect(undone, undone.stderr).toMatchObject({ code: 0, stdout: '' });
    expect(undone.stderr).toMatch(/took the line of ai out of [^]*removed /);
    expect(readFileSync(user.rc)).toEqual(before);
    expect(statSync(user.rc).mode & 0o777).toBe(0o640);
    expect(existsSync(path.join(user.state, 'shell', user.file))).toBe(false);
    expect((await ai(user, ['setup', '--undo'])).stderr).toContain('nothing to undo');
  });

  it('without a terminal the line is only shown; so it is with --dry-run, which writes nothing', async () => {
    const preview = await ai(user, ['setup', '--yes', '--dry-run']);
    expect(preview.stderr).toMatch(/ai setup would add to ~\S+: .*\/shell\/ai\./);
    expect(existsSync(user.state)).toBe(false);
    const { code, stderr } = await ai(user, ['setup']);
    expect({ code, there: existsSync(user.rc) }).toEqual({ code: 0, there: false });
    expect(stderr).toContain(`~/.docker-ai-config/shell/${user.file}`);
    expect(existsSync(path.join(user.state, 'shell', user.file))).toBe(true);
  });
});

describe('ai setup', () => {
  it('asks at a terminal; a no leaves the file as it is', async () => {
    const user = new ShellHome('bash');
    user.writeRc();
    const before = readFileSync(user.rc);
    const start = (): Terminal => {
      const { command, cwd, env } = aiCommand(['setup'], {
        home: user.home,
        env: user.environment,
      });
      return Terminal.open({ command, cwd, env, columns: 200 });
    };
    const refused = start();
    await refused.waitFor(/is running at[^]*shell functions[^]*Add it\? \[Y\/n\]/);
    refused.type('n\r');
    await refused.waitFor('stays as it is');
    expect(await refused.exit).toMatchObject({ code: 0 });
    expect(readFileSync(user.rc)).toEqual(before);
    const agreed = start();
    await agreed.waitFor('Add it? [Y/n]');
    agreed.type('\r');
    await agreed.waitFor('added to');
    expect(await agreed.exit).toMatchObject({ code: 0 });
    expect(readFileSync(user.rc, 'utf8')).toContain(user.file);
  });

  it('a file that is a link to a repository of dotfiles stays one', async () => {
    const user = new ShellHome('zsh');
    const real = path.join(user.home, 'dotfiles', 'rc');
    mkdirSync(path.dirname(real));
    user.writeRc();
    renameSync(user.rc, real);
    symlinkSync(real, user.rc);
    await ai(user, ['setup', '--yes']);
    expect(readlinkSync(user.rc)).toBe(real);
    expect(readFileSync(real, 'utf8')).toContain(user.file);
    await ai(user, ['setup', '--undo']);
    expect(readlinkSync(user.rc)).toBe(real);
    expect(readFileSync(real, 'utf8')).not.toContain(user.file);
  });

  it('a file that was not there goes again; what else was written in it stays', async () => {
    const user = new ShellHome('fish');
    await ai(user, ['setup', '--yes']);
    expect(readFileSync(user.rc, 'utf8')).toContain(user.file);
    await ai(user, ['setup', '--undo']);
    expect(existsSync(user.rc)).toBe(false);
    await ai(user, ['setup', '--yes']);
    appendFileSync(user.rc, '# mine\n');
    await ai(user, ['setup', '--undo']);
    expect(readFileSync(user.rc, 'utf8')).toBe('# mine\n');
  });

  it('--functions is remembered when an update writes the files anew', async () => {
    const user = new ShellHome('zsh');
    user.writeRc();
    expect((await ai(user, ['setup', '--yes', '--functions', 'aic,claude'])).code).toBe(0);
    const file = path.join(user.state, 'shell', user.file);
    const written = readFileSync(file, 'utf8');
    expect(written).toMatch(/^function aic\b/m);
    expect(written).not.toMatch(/^function gemini\b/m);
    for (const one of shells) {
      const other = path.join(user.state, 'shell', `ai.${one}`);
      const old = readFileSync(other, 'utf8').replace(/^# build: .*?;/m, '# build: 0.0.1 x;');
      writeFileSync(other, old.replace(/^function claude\b/m, 'function old'));
    }
    expect((await ai(user, ['mode'])).stdout).toBe('claude\n');
    expect(readFileSync(file, 'utf8')).toBe(written);
    expect((await ai(user, ['setup', '--functions', 'all'])).stderr).toContain('up to date');
    expect(readFileSync(file, 'utf8')).toMatch(/^function gemini\b/m);
  });

  it('what the user loads without us is left to the user', async () => {
    const user = new ShellHome('fish');
    user.writeRc(`# see below`, 'ai shell-init fish | source');
    const before = readFileSync(user.rc);
    expect((await ai(user, ['setup', '--yes'])).stderr).not.toContain('added to');
    expect(readFileSync(user.rc)).toEqual(before);
    const { code, stderr } = await ai(user, ['setup', '--undo']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/:\d+ loads them as well: that line is yours/);
    expect(readFileSync(user.rc)).toEqual(before);
  });
});

it('a wrong shell, or none, is wrong usage that names all three', async () => {
  for (const command of ['shell-init', 'completion'])
    for (const words of [[], ['tcsh'], ['zsh', 'bash']]) {
      const { code, stdout, stderr } = await runAi([command, ...words], {
        env: { SHELL: '/bin/zsh' },
      });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`ai ${command} zsh, ai ${command} bash, ai ${command} fish`);
    }
  const { code, stderr } = await runAi(['setup', '--functions', 'claud']);
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean claude?');
});

it.each([
  ['zsh', '', 'emulate sh'],
  ['zsh', '', 'emulate ksh'],
  ['zsh', '-eu', 'setopt warn_create_global err_return no_aliases'],
  ['zsh', '', 'alias -g claude="echo an alias"'],
  ['bash', '-eu', 'set -o pipefail; shopt -s failglob'],
  ['bash', '--posix', ':'],
] as const)('%s %s with %s takes the functions without a word', (shell, options, first) => {
  const user = new ShellHome(shell);
  user.writeRc();
  const { stdout: text } = spawnSync('node', aiCommand(['shell-init', shell]).command.slice(1));
  writeFileSync(path.join(user.home, 'functions'), text);
  writeFileSync(path.join(user.home, 'script'), `${first}\n. ~/functions\nclaude "a b"\naic\n`);
  const words = [...options.split(' ').filter(Boolean), path.join(user.home, 'script')];
  const plain = shell === 'zsh' ? ['-f'] : [];
  const { stdout, stderr } = spawnSync(shell, [...plain, ...words], {
    env: user.environment,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({
    stdout: 'ran: <claude> <a b>\nran: <commit> <-a> <gemini>\n',
    stderr: '',
  });
});

it.each(['zsh', 'fish'] as const)('%s says what each word means', async (shell) => {
  const user = new ShellHome(shell);
  user.writeRc(initLine(shell));
  const DOCKER_HOST = await engineWith([container('abc12345'), container('abd')]);
  const terminal = await user.open({ DOCKER_HOST });
  terminal.type(`ai s${tab}${tab}`);
  await terminal.waitFor('end a run');
  terminal.type(`\x15ai --pr${tab}${tab}`);
  await terminal.waitFor('another account');
  terminal.type(`\x15ai stop ${tab}${tab}`);
  await terminal.waitFor('claude in /srv/shop, running');
});

it('ai completion zsh serves as a file of fpath', async () => {
  const user = new ShellHome('zsh');
  const { stdout } = await runAi(['completion', 'zsh']);
  writeFileSync(path.join(user.home, '_ai'), stdout);
  writeFileSync(user.rc, `fpath=(~ $fpath)\nPS1='READY> '\nautoload -Uz compinit && compinit -u\n`);
  const terminal = await user.open();
  terminal.type(`ai sto${tab}x\r`);
  await terminal.waitFor('ran: <stop> <x>');
});

it('a run that lives is listed with where it runs', async () => {
  const home = await homeWithImage();
  const run = LiveRun.start(['exec', '--', 'sh', '-c', 'echo up; cat'], { home });
  await run.waitFor('up');
  const { stdout } = await runAi(['completion', 'list', 'runs'], { home });
  const { stdout: ps } = await runAi(['ps', '--json'], { home });
  const [found] = JSON.parse(ps) as { id: string }[];
  const id = found?.id ?? '';
  run.child.stdin.end();
  await run.ended;
  expect(stdout).toMatch(new RegExp(`^${id}\tclaude in .*, running\n$`));
  const later = await runAi(['completion', 'list', 'audit'], { home });
  expect(later.stdout).toContain(`${id}\t`);
});
