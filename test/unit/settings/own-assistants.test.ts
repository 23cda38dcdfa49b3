// The setting `assistants`: every mistake at its place, and what several layers make of it.

import { describe, expect, it } from 'vitest';
import { isAiError } from '../../../src/base/errors.ts';
import { commandNames } from '../../../src/base/command-names.ts';
import { parseSettings } from '../../../src/read/settings-text.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { reservedNames } from '../../../src/settings/own-assistants.ts';
import type { Settings } from '../../../src/settings/schema.ts';

const read = async (...texts: string[]): Promise<Settings['assistants']> => {
  const layers = await Promise.all(
    texts.map(async (text, index) => ({
      origin: `${index}`,
      values: await parseSettings(String(index), `assistants:\n${text}\n`),
    })),
  );
  return resolveSettings(layers).settings.assistants;
};

async function problems(...texts: string[]): Promise<readonly string[]> {
  try {
    await read(...texts);
    return [];
  } catch (error) {
    if (!isAiError(error, 'AI_SETTING_INVALID')) throw error;
    return error.facts.problems.map(({ origin, key, problem, nearest }) =>
      [
        origin,
        key.replace(/^assistants\./, ''),
        problem.replace(/, not (?:“|what is there).*/s, ''),
        nearest,
      ]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  }
}

it('takes a whole definition, lists and texts alike', async () => {
  expect(
    await read(
      `
  aider:
    title: Aider
    image: example.org/aider:1
    command: python -m aider
    flags: { prompt: [--message, {prompt}], interactive: '{prompt}', yolo: [], model: --model={model}x }
    state: [~/.aider/, .config/aider]
    conversations: .aider/history
    credentials: .config/aider/auth.json
    environment: { AIDER_DARK_MODE: true, N: 1 }
    keys: OPENAI_API_KEY
    variables: [A, B]
    provider: { openai: { OPENAI_API_BASE: '{url}' } }
    login: [aider, login]
  `.replace('--model={model}x', "'--model={model}'"),
    ),
  ).toEqual({
    aider: {
      title: 'Aider',
      image: 'example.org/aider:1',
      command: ['python', '-m', 'aider'],
      flags: {
        prompt: ['--message', '{prompt}'],
        interactive: ['{prompt}'],
        yolo: [],
        model: ['--model={model}'],
      },
      state: ['.aider', '.config/aider'],
      conversations: ['.aider/history'],
      credentials: ['.config/aider/auth.json'],
      environment: { AIDER_DARK_MODE: 'true', N: '1' },
      keys: ['OPENAI_API_KEY'],
      variables: ['A', 'B'],
      provider: { openai: { OPENAI_API_BASE: '{url}' } },
      login: ['aider', 'login'],
    },
  });
});

describe('a mistake', () => {
  it.each<[string, string]>([
    ['  a: { titel: x, image: y }', '0:2:8 a.titel is not a setting title'],
    [
      '  a: { npm: pkg }',
      '0:2:8 a.npm must be a package of npm with its exact version, like @scope/name@1.2.3',
    ],
    [
      '  a: { npm: pkg@^1.2.3 }',
      '0:2:8 a.npm must be a package of npm with its exact version, like @scope/name@1.2.3',
    ],
    [
      '  a: { npm: pkg@latest }',
      '0:2:8 a.npm must be a package of npm with its exact version, like @scope/name@1.2.3',
    ],
    [
      '  a: { npm: "-g@1.2.3" }',
      '0:2:8 a.npm must be a package of npm with its exact version, like @scope/name@1.2.3',
    ],
    [
      '  a: { npm: "file:x@1.2.3" }',
      '0:2:8 a.npm must be a package of npm with its exact version, like @scope/name@1.2.3',
    ],
    [
      '  a: { image: A B }',
      '0:2:8 a.image must be the name of an image like node:24 or team/node:24-slim',
    ],
    [
      '  a: { npm: p@1.2.3, packages: [git, "-y"] }',
      '0:2:22 a.packages must be packages of Debian, like [python3, ffmpeg]',
    ],
    [
      '  a: { npm: p@1.2.3, packages: ["git;id"] }',
      '0:2:22 a.packages must be packages of Debian, like [python3, ffmpeg]',
    ],
    [
      '  a:\n    image: y\n    flags:\n      promt: x',
      '0:5:7 a.flags.promt is not a setting prompt',
    ],
    [
      '  a: { image: y, flags: { prompt: x } }',
      '0:2:27 a.flags.prompt must be words with {prompt} in them',
    ],
    [
      '  a: { image: y, flags: { model: [{prompt}] } }',
      '0:2:27 a.flags.model must be words with {model} in them',
    ],
    [
      '  a: { image: y, flags: { yolo: { a: 1 } } }',
      '0:2:27 a.flags.yolo must be words: a list of texts, or a text with spaces between them',
    ],
    ...[
      '/etc',
      '../x',
      '.a/../../x',
      '.',
      '~',
      '.config',
      '.ssh',
      '.gitconfig',
      '.config/gh',
      '.config/gh/hosts.yml',
      '.config/git/x',
      '.ssh/known_hosts',
      '.gnupg/x',
      '.gitconfig/a',
      '.shared-login/x',
      '.local/share',
      '.cache',
      '"a\\0b"',
      '.a/./b',
      '.a//b',
    ].map((place): [string, string] => [
      `  a: { image: y, state: [${place}] }`,
      '0:2:18 a.state must be places below the home that are its own, like [.aider, .config/aider]',
    ]),
    [
      '  a: { image: y, environment: { "A-B": 1 } }',
      '0:2:18 a.environment must be variables with their values, like { AIDER_DARK_MODE: "true" }',
    ],
    [
      '  a: { image: y, environment: { A: null } }',
      '0:2:18 a.environment must be variables with their values, like { AIDER_DARK_MODE: "true" }',
    ],
    [
      '  a: { image: y, keys: [A=1] }',
      '0:2:18 a.keys must be names of variables, like [OPENAI_API_KEY], none that ai sets itself',
    ],
    ...['HOME', 'AI_RUN', 'AI_ROWS', 'AI_COLUMNS', 'AI_AWAIT', 'AI_PORTS'].flatMap(
      (name): [string, string][] => [
        [
          `  a: { image: y, environment: { ${name}: x } }`,
          `0:2:33 a.environment.${name} is set by ai itself`,
        ],
        [
          `  a: { image: y, provider: { openai: { U: "{url}", ${name}: x } } }`,
          `0:2:52 a.provider.openai.${name} is set by ai itself`,
        ],
        [
          `  a: { image: y, variables: [A, ${name}] }`,
          '0:2:18 a.variables must be names of variables, like [OPENAI_BASE_URL], none that ai sets itself',
        ],
        [
          `  a: { image: y, keys: ${name} }`,
          '0:2:18 a.keys must be names of variables, like [OPENAI_API_KEY], none that ai sets itself',
        ],
      ],
    ),
    ...['command: [""]', 'command: []', 'login: []', 'login: ["", x]'].map(
      (text): [string, string] => [
        `  a: { image: y, ${text} }`,
        `0:2:18 a.${text.replace(/:.*/, '')} must be a command: a list of texts, or a text with spaces between them`,
      ],
    ),
    ...[
      'run',
      'auth',
      'base',
      'build',
      'A',
      'a_b',
      'a-',
      '"a/b"',
      'secrets',
      '__proto__',
      '"1"',
    ].map((name): [string, string] => [
      `  ${name}: { image: y }`,
      `0:2:3 ${name.replaceAll('"', '')} must be a name in lower case that means nothing else to ai`,
    ]),
    // Of the whole.
    ['  a: { title: x }', '0:2:3 a needs npm (a package) or image'],
    ['  a:\n    image: x\n    npm: p@1.2.3', '0:3:5 a.image and npm exclude each other'],
    [
      '  a: { image: x, packages: git }',
      '0:2:18 a.packages cannot go into a ready image: leave out image, or packages',
    ],
    ['  a: { image: x, state: [.a, .a/b] }', '0:2:18 a.state has .a/b, which lies in another one'],
    [
      '  a: { image: x, state: .a/b, conversations: .a }',
      '0:2:18 a.state has .a/b, which is kept for each project (conversations)',
    ],
    [
      '  a: { image: x, conversations: [.a/b, .a/b/c] }',
      '0:2:18 a.conversations has .a/b/c, which lies in another one',
    ],
    [
      '  a: { image: x, credentials: .b/x }',
      '0:2:18 a.credentials has .b/x, which lies in no directory of state',
    ],
    [
      '  a: { image: x, credentials: .a }',
      '0:2:18 a.credentials has .a, which lies in no directory of state',
    ],
    [
      '  a: { image: x, state: [.a, .b], conversations: .a/talks, credentials: [.b/key, .a/talks/key] }',
      '0:2:60 a.credentials has .a/talks/key, which is kept for each project (conversations)',
    ],
    ...['ssh', 'gnupg', 'gitconfig', 'shared-login', 'cache', 'local'].flatMap(
      (name): [string, string][] =>
        ['', ', state: []'].map((state) => [
          `  ${name}: { image: x${state} }`,
          `0:2:3 ${name} needs state: .${name}, where it would be kept, is no place of its own`,
        ]),
    ),
    [
      '  a: { image: x, provider: { openai: { K: "{key}" }, anthropic: { U: "{url}" } } }',
      '0:2:30 a.provider.openai needs a variable with {url} in it: nothing else tells the program where to go',
    ],
    [
      '  a: { image: x, provider: { anthropic: {} } }',
      '0:2:30 a.provider.anthropic needs a variable with {url} in it: nothing else tells the program where to go',
    ],
    [
      '  claude: { state: .x }',
      '0:2:13 claude.state is for assistants of your own: claude has its',
    ],
    [
      '  claude: { image: x, packages: git }',
      '0:2:23 claude.packages cannot go into a ready image: leave out image, or packages',
    ],
  ])('%s', async (text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });

  it('is told with all others', async () => {
    expect(await problems('  a: { npm: x, titel: y }\n  b: { image: z, keys: "-" }')).toHaveLength(
      3,
    );
  });
});

it('shows nothing of what may be a secret', async () => {
  const secret = 'c0ffee'.repeat(10);
  const text = `  a: { image: y, environment: ${secret}, keys: ["${secret}="] }`;
  const error: unknown = await read(text).catch((thrown: unknown) => thrown);
  if (!isAiError(error, 'AI_SETTING_INVALID')) throw error;
  expect(error.facts.problems).toHaveLength(2);
  expect(JSON.stringify(error.facts)).not.toContain(secret.slice(0, 12));
});

describe('layers', () => {
  it('make one definition, key by key, and what only the whole shows is wrong at the last of them', async () => {
    const user = '  a: { npm: p@1.2.3, environment: { A: 1 } }';
    expect(await read(user, '  a: { title: T, environment: { B: 2 } }')).toEqual({
      a: { npm: 'p@1.2.3', title: 'T', environment: { A: '1', B: '2' } },
    });
    expect(await problems(user, '  a: { image: x }')).toEqual([
      '1:2:8 a.image and npm exclude each other',
    ]);
    expect(await problems('  a: { image: x }', user)).toEqual([
      '0:2:8 a.image and npm exclude each other',
    ]);
    expect(await problems(user, '  b: { title: T }')).toEqual([
      '1:2:3 b needs npm (a package) or image',
    ]);
  });

  it('add to what stands in a part: of flags, variables and ways to a provider; lists are the last one’s', async () => {
    expect(
      await read(
        `  a: { image: x, keys: [A, B], flags: { model: [-m, "{model}"], yolo: -y },
       provider: { openai: { U: "{url}" } } }`,
        '  a: { keys: C, flags: { yolo: [] }, provider: { openai: { K: "{key}" }, anthropic: { V: "{url}" } } }',
      ),
    ).toEqual({
      a: {
        image: 'x',
        keys: ['C'],
        flags: { model: ['-m', '{model}'], yolo: [] },
        provider: { openai: { U: '{url}', K: '{key}' }, anthropic: { V: '{url}' } },
      },
    });
  });

  it('take variables of ai’s own settings for others', async () => {
    expect(await problems('  a: { image: x, keys: AI_GATEWAY_API_KEY }')).toEqual([]);
    expect(await problems('  cache: { image: x, state: .cache/mine }')).toEqual([]);
    expect(await problems('  claude: { provider: { anthropic: { A: 1 } } }')).toEqual([]);
  });

  it('may override a built-in one without saying what it is', async () => {
    expect(await problems('  claude: { environment: { A: 1 } }')).toEqual([]);
  });
});

it.each(['overlay', 'devcontainer', 'x-project', 'a-b-project'])(
  'has no name that is a place, or another image’s: %s',
  async (name) => {
    expect(await problems(`  ${name}: { image: x }`)).toEqual([
      expect.stringContaining('a name in lower case that means nothing else') as string,
    ]);
    expect(await problems(`  ${name}s: { image: x }`)).toEqual([]);
  },
);

it('reserves every command', () => {
  expect(reservedNames).toEqual(expect.arrayContaining([...commandNames, 'help', 'version']));
});
