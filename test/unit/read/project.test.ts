// The root, the package and the id of a project, in real directories.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import type { ProjectFacts } from '../../../src/plan/facts.ts';
import { readProject } from '../../../src/read/project.ts';

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'project-')));
  make('home/user/.docker-ai-config/');
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

/** Makes directories (names that end in a slash) and files with the given content. */
function make(name: string, content = ''): void {
  const file = path.join(base, name);
  mkdirSync(name.endsWith('/') ? file : path.dirname(file), { recursive: true });
  if (!name.endsWith('/')) writeFileSync(file, content);
}

/** The least that git takes for a repository. */
function makeRepository(name: string): void {
  make(`${name}/.git/HEAD`, 'ref: refs/heads/main\n');
  make(`${name}/.git/objects/`);
  make(`${name}/.git/refs/`);
}

function read(directory: string, allowAnyRoot = false): ProjectFacts {
  const home = path.join(base, 'home/user');
  return readProject(path.join(base, directory), {
    home,
    stateDirectory: path.join(home, '.docker-ai-config'),
    allowAnyRoot,
  });
}

const rootOf = (directory: string): string => path.relative(base, read(directory).root);

function failure(action: () => ProjectFacts): object | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof AiError) return { code: error.code as string, ...(error.facts as object) };
    throw error;
  }
  return undefined;
}

describe('the root', () => {
  it('is the top of the git repository', () => {
    makeRepository('home/user/app');
    make('home/user/app/src/deep/');
    expect(read('home/user/app/src/deep')).toMatchObject({
      directory: `${base}/home/user/app/src/deep`,
      root: `${base}/home/user/app`,
      rootReason: 'git repository',
      name: 'app',
    });
  });

  it('is the inner of two repositories that have nothing to do with each other', () => {
    makeRepository('outer');
    makeRepository('outer/vendor/inner');
    expect(rootOf('outer/vendor/inner')).toBe('outer/vendor/inner');
  });

  it('is the git top level even where a workspace marker is nearer', () => {
    makeRepository('app');
    make('app/web/pnpm-workspace.yaml');
    expect(rootOf('app/web')).toBe('app');
  });

  const markers: [name: string, content?: string][] = [
    ['pnpm-workspace.yaml'],
    ['package.json', '{"workspaces": ["a/*"]}'],
    ['nx.json'],
    ['turbo.json'],
    ['lerna.json'],
    ['rush.json'],
    ['go.work'],
    ['Cargo.toml', '[package]\nname = "x"\n\n[workspace]\nmembers = []\n'],
    ['MODULE.bazel'],
    ['settings.gradle'],
    ['settings.gradle.kts'],
    ['.jj/'],
    ['.hg/'],
  ];
  it.each(markers)('is where %s is, without git', (name, content) => {
    make(`app/${name}`, content);
    make('app/packages/one/');
    expect(rootOf('app/packages/one')).toBe('app');
    expect(read('app/packages/one').rootReason).toBe(name.replace('/', ''));
  });

  const noMarkers: [name: string, content: string][] = [
    ['package.json', '{"name": "x"}'],
    ['package.json', 'not json, but "workspaces"'],
    ['package.json', 'null'],
    ['Cargo.toml', '[package]\nworkspace = ".."\n'],
    ['go.mod', 'module x'],
    ['README.md', ''],
  ];
  it.each(noMarkers)('is not made by %s with %j', (name, content) => {
    make(`app/${name}`, content);
    make('app/one/');
    expect(rootOf('app/one')).toBe('app/one');
  });

  const mebibyte = 1024 * 1024;
  it.each([
    ['Cargo.toml', '\n'.repeat(mebibyte)],
    ['Cargo.toml', ' '.repeat(mebibyte)],
    ['Cargo.toml', ' \n'.repeat(mebibyte / 2)],
    ['package.json', '\n'.repeat(mebibyte)],
    ['package.json', '['.repeat(mebibyte)],
    ['.git', '\n'.repeat(mebibyte)],
    ['.git', `gitdir: ${'\n'.repeat(65_000)}x`],
    ['.git', `gitdir: ${'\r\n'.repeat(32_000)}`],
  ])('is found at once beside a %s that was made to take long', (name, content) => {
    make(`app/${name}`, content);
    // Of the processor: others may have it meanwhile.
    const start = process.cpuUsage();
    expect(rootOf('app')).toBe('app');
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(200);
  });

  it('is the nearest of two markers', () => {
    make('app/nx.json');
    make('app/inner/go.work');
    make('app/inner/cmd/');
    expect(rootOf('app/inner/cmd')).toBe('app/inner');
  });

  it('is the current directory where nothing marks one', () => {
    make('plain/sub/');
    expect(read('plain/sub')).toMatchObject({
      root: `${base}/plain/sub`,
      rootReason: 'no project found: the current directory',
    });
    expect(read('plain/sub')).not.toHaveProperty('git');
  });

  it('is found behind symlinks, at its real place', () => {
    makeRepository('real/app');
    make('real/app/src/');
    symlinkSync(path.join(base, 'real/app/src'), path.join(base, 'shortcut'));
    expect(read('shortcut')).toMatchObject({
      directory: `${base}/real/app/src`,
      root: `${base}/real/app`,
    });
  });

  it('is not a directory whose .git has no HEAD', () => {
    make('app/.git/objects/');
    make('app/.git/refs/');
    make('app/src/');
    expect(rootOf('app/src')).toBe('app/src');
  });

  it.each(['gitdir: /nowhere/at/all', 'gitdir: ', 'nonsense', ''])(
    'is not a directory whose .git file says %j',
    (content) => {
      makeRepository('outer');
      make('outer/broken/.git', content);
      expect(rootOf('outer/broken')).toBe('outer');
    },
  );

  it('is not taken from GIT_DIR', () => {
    makeRepository('other');
    make('plain/');
    process.env['GIT_DIR'] = path.join(base, 'other/.git');
    expect(rootOf('plain')).toBe('plain');
    delete process.env['GIT_DIR'];
  });
});

describe('a dotfiles repository in the home directory', () => {
  beforeEach(() => {
    makeRepository('home/user');
    make('home/user/package.json', '{"workspaces": []}');
  });

  it('does not pull the home directory in', () => {
    make('home/user/notes/');
    expect(read('home/user/notes')).toMatchObject({
      root: `${base}/home/user/notes`,
      rootReason: 'no project found: the current directory',
    });
    expect(read('home/user/notes')).not.toHaveProperty('git');
  });

  it('leaves workspace markers below it in force', () => {
    make('home/user/notes/turbo.json');
    make('home/user/notes/web/');
    expect(rootOf('home/user/notes/web')).toBe('home/user/notes');
  });

  it('leaves repositories below it in force', () => {
    makeRepository('home/user/app');
    expect(rootOf('home/user/app')).toBe('home/user/app');
  });
});

describe('a refused root', () => {
  const refused: [directory: string, why: string][] = [
    ['home/user', 'it is your home directory'],
    ['home', 'it contains your home directory'],
    ['home/user/.docker-ai-config', 'it belongs to the state of ai itself'],
    ['home/user/.docker-ai-config/runs', 'it belongs to the state of ai itself'],
  ];
  it.each(refused)('%s, because %s', (directory, why) => {
    make(`${directory}/`);
    expect(failure(() => read(directory))).toEqual({
      code: 'AI_ROOT_REFUSED',
      path: path.join(base, directory),
      why,
    });
    expect(read(directory, true).root).toBe(path.join(base, directory));
  });

  it.each(['/', '/usr', '/etc', '/tmp', '/var', '/proc', '/etc/ssl', '/dev/shm', '/boot'])(
    '%s of this machine',
    (directory) => {
      const options = { home: '/nonexistent/user', stateDirectory: '/nonexistent/state' };
      const refuse = () => readProject(directory, { ...options, allowAnyRoot: false });
      expect(failure(refuse)).toMatchObject({ code: 'AI_ROOT_REFUSED' });
      expect(readProject(directory, { ...options, allowAnyRoot: true }).root).toBe(directory);
    },
  );

  it('is one that contains the state directory elsewhere, even before that exists', () => {
    make('elsewhere/');
    const stateDirectory = path.join(base, 'elsewhere/deep/state');
    const options = { home: path.join(base, 'home/user'), stateDirectory, allowAnyRoot: false };
    expect(failure(() => readProject(path.join(base, 'elsewhere'), options))).toMatchObject({
      why: 'it contains the state of ai itself',
    });
  });

  it('is the home directory behind a symlink too', () => {
    symlinkSync(path.join(base, 'home/user'), path.join(base, 'me'));
    expect(failure(() => read('me'))).toMatchObject({ code: 'AI_ROOT_REFUSED' });
  });

  it('stays refused for the ancestors of a directory that is allowed', () => {
    makeRepository('home/user');
    make('home/user/.docker-ai-config/runs/');
    expect(read('home/user/.docker-ai-config/runs', true).root).toMatch(/runs$/);
  });

  it('has its name empty where it is the whole file system', () => {
    const options = {
      home: '/nonexistent/user',
      stateDirectory: '/nonexistent/s',
      allowAnyRoot: true,
    };
    const { name, id } = readProject('/', options);
    expect(name).toBe('');
    expect(id).toMatch(/^project-[0-9a-f]{12}$/);
  });
});

describe('a directory that cannot be used', () => {
  it('is missing', () => {
    const missing = path.join(base, 'gone');
    expect(failure(() => read('gone'))).toEqual({ code: 'AI_DIRECTORY_MISSING', path: missing });
  });

  it('is a file', () => {
    make('file');
    expect(failure(() => read('file'))).toMatchObject({ code: 'AI_DIRECTORY_MISSING' });
  });

  it.runIf(process.getuid?.() === 0)('is closed to this user', () => {
    make('closed/');
    process.seteuid?.(65534);
    try {
      expect(failure(() => read('closed'))).toMatchObject({ code: 'AI_PROJECT_UNREADABLE' });
    } finally {
      process.seteuid?.(0);
    }
  });
});

describe('the package', () => {
  it.each(['package.json', 'Cargo.toml', 'go.mod', 'pyproject.toml', 'pom.xml'])(
    'is the nearest directory with %s',
    (manifest) => {
      makeRepository('app');
      make(`app/${manifest}`);
      make(`app/packages/one/${manifest}`);
      make('app/packages/one/src/');
      expect(read('app/packages/one/src').package).toBe('packages/one');
    },
  );

  it('is absent where only the root is one', () => {
    makeRepository('app');
    make('app/package.json');
    make('app/src/');
    expect(read('app/src')).not.toHaveProperty('package');
    expect(read('app')).not.toHaveProperty('package');
  });
});

describe('the id', () => {
  const ids: [name: string, readable: string][] = [
    ['app', 'app'],
    ['My App', 'My-App'],
    ['a.b_c-1', 'a.b_c-1'],
    ['--flag', 'flag'],
    ['...', 'project'],
    ['日本', 'project'],
    ['naïve café', 'na-ve-caf-'],
    ['$(reboot)', 'reboot-'],
    ['new\nline', 'new-line'],
    ['x'.repeat(60), 'x'.repeat(40)],
  ];
  it.each(ids)('of %j begins with %j', (name, readable) => {
    make(`${name}/`);
    const { id } = read(name);
    expect(id.slice(0, -13)).toBe(readable);
    expect(id).toMatch(/^[A-Za-z0-9._-]+-[0-9a-f]{12}$/);
  });

  it('differs between projects of the same name', () => {
    make('one/app/');
    make('two/app/');
    expect(read('one/app').id).not.toBe(read('two/app').id);
  });

  it('does not depend on where below the root ai was started', () => {
    makeRepository('app');
    make('app/src/');
    expect(read('app/src').id).toBe(read('app').id);
  });
});

it('tells who owns the root', () => {
  make('app/');
  expect(read('app').owner).toEqual({ uid: process.getuid?.(), gid: process.getgid?.() });
});
