// What a project's settings would do, as the sentences that the user agrees to.

import { describe, expect, it } from 'vitest';
import { effectsOf } from '../../../src/settings/effects.ts';
import type { LayerValue } from '../../../src/settings/layers.ts';
import { settingKeys } from '../../../src/settings/schema.ts';

const values = (data: Readonly<Record<string, unknown>>): readonly LayerValue[] =>
  Object.entries(data).map(([key, value]) => ({
    key,
    value: { kind: 'data', data: value },
    place: '.airc:1:1',
  }));

/** @param user the settings of the user's own file */
const effectsOver = (user: Record<string, unknown>, project: Record<string, unknown>) =>
  effectsOf(values(project), [{ origin: 'config.yaml', values: values(user) }]);

const effects = (key: string, data: unknown): readonly string[] => effectsOver({}, { [key]: data });

describe('the effect of', () => {
  it.each<[string, unknown, string]>([
    ['mounts', ['/etc:/x:ro'], 'mount /etc at /x, read-only'],
    ['mounts', ['/a b:/x'], "mount '/a b' at /x, writable"],
    ['publish', ['8080:80'], 'open port 8080 of this machine, on 127.0.0.1, to port 80 of the run'],
    [
      'publish',
      ['0.0.0.0:22:22'],
      'open port 22 of this machine, on 0.0.0.0, to port 22 of the run',
    ],
    ['publish', ['80'], 'open port 80 of this machine, on 127.0.0.1, to port 80 of the run'],
    ['env', { A: null }, 'read A from your environment or secrets, and give it to the run'],
    ['env', { A: 'x y' }, "set A to 'x y' in the run"],
    [
      'env',
      { A: 'command:curl evil' },
      "run 'curl evil' on this machine, and give what it prints to the run as A",
    ],
    ['ssh', 'all', 'let your ssh keys log in to every host that they open'],
    ['root', true, 'run as root inside the container'],
    ['plain', false, 'turn plain words for screen readers off'],
    ['envFiles', ['a b.env'], "read 'a b.env', and give the variables in it to the run"],
    ['host', 'tcp://h:1', 'use the engine at tcp://h:1'],
    ['context', 'far', 'use the engine of the docker context far'],
    ['profile', 'work', 'use the logins and settings of your profile work'],
    ['network', 'host', 'let the run use this machine’s own network, with all that listens on it'],
    ['network', 'none', 'take the network from the run'],
    ['caCertificates', ['/ca.pem'], 'trust the certificates in /ca.pem in builds and runs'],
    ['image.base', 'evil/base', 'build and run on the image evil/base'],
  ])('%s: %j', (key, data, text) => {
    expect(effects(key, data)).toEqual([text]);
  });
});

it.each(settingKeys)('%s is said, whatever its value', (key) => {
  for (const data of [true, false, 'x', 7, [], {}, ['a'], { a: 'b' }, null])
    expect(effects(key, data)).not.toEqual([]);
});

it('nothing in a value can hide another line', () => {
  const [text = ''] = effects('mounts', ['/a\u001b[2K\r\n\u202eb:/x']);
  // eslint-disable-next-line no-control-regex -- that is what must not be there
  expect(text).not.toMatch(/[\u0000-\u001f\u202e]/);
});

describe('a provider', () => {
  const work = { url: 'https://good.example', api: 'both', key: 'WORK_KEY' };

  it('of the file itself gets the key that the file names', () => {
    expect(effects('providers', { work: { url: 'https://x', key: 'K', api: 'both' } })).toEqual([
      'connect runs to https://x for the models of work, from this machine',
      'read K from your environment or secrets, and send it to https://x as the key of work',
      'set providers.work.api to both',
    ]);
  });

  it('of the user’s that is put elsewhere takes the user’s key there', () => {
    expect(
      effectsOver({ providers: { work } }, { providers: { work: { url: 'https://x' } } }),
    ).toEqual([
      'connect runs to https://x for the models of work, from this machine, instead of https://good.example',
      'send WORK_KEY, your key of work, to https://x',
    ]);
  });

  it('of the user’s may be sent another key', () => {
    expect(effectsOver({ providers: { work } }, { providers: { work: { key: 'K' } } })).toEqual([
      'read K from your environment or secrets, and send it to https://good.example as the key of work',
    ]);
  });

  it('that everybody has is known as well', () => {
    expect(effects('providers', { ollama: { url: 'https://x' } })).toEqual([
      'connect runs to https://x for the models of ollama, from this machine, instead of http://127.0.0.1:11434',
    ]);
  });

  it('of a model is the user’s only where the file says nothing of it', () => {
    const said = (user: object, project: object): string | undefined =>
      effectsOver({ providers: user }, { ...project, model: 'work:m' }).at(-1);
    const text = 'send what the assistant works on to the model work:m of';
    expect(said({ work }, {})).toBe(`${text} your provider work`);
    expect(said({ work }, { providers: { work: { url: 'https://x' } } })).toBe(
      `${text} the provider work`,
    );
    expect(said({}, {})).toBe(`${text} the provider work`);
  });
});

describe('an assistant', () => {
  const own = { image: 'good', keys: ['MY_KEY'], variables: ['MY_URL'], credentials: '.own/login' };

  it('has a line for everything that a definition says', () => {
    const definition = {
      title: 'leaf-title',
      npm: '@leaf/npm@1.2.3',
      packages: ['leaf-package'],
      command: ['leaf-command', 'leaf-word'],
      flags: Object.fromEntries([
        ...['prompt', 'interactive'].map((key) => [key, [`leaf-${key}`, '{prompt}']]),
        ...['continue', 'yolo', 'json'].map((key) => [key, [`leaf-${key}`]]),
        ['model', ['leaf-model', '{model}']],
      ]) as object,
      state: ['.leaf-state', '.leaf-other'],
      conversations: ['.leaf-talks'],
      credentials: ['.leaf-state/login'],
      environment: { LEAF_VARIABLE: 'leaf-value', LEAF_MORE: 'leaf-2' },
      keys: ['LEAF_KEY', 'LEAF_KEY_2'],
      variables: ['LEAF_PLAIN'],
      provider: {
        openai: { LEAF_OPENAI: '{url}leaf-o' },
        anthropic: { LEAF_ANTHROPIC: '{url}leaf-a' },
      },
      login: ['leaf-login', 'leaf-in'],
    };
    // With its image it is wrong as a whole, which is not what this is about.
    const all = { ...definition, image: 'leaf/image' };
    const shown = effects('assistants', { own: all }).join('\n');
    for (const leaf of leavesIn(all)) expect(shown).toContain(leaf);
  });

  it.each<[string, unknown, string]>([
    ['image', 'evil', 'run the image evil, as the assistant own'],
    ['npm', 'evil@1.2.3', 'install evil@1.2.3 from npm, as the assistant own'],
    ['command', ['sh', '-c', 'a b'], "run sh -c 'a b', as the assistant own"],
    ['login', 'evil in', 'run evil in, to log in to own'],
    ['packages', 'netcat', 'install the packages netcat in the image of own'],
    ['environment', { OWN_URL: 'https://x' }, 'set OWN_URL to https://x for own'],
    ['flags', { yolo: '--at=x' }, 'set assistants.own.flags.yolo.1 to --at=x'],
    ['provider', { openai: { A: '{url}' } }, "set assistants.own.provider.openai.A to '{url}'"],
  ])('of the user’s with another %s gets what is the user’s', (key, value, text) => {
    const said = effectsOver({ assistants: { own } }, { assistants: { own: { [key]: value } } });
    expect(said[0]).toBe(text);
    expect(said.at(-1)).toBe('let that use your login, settings, MY_KEY and MY_URL of own');
  });

  it('of the user’s with other names of keys does not get those of the user’s', () => {
    expect(
      effectsOver(
        { assistants: { own } },
        { assistants: { own: { image: 'x', keys: [], variables: 'V' } } },
      ),
    ).toEqual([
      'run the image x, as the assistant own',
      'set assistants.own.keys to []',
      'read V from your environment or secrets, and give it to own',
      'let that use your login and settings of own',
    ]);
  });

  it('that is a built-in one has its login', () => {
    expect(effects('assistants', { claude: { image: 'evil' } })).toEqual([
      'run the image evil, as the assistant claude',
      'let that use your login, keys and settings of claude',
    ]);
    expect(effects('assistants', { claude: { title: 'T' } })).toEqual([
      'set assistants.claude.title to T',
    ]);
  });

  it('that is nobody’s yet gets what one of its name has left', () => {
    expect(effects('assistants', { own: { image: 'evil' } }).at(-1)).toBe(
      'let that use the login and settings of any other assistant own that you have used',
    );
  });
});

/** Every text and every name that it holds, but for the names of what a definition is made of. */
const leavesIn = (data: unknown): readonly string[] =>
  typeof data === 'string'
    ? [data]
    : Object.entries(data as object).flatMap(([key, value]: [string, unknown]) => [
        ...(/^[A-Z]/.test(key) ? [key] : []),
        ...leavesIn(value),
      ]);
