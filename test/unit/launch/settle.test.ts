// The settings of a command: which layer wins, for every set of layers, and what of a project counts after which answer.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { isAiError } from '../../../src/base/errors.ts';
import { rememberAnswer } from '../../../src/launch/ask-trust.ts';
import { readProjectLayers } from '../../../src/launch/project-layers.ts';
import { settle, settleRun, type SettledSettings } from '../../../src/launch/settle.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import type { Layer } from '../../../src/settings/layers.ts';
import { forgetTrust, trustFile } from '../../../src/state/trust-store.ts';
import { makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let root: string;
let said: string[];
let asked: string[];
beforeEach(() => {
  home = temporaryDirectory();
  root = makeRepository({ directory: path.join(home, 'shop') });
  mkdirSync(path.join(root, 'packages', 'api'), { recursive: true });
  mkdirSync(path.join(home, '.docker-ai-config'));
  said = [];
  asked = [];
});

interface Circumstances {
  below?: string;
  environment?: Record<string, string>;
  /** The user's answer, at a terminal. */
  answer?: boolean;
}

function worldWith({ below = '.', environment = {}, answer }: Circumstances = {}): World {
  const stream = Object.create(process.stdin, {
    isTTY: { value: answer !== undefined },
  }) as typeof process.stdin;
  return makeWorld({
    packageRoot: '/nowhere',
    environment: { HOME: home, ...environment },
    directory: path.join(root, below),
    streams: { ...process, stdin: stream, stdout: process.stdout, stderr: stream },
    emit: (event) => said.push('text' in event ? event.text : event.type),
    // As with --yes, which is no answer about trust.
    confirm: () => Promise.resolve(true),
    consent: (question, details = []) => {
      asked.push([question, ...details].join('\n'));
      return Promise.resolve(answer === true);
    },
  });
}

const put = (name: string, text: string): void => {
  writeFileSync(path.join(root, name), text);
};
const putUser = (text: string): void => {
  writeFileSync(path.join(home, '.docker-ai-config', 'config.yaml'), text);
};
const noOptions: Layer = { origin: 'command line', values: [] };

async function answerFor(trusted: boolean, below?: string): Promise<void> {
  const world = worldWith({ ...(below !== undefined && { below }) });
  const { project, files } = await readProjectLayers(world, {}, []);
  if (project) await rememberAnswer(world, project, files, trusted);
}

describe('plain words', () => {
  it('are asked for before the first question and the first warning', async () => {
    putUser('plain: true\n');
    put('.airc', 'native: true\n');
    const order: string[] = [];
    const world: World = {
      ...worldWith({ answer: false, environment: { AI_MEMROY: '4g' } }),
      emit: ({ type }) => order.push(type),
      consent: () => {
        order.push('question');
        return Promise.resolve(false);
      },
    };
    await settleRun(world, noOptions);
    expect(order.filter((what, index) => what !== order[index - 1])).toEqual([
      ...['plain', 'question', 'plain', 'warning'],
    ]);
  });

  it('may be asked for by a project, and not be taken back by it', async () => {
    put('.airc', 'plain: true\n');
    await settle(worldWith(), noOptions);
    expect(said).toContain('plain');
    said = [];
    put('.airc', 'plain: false\n');
    putUser('plain: true\n');
    await settle(worldWith(), noOptions);
    expect(said).toContain('plain');
    expect(said.join('\n')).toContain('ignored until you trust it: plain');
  });

  it('are not where a variable says no', async () => {
    putUser('plain: true\n');
    await settle(worldWith({ environment: { AI_PLAIN: 'no' } }), noOptions);
    expect(said).toEqual([]);
  });
});

describe('of the layers', () => {
  /** In the order in which they win, the last over all. */
  const names = ['config.yaml', '.airc', 'packages/api/.airc', 'environment', 'options'] as const;
  const sets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_name, at) => (bits & (2 ** at)) !== 0),
  );

  /** Each layer sets one value for itself alone, a list and a map. */
  async function settleFrom(set: readonly (typeof names)[number][]): Promise<SettledSettings> {
    const has = (name: (typeof names)[number]): boolean => set.includes(name);
    const text = (at: number): string =>
      `pids: ${at + 100}\nmounts: [/src${at}:/in${at}]\nenv: { LAST: "${at}", ONLY${at}: x }\n`;
    if (has('config.yaml')) putUser(text(0));
    if (has('.airc')) put('.airc', text(1));
    if (has('packages/api/.airc')) put('packages/api/.airc', text(2));
    await answerFor(true, 'packages/api');
    const environment = {
      AI_PIDS: '103',
      AI_MOUNTS: '/src3:/in3',
      AI_ENV: 'LAST=3\nONLY3=x',
    };
    const option = (key: string, words: string): Layer['values'][number] => ({
      key,
      value: { kind: 'flag', text: words },
      place: `--${key}`,
    });
    const options = [
      option('pids', '104'),
      option('mounts', '/src4:/in4'),
      option('env', 'LAST=4'),
      option('env', 'ONLY4=x'),
    ];
    return settle(
      worldWith({
        below: 'packages/api',
        ...(has('environment') && { environment }),
      }),
      { ...noOptions, values: has('options') ? options : [] },
    );
  }

  it.each(sets.map((set) => [set.join(', ') || 'the defaults alone', set] as const))(
    'the last one wins, lists grow and maps are merged: %s',
    async (_title, set) => {
      const places = set.map((name) => names.indexOf(name));
      const { settings, origins } = await settleFrom(set);
      const last = places.at(-1);
      expect(settings.pids).toBe(last === undefined ? 4096 : last + 100);
      expect(settings.mounts).toEqual(places.map((at) => `/src${at}:/in${at}`));
      expect(settings.env).toEqual({
        ...(last !== undefined && { LAST: String(last) }),
        ...Object.fromEntries(places.map((at) => [`ONLY${at}`, 'x'])),
      });
      const origin = [
        path.join(home, '.docker-ai-config', 'config.yaml:1:1'),
        path.join(root, '.airc:1:1'),
        path.join(root, 'packages/api/.airc:1:1'),
        'AI_PIDS',
        '--pids',
      ][last ?? -1];
      expect(origins.pids).toBe(origin);
    },
  );
});

describe('of a project', () => {
  const settled = async (circumstances?: Circumstances): Promise<string> => {
    const { settings } = await settleRun(worldWith(circumstances), noOptions);
    return [settings.pids, settings.network, ...settings.mounts].join(' ');
  };
  const nothing = '4096 open';
  const harmless = '9 open';
  const everything = '9 none /usr:/usr:ro';
  const text = 'pids: 9\nnetwork: none\nmounts: ["/usr:/usr:ro"]\n';

  it('only what is harmless counts before the answer, and one line names the rest', async () => {
    put('.airc', text);
    expect(await settled()).toBe(harmless);
    expect(said).toEqual([
      'ignored until you trust it: network, mounts (.airc)  ai trust  shows what it would do',
    ]);
    expect(asked).toEqual([]);
  });

  it('all of it counts after a yes, and nobody is asked again', async () => {
    put('.airc', text);
    expect(await settled({ answer: true })).toBe(everything);
    expect(asked).toEqual([
      [
        'Trust these settings of the project?',
        '.airc would',
        '    take the network from the run',
        '    mount /usr at /usr, read-only',
      ].join('\n'),
    ]);
    expect(await settled({ answer: false })).toBe(everything);
    expect(await settled()).toBe(everything);
    expect(asked).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('a no is remembered, and said at every start', async () => {
    put('.airc', text);
    expect(await settled({ answer: false })).toBe(harmless);
    expect(await settled({ answer: true })).toBe(harmless);
    expect(asked).toHaveLength(1);
    expect(said).toHaveLength(2);
  });

  it('another content is asked about again, and the earlier one counts where it is back', async () => {
    put('.airc', text);
    await settled({ answer: true });
    put('.airc', text.replace('/usr:/usr', '/etc:/usr'));
    expect(await settled()).toBe(harmless);
    expect(await settled({ answer: false })).toBe(harmless);
    expect(asked).toHaveLength(2);
    put('.airc', text);
    expect(await settled()).toBe(everything);
  });

  it('one file is trusted and another is not', async () => {
    put('.airc', 'network: none\n');
    await settled({ answer: true });
    put('packages/api/.airc', 'mounts: ["/usr:/usr:ro"]\n');
    expect(await settled({ below: 'packages/api' })).toBe('4096 none');
    expect(await settled({ below: 'packages/api', answer: true })).toBe('4096 none /usr:/usr:ro');
    expect(asked.at(-1)).not.toContain('.airc would\n    take the network');
  });

  it('the yes is taken back', async () => {
    put('.airc', text);
    await settled({ answer: true });
    const { project } = await readProjectLayers(worldWith(), {}, []);
    expect(await forgetTrust(worldWith().stateDirectory, project?.id ?? '')).toBe(true);
    expect(await settled()).toBe(harmless);
  });

  it('another project with the same content is asked about', async () => {
    put('.airc', text);
    await settled({ answer: true });
    root = makeRepository({ directory: path.join(home, 'copy') });
    put('.airc', text);
    expect(await settled()).toBe(harmless);
  });

  it('the same content at another place of the project is asked about', async () => {
    put('.airc', text);
    await settled({ answer: true });
    put('packages/api/.airc', text);
    said = [];
    await settled({ below: 'packages/api' });
    expect(said.join()).toMatch(/ignored until you trust it: .*\(packages\/api\/\.airc\)/);
  });

  it('nothing counts of a file with a mistake, which ends nothing', async () => {
    put('.airc', `${text}memroy: 1g\ncpus: many\n`);
    expect(await settled({ answer: true })).toBe(nothing);
    expect(asked).toEqual([]);
    expect(said).toEqual([
      '.airc is ignored: 4:1: memroy is not a setting; did you mean memory? (and 1 more: ai trust --show)',
    ]);
  });

  it('a mistake in a trusted file ends the command, with every one of them', async () => {
    put('.airc', 'memroy: 1g\ncpus: many\n');
    await answerFor(true);
    await expect(settled()).rejects.toSatisfy(
      (error) =>
        isAiError(error, 'AI_SETTING_INVALID') &&
        error.facts.problems.map(({ key }) => key).join() === 'memroy,cpus',
    );
  });

  it('nothing is trusted where the answers cannot be read', async () => {
    put('.airc', text);
    await settled({ answer: true });
    writeFileSync(trustFile(worldWith().stateDirectory), '{');
    expect(await settled()).toBe(harmless);
    expect(said[0]).toMatch(/^no project is trusted: .*trust\.json/);
  });

  it('a list too long for the screen is not asked about in passing', async () => {
    const many = Array.from({ length: 60 }, (_, at) => `  - /src${at}:/in${at}\n`).join('');
    put('.airc', `mounts:\n${many}`);
    expect(await settled({ answer: true })).toBe(nothing);
    expect(asked).toEqual([]);
    expect(said.join()).toContain('ai trust');
  });

  const tempting: Record<string, unknown> = {
    mounts: ['/:/host'],
    native: true,
    yolo: true,
    env: { HOME: null },
    envFiles: ['.env'],
    network: 'host',
    ssh: 'all',
    root: true,
    publish: ['2222:22'],
    image: { base: 'evil/base:1' },
    profile: 'work',
    auth: 'share',
    backups: 1,
    fallback: 'native',
    host: 'tcp://evil.invalid:2375',
    context: 'evil',
    caCertificates: ['/etc/passwd'],
    model: 'ollama:x',
    mask: ['!.env'],
    assistants: { claude: { command: ['sh'] } },
    providers: { ollama: { url: 'http://169.254.169.254' } },
    'ssh.ghToken': true,
  };

  it.each(Object.keys(tempting))(
    '%s alone changes nothing, at the root or below it',
    async (key) => {
      const { settings: before } = await settle(worldWith(), noOptions);
      for (const [name, below] of [
        ['.airc', '.'],
        ['packages/api/.airc', 'packages/api'],
      ] as const) {
        put(name, JSON.stringify({ [key]: tempting[key] }));
        const { settings, files } = await settle(worldWith({ below }), noOptions);
        expect(settings).toEqual(before);
        // Else it would be nothing for another reason.
        expect(files.map(({ state }) => state)).toContain('unasked');
      }
    },
  );
});

it('says everything that is wrong at once, wherever it stands', async () => {
  putUser('a: [\n');
  const world = worldWith({ environment: { AI_TIMEOUT: 'soon' } });
  const pids: Layer['values'][number] = {
    key: 'pids',
    value: { kind: 'flag', text: 'many' },
    place: '--pids',
  };
  await expect(settle(world, { ...noOptions, values: [pids] })).rejects.toSatisfy(
    (error) =>
      isAiError(error, 'AI_SETTING_INVALID') &&
      error.facts.problems.map(({ key }) => key).join() === ',timeout,pids',
  );
});

it.each([
  ['config.yaml', 'mask: [a]\n', '', true],
  ['a project', '', 'mask: [a]\n', false],
])('knows what the user has set: %s', async (_who, user, project, isSet) => {
  putUser(user);
  put('.airc', project);
  const settled = await settle(worldWith(), noOptions);
  expect(settled.settings.mask).toEqual(['a']);
  expect(settled.isSetByUser('mask')).toBe(isSet);
});
