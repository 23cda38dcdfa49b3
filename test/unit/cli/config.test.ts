// ai config: what it prints, what it writes, and what it refuses.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { commands } from '../../../src/cli/commands.ts';
import { dispatch } from '../../../src/cli/dispatch.ts';
import { wordsOf } from '../../../src/cli/words.ts';
import { makeWorld } from '../../../src/launch/world.ts';
import { settingKeys } from '../../../src/settings/schema.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const packageRoot = path.join(import.meta.dirname, '../../..');
let home: string;
let project: string;
let file: string;

beforeEach(() => {
  home = temporaryDirectory();
  project = path.join(home, 'p');
  mkdirSync(path.join(project, '.git/objects'), { recursive: true });
  mkdirSync(path.join(project, '.git/refs'));
  writeFileSync(path.join(project, '.git/HEAD'), 'ref: refs/heads/main\n');
  file = path.join(home, '.docker-ai-config/config.yaml');
});

interface Answer {
  /** The exit code, or the code of an error. */
  code: number | string;
  out: string;
  /** What was said on the side, or the words of the error. */
  said: readonly string[];
}

async function ai(
  argv: readonly string[],
  environment: Record<string, string> = {},
): Promise<Answer> {
  const stdout = new PassThrough();
  const said: string[] = [];
  const world = makeWorld({
    packageRoot,
    environment: { PATH: process.env['PATH'] ?? '', HOME: home, ...environment },
    directory: project,
    streams: {
      stdin: new PassThrough(),
      stdout,
      stderr: new PassThrough(),
    },
    emit: (event) => {
      if ('text' in event) said.push(event.text);
    },
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });
  const text = (): string => (stdout.read() as Buffer | null)?.toString() ?? '';
  try {
    const { command, options, words } = dispatch(argv);
    const handler = await commands[command].load();
    const code = await handler({ world, options, words });
    return { code, out: text(), said };
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    const { what, details = [], next } = wordsOf(error as AiError);
    return { code: (error as AiError).code, out: text(), said: [...said, what, ...details, next] };
  }
}
const config = (...words: string[]): Promise<Answer> => ai(['config', ...words]);
const get = async (key: string, ...more: string[]): Promise<string> =>
  (await config('get', key, ...more)).out;
const write = (text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};
const written = (): string => readFileSync(file, 'utf8');

describe('ai config list', () => {
  it('shows every setting, and makes nothing', async () => {
    const { code, out } = await config();
    expect(code).toBe(0);
    const lines = out.trim().split('\n');
    expect(lines).toHaveLength(settingKeys.length + 1);
    expect(lines[0]).toMatch(/^KEY +VALUE$/);
    expect(out).toMatch(/^ssh {2,}remotes$/m);
    expect(await config('list')).toMatchObject({ out });
    expect(existsSync(path.dirname(file))).toBe(false);
  });

  it('shows where each comes from', async () => {
    write('memory: 4096m\nimage:\n  base: node:24\nmask: .env\n');
    writeFileSync(path.join(project, '.airc'), 'cpus: 2\nnetwork: none\n');
    const { out, said } = await ai(['--pids', '9', 'config', 'list', '--origin'], {
      AI_TIMEOUT: '600',
      AI_MASK: '/keys/',
    });
    const rows = out.split('\n').map((line) => line.split(/ {2,}/));
    const row = (key: string): string[] | undefined => rows.find(([name]) => name === key);
    expect(row('memory')).toEqual(['memory', '4g', `${file}:1:1`]);
    expect(row('image.base')).toEqual(['image.base', 'node:24', `${file}:3:3`]);
    expect(row('cpus')).toEqual(['cpus', '2', `${project}/.airc:1:1`]);
    expect(row('network')).toEqual(['network', 'open', 'default']);
    expect(row('timeout')).toEqual(['timeout', '10m', 'AI_TIMEOUT']);
    expect(row('mask')).toEqual(['mask', '[.env, /keys/]', `${file}:4:1, AI_MASK`]);
    expect(row('pids')).toEqual(['pids', '9', '--pids']);
    expect(said.join()).toContain('ai trust');
  });

  it('answers in JSON', async () => {
    write('mounts: a:/b\n');
    const answer = JSON.parse((await config('list', '--json')).out) as Record<string, unknown>;
    expect(answer['mounts']).toEqual({ value: ['a:/b'], origin: `${file}:1:1` });
    expect(answer['model']).toEqual({ value: null, origin: null });
    expect(answer['ssh']).toEqual({ value: 'remotes', origin: null });
  });

  it.each([[[]], [['--json']], [['--origin']]])('shows no secret: %j', async (options) => {
    write('env: { MY_TOKEN: shhh, PLAIN: seen, URL: "https://me:shhh@x.example/" }\n');
    const { out } = await config('list', ...options);
    expect(out).toContain('seen');
    expect(out).toContain('***');
    expect(out).not.toContain('shhh');
  });

  it('says everything that is wrong, and how to go on', async () => {
    write('memroy: 1\ncpus: many\n');
    expect(await config()).toEqual({
      code: 'AI_SETTING_INVALID',
      out: '',
      said: [
        '2 settings are wrong',
        `${file}:1:1: memroy is not a setting; did you mean memory?`,
        `${file}:2:1: cpus must be a number above 0, not “many”`,
        'ai config edit',
      ],
    });
  });
});

describe('ai config get', () => {
  it.each<[string, string[], string]>([
    ['memory: 4096m', ['memory'], '4g\n'],
    ['', ['pids'], '4096\n'],
    ['', ['ssh'], 'remotes\n'],
    ['', ['ssh.mode'], 'remotes\n'],
    ['ssh: [a.example, b.example]', ['ssh'], 'a.example\nb.example\n'],
    ['mounts: [a:/b, "c d:/e"]', ['mounts'], 'a:/b\nc d:/e\n'],
    ['mounts: [a:/b]', ['mounts', '--json'], '["a:/b"]\n'],
    ['', ['mounts'], ''],
    ['env: { A_KEY: x, B: }', ['env.A_KEY'], 'x\n'],
    ['env: { A_KEY: x, B: }', ['env.B'], ''],
    ['env: { A_KEY: x, B: }', ['env.B', '--json'], 'null\n'],
    ['env: { A: "1", B: b }', ['env'], 'A: "1"\nB: b\n'],
    ['root: true', ['root'], 'true\n'],
    ['model: "\\e[31m"', ['model'], '\u001b[31m\n'],
  ])('of %j prints %j alone', async (text, words, out) => {
    write(text);
    expect(await config('get', ...words)).toEqual({ code: 0, out, said: [] });
  });

  it.each(['model', 'env.A', 'timeout'])(
    'of %s, which is not set, prints nothing and ends with 1',
    async (key) => {
      expect(await config('get', key)).toEqual({ code: 1, out: '', said: [] });
    },
  );

  it.each([
    ['memroy', 'memroy is not a setting; did you mean memory?'],
    ['image', 'image is not a setting; did you mean image.base?'],
    ['ssh.mdoe', 'ssh.mdoe is not a setting; did you mean ssh.mode?'],
    ['memory.x', 'memory.x is not a setting; did you mean memory?'],
    ['env.a-b', 'env.a-b is not a setting'],
    ['__proto__', '__proto__ is not a setting'],
    ['', '“” is not a setting'],
  ])('of %j names the nearest', async (key, words) => {
    const { code, said } = await config('get', key);
    expect(code).toBe('AI_SETTING_INVALID');
    expect(said[1]).toBe(words);
  });
});

describe('ai config set', () => {
  it.each<[string[], string]>([
    [['memory', '8g'], 'memory: 8g\n'],
    [['pids', '10'], 'pids: 10\n'],
    [['cpus', '.5'], 'cpus: 0.5\n'],
    [['root', 'yes'], 'root: true\n'],
    [['root', 'off'], 'root: false\n'],
    [['model', '123'], 'model: "123"\n'],
    [['model', 'yes'], 'model: "yes"\n'],
    [['model', '1e3'], 'model: "1e3"\n'],
    [['model', 'a: b #c'], 'model: "a: b #c"\n'],
    [['model', 'two\nlines'], 'model: "two\\nlines"\n'],
    [['model', '日本'], 'model: 日本\n'],
    [['timeout', '600'], 'timeout: 600\n'],
    [['timeout', '1e3'], 'timeout: 1000\n'],
    [['network', 'none'], 'network: none\n'],
    [['image.base', 'node:24'], 'image:\n  base: node:24\n'],
    [['ssh', 'none'], 'ssh: none\n'],
    [['ssh', 'a.example', 'b.example'], 'ssh:\n  - a.example\n  - b.example\n'],
    [['mounts', 'a:/b'], 'mounts:\n  - a:/b\n'],
    [['mounts', 'a:/b', 'c d:/e'], 'mounts:\n  - a:/b\n  - c d:/e\n'],
    [['mounts', '[a:/b, c:/d]'], 'mounts:\n  - a:/b\n  - c:/d\n'],
    [['mounts', '[]'], 'mounts: []\n'],
    [['publish', '3000:80'], 'publish:\n  - "3000:80"\n'],
    [['env', '{A: 1, B: }'], 'env:\n  A: 1\n  B:\n'],
    [['env', 'A=x', 'B'], 'env:\n  A: x\n  B:\n'],
    [['env.A', 'x y'], 'env:\n  A: x y\n'],
    [['env.A', '1'], 'env:\n  A: 1\n'],
    [['env.A', '1.0'], 'env:\n  A: "1.0"\n'],
    [['env.A', 'true'], 'env:\n  A: true\n'],
    [['env.A', 'yes'], 'env:\n  A: "yes"\n'],
    [['env.A', ''], 'env:\n  A: ""\n'],
    [['env.A'], 'env:\n  A:\n'],
    [['ssh.ghToken', '1'], 'ssh:\n  ghToken: true\n'],
    [['cpus', '--', '2'], 'cpus: 2\n'],
    [['env.A', 'command:op read x'], 'env:\n  A: command:op read x\n'],
    [
      ['assistants.claude.environment.A', '1'],
      'assistants:\n  claude:\n    environment:\n      A: 1\n',
    ],
    [['assistants.my-ai.image', 'x/y:1'], 'assistants:\n  my-ai:\n    image: x/y:1\n'],
    [
      ['assistants.my-ai', '{ image: x/y:1, command: a --b }'],
      'assistants:\n  my-ai:\n    image: x/y:1\n    command: a --b\n',
    ],
  ])('%j', async (words, text) => {
    expect(await config('set', ...words)).toMatchObject({ code: 0, out: '' });
    expect(written()).toBe(text);
  });

  it.each<[string[], string, string]>([
    [['memory', 'lots'], 'AI_SETTING_INVALID', 'memory must be a size like 512m or 4g, not “lots”'],
    [['memory', '1m'], 'AI_SETTING_INVALID', 'memory must be between 6m and 1024t, not “1m”'],
    [['memory', ''], 'AI_SETTING_INVALID', 'memory must be a size like 512m or 4g, not nothing'],
    [['root', 'maybe'], 'AI_SETTING_INVALID', 'root must be true or false, not “maybe”'],
    [['ssh', 'all', 'none'], 'AI_SETTING_INVALID', 'ssh.mode must be remotes, all, none, or'],
    [['env', 'A-B=1'], 'AI_SETTING_INVALID', 'env must be KEY=VALUE or KEY'],
    [['assistants.my-ai.title', 'x'], 'AI_SETTING_INVALID', 'assistants.my-ai needs npm'],
    [['assistants.my-ai.iamge', 'x'], 'AI_SETTING_INVALID', 'did you mean assistants.my-ai.image?'],
    [['memroy', '1g'], 'AI_SETTING_INVALID', 'memroy is not a setting; did you mean memory?'],
    [['model', 'a', 'b'], 'AI_USAGE', "ai config set model 'a b'"],
    [['memory'], 'AI_USAGE', 'ai config unset memory'],
    [[], 'AI_USAGE', 'ai config set KEY VALUE … [--project]'],
    [['memory', '1g', '--origin'], 'AI_USAGE', 'does not take --origin'],
    [['--pids', '3', 'memory', '1g'], 'AI_USAGE', 'does not take --pids'],
  ])('%j changes nothing: %s', async (words, code, said) => {
    write('# mine\n');
    const answer = await config('set', ...words);
    expect(answer).toMatchObject({ code, out: '' });
    expect(answer.said.join('\n')).toContain(said);
    expect(written()).toBe('# mine\n');
    expect(readdirSync(path.dirname(file))).toEqual(['config.yaml']);
  });

  it('keeps comments, order and form', async () => {
    write('# mine\nmemory:   4g  # why\nssh: remotes # keys\npids: 10\n');
    await config('set', 'memory', '8g');
    await config('set', 'ssh.ghToken', 'true');
    await config('set', 'env.A', 'b');
    expect(written()).toBe(
      '# mine\nmemory:   8g  # why\nssh: # keys\n  mode: remotes\n  ghToken: true\npids: 10\nenv:\n  A: b\n',
    );
  });

  it('repairs a file in which other settings are wrong', async () => {
    write('memory: lots\ncpus: many\n');
    expect(await config('set', 'memory', '8g')).toMatchObject({ code: 0 });
    expect(written()).toBe('memory: 8g\ncpus: many\n');
  });

  it.each(['a: }\n', '- a\n', 'memory: 1g\nmemory: 2g\n', '['.repeat(100_000)])(
    'leaves alone what is not a settings file: %#',
    async (text) => {
      write(text);
      expect(await config('set', 'memory', '8g')).toMatchObject({ code: 'AI_SETTING_INVALID' });
      expect(written()).toBe(text);
    },
  );

  it('says what it did, and what wins over it', async () => {
    expect((await config('set', 'memory', '8g')).said).toEqual([`memory: 8g  in ${file}`]);
    const set = ['config', 'set', 'memory', '4g'];
    expect((await ai(set, { AI_MEMORY: '4096m' })).said).toEqual([`memory: 4g  in ${file}`]);
    writeFileSync(path.join(project, '.airc'), '\nmemory: 1g\n');
    const { said } = await ai(set, { AI_MEMORY: '2g' });
    expect(said).toEqual([
      `memory: 4g  in ${file}`,
      `${project}/.airc:2:1 overrides it in this project: ai config unset --project memory`,
      'AI_MEMORY=2g overrides it where it is set: unset AI_MEMORY',
    ]);
    expect(JSON.parse((await ai([...set, '--json'], { AI_MEMORY: '2g' })).out)).toEqual({
      key: 'memory',
      value: '4g',
      file,
      changed: false,
      overriddenBy: 'AI_MEMORY',
    });
  });

  it('says nothing of what does not win: lists add up, and what is not trusted does not count', async () => {
    writeFileSync(path.join(project, '.airc'), 'network: host\nmounts: [a:/b]\n');
    expect((await config('set', 'network', 'none')).said).toHaveLength(1);
    const { said } = await ai(['config', 'set', 'mounts', 'c:/d'], { AI_MOUNTS: 'e:/f' });
    expect(said).toHaveLength(1);
  });

  it('shows no secret, and says where one belongs', async () => {
    const { said } = await config('set', 'env.MY_TOKEN', 'shhh');
    expect(said).toEqual([
      `env.MY_TOKEN: ***  in ${file}`,
      'your shell’s history has it now: ai secrets set MY_TOKEN  takes it from stdin',
    ]);
    const env = { AI_ENV: 'MY_TOKEN=quiet' };
    const again = await ai(['config', 'set', 'env.MY_TOKEN', 'shhh', '--json'], env);
    expect(again.out + again.said.join()).not.toMatch(/shhh|quiet/);
    expect(again.said).toContain('AI_ENV overrides it where it is set: unset AI_ENV');
  });

  it('is what get gives back, whatever the value, and changes no other', async () => {
    write('# mine\nenv:\n  OTHER: "1" # one\nmemory: 4g # two\n');
    const key = fc.constantFrom('model', 'env.A', 'assistant', 'host', 'env.NAME_2');
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(key, value, async (name, word) => {
        expect(await config('set', name, '--', word)).toMatchObject({ code: 0 });
        expect(await get(name)).toBe(`${word}\n`);
        expect(await get('env.OTHER')).toBe('1\n');
        expect(written()).toMatch(/^# mine\nenv:\n {2}OTHER: "1" # one\n/);
        expect(written()).toContain('\nmemory: 4g # two\n');
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('takes many at once, and loses none', async () => {
    write('# mine\n');
    const names = Array.from({ length: 12 }, (_, index) => `env.N${index}`);
    await Promise.all(names.map((name) => config('set', name, name)));
    for (const name of names) expect(await get(name)).toBe(`${name}\n`);
    expect(readdirSync(path.dirname(file))).toEqual(['config.yaml']);
  }, 30_000);
});

describe('ai config unset', () => {
  it('takes a setting out, with what is empty then', async () => {
    write('# mine\nimage:\n  base: x # why\nenv: { A: 1 }\nmemory: 1g\n');
    for (const key of ['image.base', 'env.A', 'memory'])
      expect(await config('unset', key)).toMatchObject({ code: 0, out: '' });
    expect(written()).toBe('# mine\n');
  });

  it('says what it is then, and where it still comes from', async () => {
    write('pids: 10\nmodel: x\n');
    expect((await config('unset', 'pids')).said).toEqual([
      `pids is no longer set in ${file}`,
      'it is 4096 now, the default',
    ]);
    expect((await config('unset', 'model')).said).toEqual([
      `model is no longer set in ${file}`,
      'nothing else sets it',
    ]);
    const env = { AI_PIDS: '9' };
    expect((await ai(['config', 'unset', 'pids'], env)).said).toEqual([
      `pids is not set in ${file}`,
      'it still comes from AI_PIDS',
    ]);
    expect(JSON.parse((await ai(['config', 'unset', 'pids', '--json'], env)).out)).toEqual({
      key: 'pids',
      file,
      changed: false,
      stillFrom: 'AI_PIDS',
    });
    write('cpus: 1\n');
    writeFileSync(path.join(project, '.airc'), 'cpus: 2\n');
    const { said } = await config('unset', 'cpus', '--project');
    expect(said.at(-1)).toBe(`it still comes from ${file}:1:1`);
  });

  it('makes no file', async () => {
    expect(await config('unset', 'memory')).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
  });
});

describe('ai config for a project', () => {
  it.each<[string, string | undefined, string]>([
    ['.airc', undefined, 'pids: 10\n'],
    ['.airc', '# ours\ncpus: 1 # one\n', '# ours\ncpus: 1 # one\npids: 10\n'],
    ['.airc', '{"cpus": 1}', '{"cpus": 1, "pids": 10}'],
    ['.airc.json', '{\n    "cpus": 1\n}\n', '{\n    "cpus": 1,\n    "pids": 10\n}\n'],
    ['.airc.json', '\uFEFF{\n "cpus": 1\n}\n', '\uFEFF{\n "cpus": 1,\n "pids": 10\n}\n'],
    ['.airc.yml', 'cpus: 1\n', 'cpus: 1\npids: 10\n'],
    ['ai.config.yaml', 'cpus: 1\n', 'cpus: 1\npids: 10\n'],
    [
      'package.json',
      '{\n  "name": "x",\n  "ai": {\n    "cpus": 1\n  }\n}\n',
      '{\n  "name": "x",\n  "ai": {\n    "cpus": 1,\n    "pids": 10\n  }\n}\n',
    ],
  ])('writes %s where it holds %j', async (name, before, after) => {
    const place = path.join(project, name);
    if (before !== undefined) writeFileSync(place, before);
    const { code, said } = await config('set', '--project', 'pids', '10');
    expect({ code, said }).toEqual({ code: 0, said: [`pids: 10  in ${place}`] });
    expect(readFileSync(place, 'utf8')).toBe(after);
    expect(await get('pids')).toBe('10\n');
    expect(await config('unset', '--project', 'pids')).toMatchObject({ code: 0 });
    expect(await get('pids')).toBe('4096\n');
    expect(existsSync(file)).toBe(false);
  });

  it('takes the nearest file', async () => {
    const below = path.join(project, 'packages/api');
    mkdirSync(below, { recursive: true });
    writeFileSync(path.join(project, '.airc'), 'cpus: 1\n');
    await ai(['-C', below, 'config', 'set', '--project', 'pids', '10']);
    expect(readFileSync(path.join(project, '.airc'), 'utf8')).toBe('cpus: 1\npids: 10\n');
    writeFileSync(path.join(below, '.airc.yaml'), '');
    writeFileSync(path.join(below, '.airc.yaml'), 'memory: 1g\n');
    await ai(['-C', below, 'config', 'set', '--project', 'pids', '11']);
    expect(readFileSync(path.join(below, '.airc.yaml'), 'utf8')).toBe('memory: 1g\npids: 11\n');
  });

  it('says what counts only once it is trusted', async () => {
    const { said } = await config('set', '--project', 'network', 'none');
    expect(said).toEqual([
      `network: none  in ${project}/.airc`,
      `what reaches this machine in ${project}/.airc counts once you trust it: ai trust`,
    ]);
    expect(await get('network')).toBe('open\n');
  });

  it('is refused where no project may be', async () => {
    expect(await ai(['-C', home, 'config', 'set', '--project', 'pids', '10'])).toMatchObject({
      code: 'AI_ROOT_REFUSED',
    });
    expect(readdirSync(home)).toEqual(['p']);
  });
});

describe('ai config edit', () => {
  /** An editor that does what the shell does with `$1`. */
  const editor = (script: string): Record<string, string> => {
    const program = path.join(home, 'editor');
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    return { EDITOR: program };
  };
  const edit = (script: string, ...words: string[]): Promise<Answer> =>
    ai(['config', 'edit', ...words], editor(script));

  it('takes what is right', async () => {
    write('memory: 4g\n');
    const { code, said } = await edit('echo "cpus: 2 # new" >>"$1"');
    expect({ code, said }).toEqual({ code: 0, said: [`${file} is changed`] });
    expect(written()).toBe('memory: 4g\ncpus: 2 # new\n');
    expect(readdirSync(path.dirname(file))).toEqual(['config.yaml']);
  });

  it('begins a file', async () => {
    await edit('test "$(stat -c %a "$1")" = 600 && echo "cpus: 2" >>"$1"');
    expect(written()).toMatch(/^# Settings of ai.*\ncpus: 2\n$/);
    await edit(`printf '{"pids": 9}' >"$1"`, '--project');
    expect(readFileSync(path.join(project, '.airc'), 'utf8')).toBe('{"pids": 9}');
  });

  it.each<[string, string, number]>([
    ['that changes nothing', 'true', 0],
    ['that fails', 'echo "cpus: 2" >>"$1"; exit 3', 125],
    ['that takes the file away', 'rm "$1"', 0],
  ])('with an editor %s leaves everything as it is', async (_what, script, code) => {
    write('memory: 4g\n');
    const answer = await edit(script);
    expect(answer.code).toBe(code);
    expect(answer.said.join()).toContain('nothing was changed');
    expect(written()).toBe('memory: 4g\n');
    expect(readdirSync(path.dirname(file))).toEqual(['config.yaml']);
  });

  it('keeps what is wrong apart, and says where', async () => {
    write('memory: 4g\n');
    const { code, said } = await edit('echo "cpsu: 2" >>"$1"');
    expect(code).toBe('AI_SETTING_INVALID');
    expect(said).toContain(`${file}:2:1: cpsu is not a setting; did you mean cpus?`);
    expect(written()).toBe('memory: 4g\n');
    const copy = / is in (\S+)$/.exec(said[0] ?? '')?.[1] ?? '';
    expect(readFileSync(copy, 'utf8')).toBe('memory: 4g\ncpsu: 2\n');
  });

  it('does not write over what came meanwhile', async () => {
    write('memory: 4g\n');
    const { code, said } = await edit(`echo "pids: 9" >>"${file}"; echo "cpus: 2" >>"$1"`);
    expect(code).toBe('AI_STATE_UNWRITABLE');
    expect(said.join()).toContain('it was changed while you edited it');
    expect(written()).toBe('memory: 4g\npids: 9\n');
  });

  it('needs an editor, or a terminal', async () => {
    expect(await config('edit')).toMatchObject({ code: 'AI_TTY_MISSING' });
    expect(await ai(['config', 'edit'], { VISUAL: 'exit 127;' })).toMatchObject({
      code: 'AI_COMMAND_NOT_FOUND',
    });
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });
});

describe('ai config path, validate and schema', () => {
  it('names the files', async () => {
    expect((await config('path')).out).toMatch(
      /^FILE .*\n\S+\/config\.yaml +yours +not there yet\n$/,
    );
    write('memory: 4g\n');
    writeFileSync(path.join(project, '.airc'), 'mounts: [a:/b]\n');
    expect(JSON.parse((await config('path', '--json')).out)).toEqual([
      { file, owner: 'user', exists: true, state: null },
      { file: path.join(project, '.airc'), owner: 'project', exists: true, state: 'unasked' },
    ]);
  });

  it('finds everything that is wrong, in every file and variable at once', async () => {
    expect(await config('validate')).toEqual({ code: 0, out: '0 files, no problems\n', said: [] });
    write('memory: 4g\n');
    expect(await config('validate')).toMatchObject({ code: 0, out: '1 file, no problems\n' });
    write('memroy: 4g\nimage: { base: 5 }\n');
    writeFileSync(path.join(project, '.airc'), 'env:\n  a-b: 1\n');
    const { code, out, said } = await ai(['config', 'validate'], { AI_PIDS: 'x' });
    expect(code).toBe(1);
    expect(out.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      `${file}:1:1: memroy is not a setting; did you mean memory?`,
      expect.stringMatching(
        /config\.yaml:2:10: image\.base must be the name of an image .*, not “5”$/,
      ),
      expect.stringMatching(/\.airc:1:1: env must be KEY=VALUE/),
      'AI_PIDS must be a whole number above 0, not “x”',
      '',
    ]);
    expect(said).toEqual([`4 problems: ai config edit; correct ${project}/.airc; unset AI_PIDS`]);
    const answer = JSON.parse((await config('validate', '--json')).out) as { problems: unknown[] };
    expect(answer.problems[0]).toEqual({
      from: file,
      line: 1,
      column: 1,
      origin: `${file}:1:1`,
      key: 'memroy',
      problem: 'is not a setting',
      nearest: 'memory',
    });
  });

  it('checks files that are named, whatever they are called', async () => {
    writeFileSync(path.join(project, 'x.yaml'), 'cpus: 1\n');
    writeFileSync(path.join(project, 'package.json'), '{ "name": 1,\n "ai": { "cpsu": 1 } }');
    expect(await config('validate', 'x.yaml')).toMatchObject({
      code: 0,
      out: '1 file, no problems\n',
    });
    const { code, out } = await config('validate', 'x.yaml', 'package.json', 'none.yaml');
    expect(code).toBe(1);
    expect(out).toContain(
      `${project}/package.json:2:10: cpsu is not a setting; did you mean cpus?\n`,
    );
    expect(out).toMatch(/none\.yaml: +is not there\n/);
  });

  it('prints a schema that editors can use', async () => {
    const { out } = await config('schema');
    const isValid = new Ajv({ strictTypes: false }).compile(JSON.parse(out) as object);
    expect([isValid({ memory: '4g' }), isValid({ memroy: '4g' })]).toEqual([true, false]);
  });
});

describe('ai config', () => {
  it.each([
    [['lst'], 'ai config list'],
    [['memory'], 'ai config get memory'],
    [['nonsense'], 'ai config list|get|set|unset|edit|path|validate|schema'],
    [['get'], 'ai config get KEY'],
    [['get', 'a', 'b'], 'ai config get KEY'],
    [['list', 'x'], 'ai config list [--origin]'],
    [['path', '--project'], 'ai config path'],
    [['constructor'], 'ai config list|get|set|unset|edit|path|validate|schema'],
  ])('%j is wrong usage', async (words, next) => {
    const { code, said } = await config(...words);
    expect(code).toBe('AI_USAGE');
    expect(said.at(-1)).toBe(next);
  });
});
