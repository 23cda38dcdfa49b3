// The look at what this machine runs later: what it finds, what it does not follow, and that it ends.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changesBetween } from '../../../src/plan/executable-files.ts';
import {
  lookForExecutables,
  type ExecutableLook,
  type ExecutablesFound,
} from '../../../src/read/executable-files.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let root: string;
beforeEach(() => {
  root = makeRepository({ directory: path.join(temporaryDirectory(), 'app') });
});

const at = (...names: string[]): string => path.join(root, ...names);
function put(name: string, text = name): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}
const look = (more: Partial<ExecutableLook> = {}): ExecutablesFound =>
  lookForExecutables({
    ...{ root, commonDirectory: at('.git'), most: 50_000, time: 10_000 },
    ...more,
  });
const found = (more: Partial<ExecutableLook> = {}): string[] =>
  Object.keys(look(more).files).sort();

/** What a look tells of a change from another one. */
function changed(act: () => void): string[] {
  const before = look();
  act();
  return changesBetween(before, lookAgain(before)).map(
    ({ change, path: file }) => `${change} ${file}`,
  );
}
const lookAgain = (before: ExecutablesFound): ExecutablesFound =>
  lookForExecutables(
    { root, commonDirectory: at('.git'), most: 50_000, time: 10_000 },
    before.files,
  );

describe('a look', () => {
  it('finds files by their names, wherever they are', () => {
    for (const name of ['Makefile', 'sub/deep/.envrc', '.vscode/tasks.json', '.idea/x/y.xml'])
      put(name);
    put('src/index.js');
    put('node_modules/x/Makefile');
    put('package.json', '{"scripts":{"a":"b"}}');
    put('sub/package.json', '{"name":"no commands"}');
    expect(found()).toEqual([
      '.git/config',
      '.idea/x/y.xml',
      '.vscode/tasks.json',
      'Makefile',
      'package.json',
      'sub/deep/.envrc',
    ]);
  });

  it('finds what git runs: hooks, an own place for them, what a hook or the configuration leads to', () => {
    put('.git/hooks/pre-push');
    put('.git/hooks/pre-commit.sample');
    put('scripts/check');
    symlinkSync('../../scripts/check', at('.git/hooks/pre-commit'));
    put('tools/pre-commit');
    put('shared');
    git(['config', 'core.hooksPath', 'tools'], { directory: root });
    git(['config', 'include.path', '../shared'], { directory: root });
    expect(found()).toEqual([
      '.git/config',
      '.git/hooks/pre-commit',
      '.git/hooks/pre-push',
      'scripts/check',
      'shared',
      'tools/pre-commit',
    ]);
    expect(found({ hooksPath: at('elsewhere') })).toHaveLength(6);
  });

  it('finds repositories in the project: nested, submodules, bare ones', () => {
    makeRepository({ directory: at('nested') });
    git(['init', '-q', '--bare', 'bare'], { directory: root });
    const other = makeRepository();
    git(['submodule', 'add', '-q', other, 'libs/sub'], { directory: root });
    expect(found()).toEqual([
      '.git/config',
      '.git/modules/libs/sub/config',
      'bare/config',
      'libs/sub/.git',
      'nested/.git/config',
    ]);
    expect(look().repositories.map(({ directory, tops }) => [directory, ...tops])).toContainEqual([
      at('nested/.git'),
      at('nested'),
    ]);
  });

  it('follows no link, waits for no pipe, and takes a link for what it is', () => {
    const outside = temporaryDirectory();
    mkdirSync(path.join(outside, 'in'));
    writeFileSync(path.join(outside, 'Makefile'), 'secret');
    symlinkSync(outside, at('linked'));
    symlinkSync(outside, at('.vscode'));
    symlinkSync(path.join(outside, 'Makefile'), at('Makefile'));
    execFileSync('mkfifo', [at('.envrc')]);
    rmSync(at('.git/hooks'), { recursive: true });
    symlinkSync(outside, at('.git/hooks'));
    const { files } = look();
    expect(Object.keys(files).sort()).toEqual([
      '.envrc',
      '.git/config',
      '.git/hooks',
      '.vscode',
      'Makefile',
    ]);
    expect(JSON.stringify(files)).not.toContain('secret');
  });

  it('ends after so many entries, with what is highest', () => {
    for (let index = 0; index < 50; index++) put(`many/${index}/deep/Makefile`);
    put('Makefile');
    const { complete, files } = look({ most: 60 });
    expect(complete).toBe(false);
    expect(Object.keys(files)).toContain('Makefile');
    expect(Object.keys(files).length).toBeLessThan(50);
    expect(look({ time: -1 }).complete).toBe(false);
    expect(look().complete).toBe(true);
  });

  it('keeps no more text than it should, of none that is large or binary', () => {
    put('Makefile', 'x'.repeat(100_000));
    put('.envrc', 'a\0b');
    put('Jenkinsfile', 'y'.repeat(5_000_000));
    const { files } = look();
    for (const name of ['Makefile', '.envrc', 'Jenkinsfile'])
      expect(files[name]).not.toHaveProperty('text');
    for (let index = 0; index < 100; index++) put(`p${index}/Makefile`, 'z'.repeat(60_000));
    const texts = Object.values(look().files).map(({ text = '' }) => text.length);
    expect(texts.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(2 * 1024 ** 2);
  });
});

describe('between two looks', () => {
  it.each<[string, () => void, string[]]>([
    [
      'nothing, by time and copies',
      () => {
        utimesSync(at('Makefile'), 1, 1);
        writeFileSync(at('copy'), 'Makefile');
        renameSync(at('copy'), at('Makefile'));
      },
      [],
    ],
    [
      'another text with the old time',
      () => {
        writeFileSync(at('Makefile'), 'makefile');
        utimesSync(at('Makefile'), 1, 1);
      },
      ['changed Makefile'],
    ],
    [
      'a right to be executed',
      () => {
        chmodSync(at('Makefile'), 0o755);
      },
      ['changed Makefile'],
    ],
    [
      'a large file, in place, with the old time',
      () => {
        writeFileSync(at('Jenkinsfile'), 'z'.repeat(5_000_000));
        utimesSync(at('Jenkinsfile'), 1, 1);
      },
      ['changed Jenkinsfile'],
    ],
    [
      'the version in package.json',
      () => {
        put('package.json', '{"version":"2","scripts":{"a":"b"}}');
      },
      [],
    ],
    [
      'a script in package.json',
      () => {
        put('package.json', '{"version":"1","scripts":{"a":"c"}}');
      },
      ['changed package.json'],
    ],
    [
      'a package.json that is none',
      () => {
        put('package.json', '{');
      },
      ['changed package.json'],
    ],
    [
      'a link in the place of a directory',
      () => {
        rmSync(at('.vscode'), { recursive: true });
        symlinkSync('/etc', at('.vscode'));
      },
      ['added .vscode', 'removed .vscode/tasks.json'],
    ],
    [
      'a commondir that leads elsewhere',
      () => {
        writeFileSync(at('.git/commondir'), '../evil\n');
      },
      ['added .git/commondir'],
    ],
    [
      'a commondir of ai’s own',
      () => {
        writeFileSync(at('.git/commondir'), '.\n');
      },
      [],
    ],
    [
      'a remote and an upstream',
      () => {
        git(['remote', 'add', 'fork', 'https://fork.invalid/x.git'], { directory: root });
        git(['config', 'branch.main.remote', 'fork'], { directory: root });
      },
      [],
    ],
    [
      'where a remote is, and a program',
      () => {
        git(['remote', 'set-url', 'origin', 'https://evil.invalid/x.git'], { directory: root });
        git(['-C', 'sub', 'config', 'core.fsmonitor', './x'], { directory: root });
      },
      ['changed .git/config', 'changed sub/.git/config'],
    ],
    [
      'attributes that would be none of a configuration',
      () => {
        put('sub/.git/info/attributes', '* filter=y');
      },
      ['changed sub/.git/info/attributes'],
    ],
    [
      'a filter',
      () => {
        put('.git/info/attributes', '* filter=x');
      },
      ['added .git/info/attributes'],
    ],
  ])('%s', (_, act, expected) => {
    git(['remote', 'add', 'origin', 'https://origin.invalid/x.git'], { directory: root });
    git(['init', '-q', 'sub'], { directory: root });
    put('sub/.git/info/attributes', '* filter=x');
    put('Makefile');
    put('Jenkinsfile', 'y'.repeat(5_000_000));
    put('.vscode/tasks.json');
    put('package.json', '{"version":"1","scripts":{"a":"b"}}');
    expect(changed(act)).toEqual(expected);
  });

  it('nothing is gone that the second one only does not come to', () => {
    put('a/b/c/d/Makefile');
    const before = look();
    const after = lookForExecutables({ root, most: 0, time: 10_000 }, before.files);
    expect(after.complete).toBe(false);
    expect(changesBetween(before, after)).toEqual([]);
  });
});
