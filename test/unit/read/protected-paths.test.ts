// What of a project's repositories is to be read-only: every way to another configuration, and nothing that is not there.

import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AiError } from '../../../src/base/errors.ts';
import { lookForExecutables } from '../../../src/read/executable-files.ts';
import { findRepository, readGitFacts } from '../../../src/read/git-layout.ts';
import { ownPointer, readProtectedPaths } from '../../../src/read/protected-paths.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let parent: string;
let root: string;
beforeEach(() => {
  parent = temporaryDirectory();
  root = makeRepository({ directory: path.join(parent, 'app') });
});
const at = (...names: string[]): string => path.join(root, ...names);
const gitHere = (...words: string[]): string => git(words, { directory: root });

/** `name` for what is there, `+name` for what would be made, `@name` for a link that is left out. */
function found(ours: readonly string[] = [], top = root, hooksPath?: string): string[] {
  const repository = findRepository(top, () => true);
  const facts = repository && readGitFacts(repository);
  const { repositories } = lookForExecutables({
    ...{ root: top, most: 50_000, time: 10_000 },
    ...(facts && { commonDirectory: facts.commonDirectory }),
  });
  const isOurs = (file: string): boolean => ours.includes(path.relative(parent, file));
  const read = readProtectedPaths({
    root: top,
    isProject: true,
    git: facts,
    repositories,
    isOurs,
    hooksPath,
  });
  return [
    ...read.paths.map((one) => `${one.placeholder ? '+' : ''}${path.relative(parent, one.path)}`),
    ...read.links.map((link) => `@${path.relative(parent, link)}`),
  ].sort();
}

const ofApp = ['+app/.git/commondir', 'app/.git/config', 'app/.git/hooks'];

describe('of a repository', () => {
  it('its hooks and configuration, and a way to another one', () => {
    expect(found()).toEqual(ofApp);
  });

  it('what is missing is made, and so is what another run has made', () => {
    rmSync(at('.git/hooks'), { recursive: true });
    expect(found()).toContain('+app/.git/hooks');
    mkdirSync(at('.git/hooks'));
    writeFileSync(at('.git/commondir'), '.\n');
    expect(found()).toEqual(['app/.git/commondir', 'app/.git/config', 'app/.git/hooks']);
    const ours = ['app/.git/hooks'];
    expect(found(ours)).toEqual(['+app/.git/hooks', 'app/.git/commondir', 'app/.git/config']);
    writeFileSync(at('.git/hooks/pre-commit'), '');
    expect(found(ours)).toEqual(['app/.git/commondir', 'app/.git/config', 'app/.git/hooks']);
  });

  it('what nobody but ai writes is ai’s, whoever’s run has made it', () => {
    writeFileSync(at('.git/commondir'), ownPointer);
    expect(found()).toEqual(ofApp);
    expect(gitHere('rev-parse', '--git-common-dir', '--git-dir').split('\n')).toContain('.git');
  });

  it('what the configuration includes is made nowhere among the user’s files', () => {
    gitHere('config', 'include.path', '../local.gitconfig');
    gitHere('config', '--add', 'include.path', 'more');
    expect(found()).toEqual([...ofApp, '+app/.git/more'].sort());
  });

  it('what the configuration leads to in the project', () => {
    mkdirSync(at('tools'));
    writeFileSync(at('tools/check'), '');
    symlinkSync('../../tools/check', at('.git/hooks/pre-commit'));
    symlinkSync('/bin/true', at('.git/hooks/pre-push'));
    writeFileSync(at('shared'), '');
    gitHere('config', 'include.path', '../shared');
    gitHere('config', 'includeIf.gitdir:x.path', '/etc/gitconfig');
    gitHere('config', 'core.hooksPath', 'tools');
    gitHere('config', 'extensions.worktreeConfig', 'true');
    expect(found()).toEqual(
      [
        ...ofApp,
        ...['+app/.git/config.worktree', 'app/shared', 'app/tools', 'app/tools/check'],
      ].sort(),
    );
  });

  it('the user’s own place for hooks, where that is in the project', () => {
    mkdirSync(at('.githooks'));
    expect(found([], root, at('.githooks'))).toEqual([...ofApp, 'app/.githooks'].sort());
    expect(found([], root, at('.hooks-to-come'))).toContain('+app/.hooks-to-come');
  });

  it('its linked worktrees, as far as they are there', () => {
    gitHere('worktree', 'add', '-q', path.join(parent, 'one'));
    gitHere('worktree', 'add', '-q', path.join(parent, 'two'));
    rmSync(path.join(parent, 'two'), { recursive: true });
    const ofOne = 'app/.git/worktrees/one/commondir';
    expect(found()).toEqual([...ofApp, ofOne].sort());
    expect(found([], path.join(parent, 'one'))).toEqual([...ofApp, ofOne, 'one/.git'].sort());
  });

  it('its submodules and those that merely lie in it', () => {
    gitHere('submodule', 'add', '-q', makeRepository(), 'libs/sub');
    makeRepository({ directory: at('nested') });
    const of = (name: string): string[] => ofApp.map((one) => one.replace('app/.git', name));
    expect(found()).toEqual(
      [
        ...ofApp,
        ...of('app/.git/modules/libs/sub'),
        ...of('app/nested/.git'),
        'app/libs/sub/.git',
      ].sort(),
    );
  });

  it('nothing where there is none', () => {
    const plain = path.join(parent, 'plain');
    mkdirSync(plain);
    expect(found([], plain)).toEqual([]);
  });
});

describe('a link', () => {
  it('of a repository that merely lies in the project is left out, with the rest protected', () => {
    const real = makeRepository({ directory: at('.repo/p') });
    renameSync(`${real}/.git/hooks`, at('.repo/hooks'));
    symlinkSync('../../hooks', `${real}/.git/hooks`);
    mkdirSync(at('p'));
    symlinkSync('../.repo/p/.git', at('p/.git'));
    expect(found()).toEqual(
      [
        ...ofApp,
        ...['+app/.repo/p/.git/commondir', 'app/.repo/p/.git/config'],
        ...['@app/.repo/p/.git/hooks', '@app/p/.git'],
      ].sort(),
    );
  });

  it.each(['.git/hooks', '.git/config', '.git', '.git/commondir'])(
    'in the place of %s is refused',
    (name) => {
      const real = path.join(parent, 'real');
      if (name === '.git/commondir') writeFileSync(real, '.\n');
      else renameSync(at(name), real);
      symlinkSync(real, at(name));
      expect(() => found()).toThrow(
        expect.objectContaining({ code: 'AI_PROTECT_LINK', facts: { path: at(name) } }) as AiError,
      );
    },
  );

  it('on the way to core.hooksPath is refused', () => {
    mkdirSync(path.join(parent, 'hooks'));
    symlinkSync('..', at('up'));
    mkdirSync(at('real'));
    symlinkSync('real', at('tools'));
    gitHere('config', 'core.hooksPath', 'tools');
    expect(() => found()).toThrow(expect.objectContaining({ code: 'AI_PROTECT_LINK' }) as AiError);
  });
});
