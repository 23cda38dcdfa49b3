// Which names are run later by this machine, and what counts as a change.

import { describe, expect, it } from 'vitest';
import {
  changesBetween,
  isPassedOver,
  kindOfFile,
  kindOfTree,
  type ExecutableFiles,
  type SeenFile,
} from '../../../src/plan/executable-files.ts';

describe('a name', () => {
  it.each([
    ['', 'Makefile', 'make'],
    ['', 'makefile', 'make'],
    ['sub', 'justfile', 'make'],
    ['', 'Taskfile.yml', 'make'],
    ['', '.envrc', 'shell'],
    ['', 'package.json', 'scripts'],
    ['', '.mcp.json', 'assistant'],
    ['.claude', 'settings.local.json', 'assistant'],
    ['.claude', 'CLAUDE.md', undefined],
    ['', 'settings.json', undefined],
    ['', '.gitlab-ci.yml', 'CI'],
    ['', 'Jenkinsfile', 'CI'],
    ['', 'my.code-workspace', 'editor'],
    ['', 'constructor', undefined],
    ['', '.gitattributes', 'git config'],
    ['.cargo', 'config.toml', 'scripts'],
    ['', 'config.toml', undefined],
    ['.config', 'mise.toml', 'shell'],
    ['', 'mise.local.toml', 'shell'],
    ['', '.envrc.local', 'shell'],
    ['', 'flake.nix', 'shell'],
    ['', '.lefthook-local.toml', 'git hook'],
    ['', 'lefthook.yaml', 'git hook'],
    ['', '.lintstagedrc.mjs', 'git hook'],
    ['', '.devcontainer.json', 'editor'],
    ['', 'azure-pipelines.yaml', 'CI'],
    ['', 'buildspec.yaml', 'CI'],
    ['src', 'index.js', undefined],
  ])('%s/%s', (parent, name, kind) => {
    expect(kindOfFile(parent, name)).toBe(kind);
  });

  it.each([
    ['', '.vscode', 'editor'],
    ['', '.VSCode', 'editor'],
    ['', '.idea', 'editor'],
    ['', '.husky', 'git hook'],
    ['.github', 'workflows', 'CI'],
    ['docs', 'workflows', undefined],
    ['', '.circleci', 'CI'],
    ['.claude', 'hooks', 'assistant'],
    ['', '.cursor', 'assistant'],
    ['.yarn', 'releases', 'scripts'],
    ['', '.helix', 'editor'],
    ['', '.lefthook', 'git hook'],
    ['', '.mise', 'shell'],
    ['', '__proto__', undefined],
  ])('of a directory %s/%s', (parent, name, kind) => {
    expect(kindOfTree(parent, name)).toBe(kind);
  });

  it('of dependencies is passed over', () => {
    expect(['node_modules', '.venv', 'src'].map(isPassedOver)).toEqual([true, true, false]);
  });
});

describe('between two looks', () => {
  const file = (print: string, more: Partial<SeenFile> = {}): SeenFile => ({
    ...{ kind: 'make' as const, print, touched: 0 },
    ...more,
  });
  const look = (files: Record<string, SeenFile>, complete = true): ExecutableFiles => ({
    ...{ taken: 1000, complete, files },
  });

  it('what is added, changed and removed is told, by path, with the texts that there are', () => {
    const before = look({ c: file('1', { text: 'x' }), b: file('2', { text: 'y' }), a: file('3') });
    const after = look({ d: file('4', { text: 'z' }), b: file('5', { text: 'w' }), a: file('3') });
    expect(changesBetween(before, after)).toEqual([
      { path: 'b', kind: 'make', change: 'changed', before: 'y', after: 'w' },
      { path: 'c', kind: 'make', change: 'removed', before: 'x' },
      { path: 'd', kind: 'make', change: 'added', after: 'z' },
    ]);
  });

  it('nothing is told where only the time is another', () => {
    const files = { a: file('1', { touched: 5 }) };
    expect(changesBetween(look({ a: file('1') }), look(files))).toEqual([]);
  });

  it('an address counts where it is another than before, not where it is new or gone', () => {
    const to = (addresses: Record<string, string>): ExecutableFiles =>
      look({ a: file('1', { addresses }) });
    const changed = (was: Record<string, string>, is: Record<string, string>): number =>
      changesBetween(to(was), to(is)).length;
    expect(changed({ origin: '1' }, { origin: '1', fork: '2' })).toBe(0);
    expect(changed({ origin: '1', fork: '2' }, { origin: '1' })).toBe(0);
    expect(changed({ origin: '1' }, { origin: '2' })).toBe(1);
  });

  it('what an incomplete look has missed is new only if it was touched since', () => {
    const after = look({ old: file('1', { touched: 900 }), new: file('1', { touched: 1200 }) });
    expect(changesBetween(look({}, false), after).map(({ path }) => path)).toEqual(['new']);
    expect(changesBetween(look({}), after).map(({ path }) => path)).toEqual(['new', 'old']);
  });

  it('names that objects have anyway are names like others', () => {
    const after = look(
      JSON.parse('{"__proto__":{"kind":"make","print":"1","touched":0}}') as never,
    );
    expect(changesBetween(look({}), after)).toMatchObject([{ path: '__proto__', change: 'added' }]);
  });
});
