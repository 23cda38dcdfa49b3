// The settings files of a project: which of them count, in which order, and what is not even opened.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readProjectSettings, type ProjectSettings } from '../../../src/read/project-settings.ts';
import { isUnchanged, lookForSettings } from '../../../src/read/settings-places.ts';
import { settingsPlaces } from '../../../src/read/settings-search.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let root: string;
let home: string;
beforeEach(() => {
  home = temporaryDirectory();
  root = path.join(home, 'code', 'shop');
  mkdirSync(root, { recursive: true });
});

function put(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

const read = (below = '.'): Promise<ProjectSettings> =>
  readProjectSettings({ directory: path.resolve(root, below), root, home });

/** `name key=value …` for each file, in order; then what is skipped, and what is wrong. */
async function told(below?: string): Promise<string[]> {
  const { files, skipped } = await read(below);
  return [
    ...files.map(({ name, layer, problems }) =>
      [
        name,
        ...layer.values.map(({ key, value }) =>
          value.kind === 'data' ? `${key}=${JSON.stringify(value.data)}` : key,
        ),
        ...problems.map(({ origin, problem }) => `!${path.relative(root, origin)} ${problem}`),
      ].join(' '),
    ),
    ...skipped.map(({ file, why }) => `${path.relative(root, file)}: ${why}`),
  ];
}

const valid: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "x", "ai": { "pids": 7 } }',
  '.airc': 'pids: 7\n',
};
const textFor = (name: string): string =>
  valid[name] ?? (name.endsWith('.json') ? '{ "pids": 7 }' : 'pids: 7\n');

describe('in one directory', () => {
  it('are none by default', async () => {
    expect(await read()).toEqual({ files: [], skipped: [] });
  });

  it.each(settingsPlaces)('may be %s', async (name) => {
    put(name, textFor(name));
    expect(await told()).toEqual([`${name === 'package.json' ? 'package.json#ai' : name} pids=7`]);
  });

  it.each(settingsPlaces.slice(1).map((name, at) => [name, settingsPlaces[at]] as const))(
    'count before %s where there is %s',
    async (name, first = '.airc') => {
      put(name, textFor(name));
      put(first, textFor(first));
      expect(await told()).toEqual([`${first} pids=7`, `${name}: ${first} beside it counts`]);
    },
  );

  it.each([
    '.airc.js',
    '.airc.cjs',
    '.airc.ts',
    'ai.config.js',
    'ai.config.mjs',
    '.config/airc',
    '.config/ai.config.json',
  ])('are not %s', async (name) => {
    put(name, textFor(name));
    expect(await read()).toEqual({ files: [], skipped: [] });
  });

  it('leave an empty one to the next', async () => {
    put('.airc', '\n');
    put('.airc.yaml', 'pids: 7\n');
    expect(await told()).toEqual(['.airc.yaml pids=7']);
  });
});

describe('in package.json', () => {
  it.each([
    ['a dependency of that name', '{ "dependencies": { "ai": "1" } }'],
    ['no object', '["ai"]'],
    ['no JSON', '{ "ai": '],
  ])('%s is nothing of ours', async (_what, text) => {
    put('package.json', text);
    expect(await read()).toEqual({ files: [], skipped: [] });
  });

  it('are told with their own lines', async () => {
    put('package.json', '{\n  "name": "x",\n  "ai": {\n    "pids": 7\n  }\n}\n');
    const [file] = (await read()).files;
    expect(file?.layer.values[0]?.place).toBe(`${path.join(root, 'package.json')}:4:5`);
  });

  it('are another content only where the settings are another', async () => {
    const hash = async (text: string): Promise<string | undefined> => {
      put('package.json', text);
      return (await read()).files[0]?.hash;
    };
    const first = await hash('{ "ai": { "pids": 7 } }');
    expect(await hash('{ "name": "y",\n\n "ai": { "pids": 7 }, "version": "2" }')).toBe(first);
    expect(await hash('{ "ai": { "pids": 8 } }')).not.toBe(first);
  });
});

describe('of a monorepo', () => {
  beforeEach(() => {
    put('.airc', 'pids: 1\n');
    put('packages/ai.config.json', '{ "pids": 2 }');
    put('packages/api/package.json', '{ "ai": { "pids": 3 } }');
    put('packages/web/.airc', 'pids: 4\n');
    writeFileSync(path.join(root, '..', '.airc'), 'pids: 0\n');
  });

  it('are read from the root to where the command works, and nowhere else', async () => {
    expect(await told('packages/api')).toEqual([
      '.airc pids=1',
      'packages/ai.config.json pids=2',
      'packages/api/package.json#ai pids=3',
    ]);
    expect(await told()).toEqual(['.airc pids=1']);
  });
});

describe('that cannot be used', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'a link that leads out',
      () => {
        link('/etc/passwd');
      },
      /leads out of the project/,
    ],
    [
      'a link to its neighbour',
      () => {
        link('../other');
      },
      /leads (out of the project|nowhere)/,
    ],
    [
      'a link that leads nowhere',
      () => {
        link('gone');
      },
      /leads nowhere/,
    ],
    [
      'a link to itself',
      () => {
        link('.airc');
      },
      /leads nowhere/,
    ],
    [
      'a directory',
      () => {
        mkdirSync(path.join(root, '.airc'));
      },
      /not a regular file/,
    ],
    ['a pipe', () => execFileSync('mkfifo', [path.join(root, '.airc')]), /not a regular file/],
    [
      'a huge file',
      () => {
        put('.airc', 'pids: 1\n');
        truncateSync(path.join(root, '.airc'), 256 * 1024 + 1);
      },
      /more than 256 kB/,
    ],
  ])('are said, and not opened: %s', async (_what, plant, why) => {
    plant();
    const { files, skipped } = await read();
    expect(files).toEqual([]);
    expect(skipped).toEqual([
      { file: path.join(root, '.airc'), why: expect.stringMatching(why) as string },
    ]);
  });

  it('have no values where their form is wrong, and say where', async () => {
    put('.airc', 'pids: 1\nmemory: [\n');
    const [line = ''] = await told();
    expect(line).toMatch(/^\.airc !\.airc:\d:\d+ \S/);
  });

  it('are noticed where they are exchanged after the look', () => {
    put('.airc', 'pids: 1\n');
    const look = lookForSettings(root, root);
    const file = path.join(root, '.airc');
    expect(isUnchanged(look, file)).toBe(true);
    put('other', 'pids: 2\n');
    renameSync(path.join(root, 'other'), file);
    expect(isUnchanged(look, file)).toBe(false);
    rmSync(file);
    expect(isUnchanged(look, file)).toBe(false);
  });

  it('do not hold up a start where a pipe takes their place meanwhile', async () => {
    put('.airc', 'pids: 1\n');
    const file = path.join(root, '.airc');
    const reading = read();
    // The look is over, and nothing is opened yet.
    rmSync(file);
    execFileSync('mkfifo', [file]);
    expect(await reading).toEqual({
      files: [],
      skipped: [{ file, why: 'it changed while it was read' }],
    });
  });
});

function link(target: string): void {
  symlinkSync(target, path.join(root, '.airc'));
  expect(existsSync(path.join(root, 'gone'))).toBe(false);
}

describe('with paths', () => {
  it('have them counted from the file, and ~ from the home', async () => {
    put('packages/api/.airc', 'mounts: ["data:/data:ro", "~/notes:/notes"]\nenvFiles: [.env.ai]\n');
    const [file] = (await read('packages/api')).files;
    expect(file?.layer.values.map(({ value }) => value)).toEqual([
      {
        kind: 'data',
        data: [`${root}/packages/api/data:/data:ro`, `${home}/notes:/notes`],
      },
      { kind: 'data', data: [`${root}/packages/api/.env.ai`] },
    ]);
  });

  it('are another content where a link of the project leads elsewhere', async () => {
    put('.airc', 'mounts: ["data:/data"]\n');
    const hash = async (): Promise<string | undefined> => (await read()).files[0]?.hash;
    mkdirSync(path.join(root, 'data'));
    const own = await hash();
    rmSync(path.join(root, 'data'), { recursive: true });
    symlinkSync('/usr', path.join(root, 'data'));
    const usr = await hash();
    rmSync(path.join(root, 'data'));
    symlinkSync('/etc', path.join(root, 'data'));
    expect(new Set([own, usr, await hash()]).size).toBe(3);
    const [file] = (await read()).files;
    expect(file?.layer.values[0]?.value).toEqual({ kind: 'data', data: ['/etc:/data'] });
  });
});
