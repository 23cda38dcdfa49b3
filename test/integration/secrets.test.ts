// Secrets: kept by `ai secrets`, given to the program inside as they are, and seen nowhere else.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { writePrivate } from '../support/claude-login.ts';
import { connectToEngine, containersOf } from '../support/engine.ts';
import { fakeKeys, word } from '../support/fake-keys.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { foundIn, lint } from '../support/secret-search.ts';
import { SshAgent, generateKey } from '../support/ssh-agent.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

describe('ai secrets', () => {
  let home: string;
  let cwd: string;
  beforeAll(() => {
    home = temporaryDirectory();
    cwd = temporaryDirectory();
    mkdirSync(path.join(cwd, '.git'));
  });
  const secrets = (words: readonly string[], options: AiOptions = {}): Promise<AiResult> =>
    runAi(['secrets', ...words], { home, cwd, ...options });
  const kept = (name: string): string =>
    readFileSync(path.join(stateOf(home), 'global_state/secrets', name), 'utf8');

  it('keeps a value of stdin as it is, for nobody else to read, and says whom it reaches', async () => {
    const key = fakeKeys.privateKey();
    const set = await secrets(['set', 'MY_KEY'], { input: `${key}\n` });
    expect(set).toMatchObject({ code: 0, stdout: '' });
    expect(set.stderr).toMatch(/kept MY_KEY; it reaches runs with -e MY_KEY/);
    expect(kept('MY_KEY')).toBe(`${key}\n`);
    const file = path.join(stateOf(home), 'global_state/secrets/MY_KEY');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    const again = await secrets(['set', 'ZAI_API_KEY'], { input: ` ${fakeKeys.zai()}\n` });
    expect(again.stderr).toMatch(/it reaches glm\n/);
    expect(kept('zai_key')).toMatch(/^[0-9a-f]{32}\.\w+\n$/);
  });

  it.each<[string, readonly string[], string | Uint8Array, RegExp]>([
    [
      'on the command line',
      ['set', 'A', 'hunter2hunter2'],
      '',
      /read by every process.*\n.*set A <FILE/,
    ],
    ['on the command line, with =', ['set', 'A=hunter2hunter2'], '', /set A <FILE/],
    ['as a name', ['set', 'hunter2-hunter2'], 'x', /name of a secret/],
    ['of nothing', ['set', 'A'], ' \n', /the value is empty/],
    ['of several words, for a key', ['set', 'OPENAI_API_KEY'], 'hunter2hunter2 x', /one word/],
    ['that is a command', ['set', 'A'], 'command:hunter2hunter2', /--command/],
    ['that is no text', ['set', 'A'], Buffer.from([0xff, 0xfe]), /UTF-8/],
    ['that is too long', ['set', 'A'], 'hunter2hunter2'.repeat(6000), /64 kB/],
  ])('takes no value %s, and does not repeat it', async (_what, words, input, why) => {
    const { code, stdout, stderr } = await secrets(words, { input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
    expect(stderr).not.toContain('hunter2hunter2');
    expect(() => kept('A')).toThrow();
  });

  it('imports a file, replaces nothing unasked, and removes without a copy', async () => {
    const [old, fresh] = [word(20), word(20)];
    await secrets(['set', 'ONE'], { input: old });
    const input = `export ONE=${fresh}\nTWO="a\\nb" # x\nnonsense\nTHREE=command:id\nFOUR=\n`;
    writeFileSync(path.join(cwd, '.env'), input);
    const first = await secrets(['import', '.env']);
    expect(first.stderr).toMatch(/not replaced: ONE \(--yes/);
    expect(first.stderr).toMatch(/kept TWO[^]*:3: no KEY=VALUE|:3: no KEY=VALUE[^]*kept TWO/);
    expect(first.stderr).toMatch(/THREE is passed over[^]*FOUR is passed over/);
    expect([kept('ONE'), kept('TWO')]).toEqual([`${old}\n`, 'a\nb\n']);
    expect((await secrets(['--yes', 'import', '-'], { input })).code).toBe(0);
    expect(kept('ONE')).toBe(`${fresh}\n`);
    expect(first.stderr).not.toContain(fresh);
    expect((await secrets(['rm', 'ONE', 'TWO'])).stderr).toMatch(/removed ONE, TWO; no copy/);
    expect(foundIn(everythingIn(stateOf(home)), [old, fresh])).toEqual([]);
    const gone = await secrets(['rm', 'ONE']);
    expect(gone).toMatchObject({ code: 125 });
    expect(gone.stderr).toMatch(/called ONE[^]*AI_SECRET_MISSING/);
  });

  it('lists names, places and whom each reaches, and no value', async () => {
    const values = [word(20), word(20), word(20)];
    await secrets(['set', '--project', 'OWN'], { input: values[0]! });
    await secrets(['set', 'GEMINI_API_KEY', '--command', 'echo x']);
    writePrivate(
      path.join(stateOf(home), 'env'),
      `OPENAI_API_KEY=${values[1]}\nMINE=${values[2]}\n`,
    );
    const [table, json] = [await secrets([]), await secrets(['list', '--json'])];
    expect(table.stdout).toMatch(/^OWN +this project \(.*\) +every run of this project$/m);
    expect(table.stdout).toMatch(/^GEMINI_API_KEY +all projects, by a command +gemini$/m);
    expect(table.stdout).toMatch(/^OPENAI_API_KEY +\/.*env +codex, qwen$/m);
    expect(table.stdout).toMatch(/^MINE +\/.*env +runs with -e MINE/m);
    expect(JSON.parse(json.stdout)).toMatchObject({
      secrets: expect.arrayContaining([
        {
          name: 'OWN',
          from: 'project',
          command: false,
          usable: true,
          reaches: { kind: 'project' },
        },
      ]) as unknown,
    });
    const all = table.stdout + table.stderr + json.stdout + json.stderr;
    expect(foundIn(all, values)).toEqual([]);
    const elsewhere = await secrets([], { cwd: temporaryDirectory() });
    expect(elsewhere.stdout).not.toContain('OWN ');
    expect((await secrets(['rm', 'OWN'])).stderr).toContain('ai secrets rm --project OWN');
  });

  describe('at a terminal', () => {
    const lines = [word(20), word(20), word(20)];
    const ask = async (name: string, typed: string): Promise<Terminal> => {
      const terminal = Terminal.open(aiCommand(['secrets', 'set', name], { home, cwd }));
      await terminal.waitFor(`${name}: `);
      terminal.type(typed);
      await terminal.exit;
      for (const line of lines) expect(terminal.text).not.toContain(line);
      return terminal;
    };

    it.each([
      ['typed', 'TYPED', `x\u007f${lines[0]}\r`, lines[0]],
      ['pasted', 'PASTED', `\u001b[200~${lines[0]}\u001b[201~\r`, lines[0]],
      [
        'pasted, of several lines',
        'PEM',
        `\u001b[200~${lines.join('\r')}\r\u001b[201~\r`,
        lines.join('\n'),
      ],
    ])('takes what is %s, and does not show it', async (_how, name, typed, value) => {
      const terminal = await ask(name, typed);
      expect(await terminal.exit).toMatchObject({ code: 0 });
      expect(terminal.visible).toContain(`kept ${name}`);
      expect(kept(name)).toBe(`${value}\n`);
    });

    it('takes no part of several lines where nobody says that they are pasted', async () => {
      const terminal = await ask('PART', `${lines.join('\r')}\r`);
      expect(await terminal.exit).toMatchObject({ code: 2 });
      expect(terminal.visible).toMatch(/several lines is not kept[^]*ai secrets set PART <FILE/);
      expect(() => kept('PART')).toThrow();
    });

    it('ends with Ctrl-C, as interrupted', async () => {
      const terminal = await ask('CUT', `${lines[0]}\u0003`);
      expect(await terminal.exit).toMatchObject({ code: 130 });
      expect(terminal.visible).toContain('interrupted before a value was given');
      expect(() => kept('CUT')).toThrow();
    });
  });
});

describe('of keys in every place', () => {
  const login = { access: ['sk', 'ant', 'oat01', `${word(93)}AA`].join('-'), refresh: word(40) };
  const password = word(16);
  /** Variable inside -> what it is to be there. */
  const given = {
    ANTHROPIC_API_KEY: fakeKeys.anthropic(),
    IN_ENV_FILE: fakeKeys.google(),
    OF_ALL: fakeKeys.gitLab(),
    OF_PROJECT: `${fakeKeys.privateKey()}\n'é" $HOME \`id\` \\`,
    BY_COMMAND: fakeKeys.openai(),
    IN_SETTING: fakeKeys.gitHub(),
    IN_NAMED_FILE: fakeKeys.slack(),
    ON_LINE_TOKEN: word(30),
    // Nothing tells these by their looks, or by their names.
    BY_NAME: `Server=db;User=${word(30)}`,
    PLAIN_OF_ENV_FILE: word(30),
    PLAIN_OF_ALL: word(30),
    PLAIN_OF_PROJECT: word(30),
    PLAIN_OF_NAMED_FILE: word(30),
    PLAIN_OF_COMMAND: word(30),
    HTTP_PROXY: `http://user:${password}@127.0.0.1:9`,
  };
  const values = [...Object.values(given), ...Object.values(login), password];
  const state = (name: string): string => path.join(stateOf(home), name);
  const options = (): AiOptions => ({
    home,
    cwd,
    env: {
      ANTHROPIC_API_KEY: given.ANTHROPIC_API_KEY,
      ON_LINE_TOKEN: given.ON_LINE_TOKEN,
      BY_NAME: given.BY_NAME,
      HTTP_PROXY: given.HTTP_PROXY,
    },
  });
  const named = ['ON_LINE_TOKEN', 'OF_ALL', 'BY_NAME', 'PLAIN_OF_ENV_FILE', 'PLAIN_OF_ALL'];
  const flags = ['--debug', '--env-from', '.env', ...named.flatMap((name) => ['-e', name])];
  const sinks: Record<string, string> = {};
  let home: string;
  let cwd: string;
  let agent: SshAgent;

  beforeAll(async () => {
    home = temporaryDirectory();
    cwd = temporaryDirectory();
    agent = new SshAgent(path.join(home, 'agent'));
    await agent.start();
    await agent.add(generateKey(home, 'ed25519').file);
    mkdirSync(path.join(cwd, '.git'));
    expect(await runAi(['--yes', 'exec', '--', 'true'], { home })).toMatchObject({ code: 0 });
    writePrivate(
      state('env'),
      `IN_ENV_FILE=${given.IN_ENV_FILE}\nPLAIN_OF_ENV_FILE=${given.PLAIN_OF_ENV_FILE}\n`,
    );
    writePrivate(state('global_state/secrets/PLAIN_OF_ALL'), `${given.PLAIN_OF_ALL}\n`);
    writePrivate(state('plain'), `${given.PLAIN_OF_COMMAND}\n`);
    writePrivate(state('global_state/secrets/OF_ALL'), `${given.OF_ALL}\n`);
    writePrivate(state('printed'), `${given.BY_COMMAND}\n`);
    writeFileSync(
      path.join(cwd, '.env'),
      `IN_NAMED_FILE=${given.IN_NAMED_FILE}\nPLAIN_OF_NAMED_FILE=${given.PLAIN_OF_NAMED_FILE}\n`,
    );
    writePrivate(
      state('config.yaml'),
      `env:\n  BY_COMMAND: command:cat ${state('printed')}\n  PLAIN_OF_COMMAND: command:cat ${state('plain')}\n  IN_SETTING: ${given.IN_SETTING}\n  IN_ENV_FILE:\n`,
    );
    writePrivate(
      state('global_state/claude/.credentials.json'),
      JSON.stringify({
        claudeAiOauth: {
          ...{ accessToken: login.access, refreshToken: login.refresh },
          ...{ expiresAt: Date.now() + 3_600_000, scopes: [], subscriptionType: 'max' },
        },
      }),
    );
    for (const name of ['OF_PROJECT', 'PLAIN_OF_PROJECT'] as const) {
      const set = await runAi(['secrets', 'set', '--project', name], {
        ...options(),
        input: given[name],
      });
      expect(set.code).toBe(0);
      sinks[`ai secrets set ${name}`] = set.stdout + set.stderr;
    }
  });
  afterAll(async () => {
    await agent.kill();
    await expectNothingLeft(home);
  });

  it('each reaches the program inside as it is; what the engine and this machine show has none', async () => {
    const names = Object.keys(given);
    const script = `for n in ${names.join(' ')}; do printenv $n | head -c -1 | sha256sum; done; ssh-add -qD 2>/dev/null; echo ready; cat`;
    const { env, ...rest } = options();
    const run = LiveRun.start([...flags, '--ssh', 'all', 'exec', '--', 'bash', '-c', script], {
      ...rest,
      env: { ...env, SSH_AUTH_SOCK: agent.socket },
    });
    await run.waitFor('ready');
    const docker = connectToEngine();
    const [container] = await containersOf(home);
    const inspected = await docker.getContainer(container!.id).inspect();
    sinks['docker inspect'] = JSON.stringify(inspected);
    sinks['docker history'] = JSON.stringify(await docker.getImage(inspected.Image).history());
    sinks['command lines'] = commandLines();
    const [id = ''] = runsIn(home);
    const files = readdirSync(state(`runs/${id}`)).filter((name) => name.endsWith('.json'));
    expect(files).toContain('plan.json');
    for (const name of files) sinks[name] = readFileSync(state(`runs/${id}/${name}`), 'utf8');
    run.child.stdin.end();
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      ...Object.values(given).map((value) => createHash('sha256').update(value).digest('hex')),
      'ready',
      '',
    ]);
    expect(stderr).toContain('BY_COMMAND: cat');
    sinks['stderr of a run'] = stderr;
    sinks['audit.jsonl'] = readFileSync(state('audit.jsonl'), 'utf8');
    expect(sinks['audit.jsonl']).toContain('"what":"ssh agent"');
  });

  it('a preview names them, and shows none, in a prompt neither', async () => {
    const prompt = [
      '-p',
      `use ${given.IN_SETTING} and ${given.OF_ALL}, ${given.BY_NAME}, ${given.PLAIN_OF_ENV_FILE}, ` +
        `${given.PLAIN_OF_ALL}, ${given.PLAIN_OF_PROJECT}, ${given.PLAIN_OF_NAMED_FILE}`,
    ];
    for (const more of [[], ['--json'], ['--native'], ['--native', '--json']]) {
      const args = [...flags, '--dry-run', ...more, ...prompt];
      const { code, stdout, stderr } = await runAi(args, options());
      expect(code).toBe(0);
      for (const name of ['IN_NAMED_FILE', 'OF_PROJECT', 'IN_SETTING'])
        expect(stdout).toContain(name);
      expect(stdout).toContain('use *** and ***, ***, ***, ***, ***, ***');
      if (!more.includes('--json'))
        expect(stdout).toContain(`BY_COMMAND="$(cat ${state('printed')})"`);
      sinks[`preview ${more.join(' ')}`] = stdout + stderr;
    }
  });

  it('no error says one: of a setting, of a mount, of a command, of the engine', async () => {
    const calls: Record<string, [readonly string[], string]> = {
      setting: [['-e', `1X=${given.OF_ALL}`, 'exec', 'true'], 'AI_SETTING_INVALID'],
      mount: [['-v', `/no/${given.OF_ALL}:/x`, '-e', 'OF_ALL', 'exec', 'true'], 'AI_MOUNT_SOURCE'],
      engine: [['--cpus', '8000', 'exec', '--', given.IN_SETTING], 'AI_ENGINE_REFUSED'],
      word: [[given.ANTHROPIC_API_KEY], 'AI_UNKNOWN_NAME'],
      'plain word': [[given.PLAIN_OF_ALL], 'AI_UNKNOWN_NAME'],
      value: [['--memory', given.PLAIN_OF_PROJECT, 'exec', 'true'], 'AI_SETTING_INVALID'],
      refused: [['--cpus', '8000', 'exec', '--', given.PLAIN_OF_ENV_FILE], 'AI_ENGINE_REFUSED'],
    };
    for (const [what, [args, code]] of Object.entries(calls)) {
      const { stdout, stderr } = await runAi(['--debug', ...args], options());
      expect(stderr).toContain(code);
      sinks[what] = stdout + stderr;
    }
    writePrivate(state('config.yaml'), `env:\n  X: "command:echo ${given.OF_ALL}; exit 9"\n`);
    const { code, stderr } = await runAi(['--debug', '-e', 'OF_ALL', 'exec', 'true'], options());
    expect(code).toBe(125);
    expect(stderr).toMatch(/no value for X: it ended with exit code 9[^]*AI_SECRET_COMMAND/);
    sinks['command'] = stderr;
  });

  it.each([
    ['in its course', `process.getgroups = () => { throw new Error(text) }`],
    ['beside it', 'setTimeout(() => { throw new Error(text) }, 1).ref()'],
    ['as a promise', 'setTimeout(() => Promise.reject(new TypeError(text)), 1).ref()'],
  ])('no crash of the launcher %s says one', async (what, breakIt) => {
    const file = path.join(home, 'break.cjs');
    const text =
      "const text = 'broken at ' + process.env.ANTHROPIC_API_KEY + process.env.ON_LINE_TOKEN;";
    writeFileSync(file, `if (/ai\\.js$/.test(process.argv[1])) { ${text} ${breakIt} }`);
    const { env } = options();
    const run = await runAi(['exec', '--', 'sleep', '5'], {
      ...options(),
      env: { ...env, NODE_OPTIONS: `--require=${file}` },
    });
    expect(run.code).toBe(125);
    expect(run.stderr).toMatch(/this is a bug in ai[^]*broken at \*\*\*/);
    sinks[`crash ${what}`] = run.stdout + run.stderr;
  });

  it('none is in anything of that, for who knows them and for secretlint, which finds what is there', async () => {
    expect(Object.keys(sinks).length).toBeGreaterThan(15);
    for (const [name, text] of Object.entries(sinks))
      expect({ name, found: foundIn(text, values), lint: await lint(text) }).toEqual({
        ...{ name, found: [], lint: [] },
      });
    const planted = Object.values(sinks).map((text) => `${text}\nX: ${given.IN_SETTING}\n`);
    for (const text of planted) expect(foundIn(text, values)).toEqual([given.IN_SETTING]);
    for (const key of [given.IN_SETTING, given.IN_NAMED_FILE, given.ANTHROPIC_API_KEY])
      expect(await lint(`${sinks['preview ']}\nX: ${key}\n`)).not.toEqual([]);
  });
});

/** Of every process of this machine. */
function commandLines(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .join('\n');
}

const everythingIn = (directory: string): string =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
