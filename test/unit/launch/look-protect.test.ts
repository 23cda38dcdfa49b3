// What is to be read-only of a project and of what else a session can write in, and what of it is left out and said.

import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { lookForProtect } from '../../../src/launch/look-protect.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import type { ProtectFacts } from '../../../src/plan/protect-facts.ts';
import { findRepository, readGitFacts } from '../../../src/read/git-layout.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let parent: string;
beforeEach(() => {
  parent = temporaryDirectory();
  makeRepository({ directory: at('app') });
});
const at = (...names: string[]): string => path.join(parent, ...names);
const gitHere = (...words: string[]): string => git(words, { directory: at('app') });

function put(name: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), '#!/bin/sh\n');
  chmodSync(at(name), 0o755);
}

async function look(
  protect: 'readonly' | 'report' = 'readonly',
  mounts: Facts['mounts'] = [],
): Promise<ProtectFacts | undefined> {
  const repository = findRepository(at('app'), () => true);
  const found = repository && readGitFacts(repository);
  const facts = buildFacts({
    project: { root: at('app'), directory: at('app'), ...(found && { git: found }) },
    settings: { protect },
    state: { directory: at('state'), writable: at('state') },
    mounts,
  });
  return lookForProtect({ environment: process.env }, facts);
}
const pathsOf = (facts?: ProtectFacts): string[] =>
  (facts?.paths ?? []).map((one) => path.relative(parent, one.path)).sort();

const ofApp = ['app/.git/commondir', 'app/.git/config', 'app/.git/hooks'];

it('is nothing where nothing is to be read-only', async () => {
  expect(await look('report')).toBe(undefined);
});

it('is git’s own, and nothing is left to say', async () => {
  const facts = await look();
  expect(pathsOf(facts)).toEqual(ofApp);
  expect(facts).toMatchObject({ left: 0, links: [], tracked: [], complete: true, isNews: true });
  expect(Object.keys(facts?.seen?.[at('app')]?.files ?? {})).toContain('.git/config');
});

describe('hooks in the worktree', () => {
  it('are protected, and left to git where git tracks them', async () => {
    put('app/.husky/pre-commit');
    put('app/tools/check');
    put('app/tools/other');
    gitHere('config', 'core.hooksPath', '.husky');
    symlinkSync('../tools/check', at('app/.husky/pre-push'));
    symlinkSync('../tools/other', at('app/.husky/commit-msg'));
    const all = [...ofApp, 'app/.husky', 'app/tools/check', 'app/tools/other'];
    expect(pathsOf(await look())).toEqual(all.sort());
    gitHere('add', '.husky', 'tools/check');
    const facts = await look();
    expect(pathsOf(facts)).toEqual([...ofApp, 'app/tools/other'].sort());
    expect(facts?.tracked).toEqual(['.husky', 'tools/check']);
  });

  it('are protected where git does not say', async () => {
    put('app/.husky/pre-commit');
    gitHere('add', '.husky');
    gitHere('config', 'core.hooksPath', '.husky');
    writeFileSync(at('app/.git/index'), 'broken');
    expect(pathsOf(await look())).toContain('app/.husky');
  });
});

describe('other directories that a session can write in', () => {
  const extra = (name: string, readOnly = false): Facts['mounts'][number] => ({
    ...{ source: at(name), target: `/${name}`, readOnly, kind: 'directory', gid: 0 },
  });
  const ofOther = ofApp.map((one) => one.replace('app/', 'other/'));

  it('are protected as well, each once; read-only ones need nothing', async () => {
    makeRepository({ directory: at('other') });
    makeRepository({ directory: at('third') });
    const facts = await look('readonly', [extra('other'), extra('other'), extra('third', true)]);
    expect(pathsOf(facts)).toEqual([...ofApp, ...ofOther].sort());
  });

  it('may be a git directory themselves', async () => {
    makeRepository({ directory: at('other') });
    expect(pathsOf(await look('readonly', [extra('other/.git')]))).toEqual(
      [...ofApp, ...ofOther].sort(),
    );
  });

  it('do not stop a start by a link', async () => {
    makeRepository({ directory: at('other') });
    renameSync(at('other/.git/hooks'), at('hooks'));
    symlinkSync(at('hooks'), at('other/.git/hooks'));
    const facts = await look('readonly', [extra('other')]);
    expect(pathsOf(facts)).not.toContain('other/.git/hooks');
    expect(facts?.links).toEqual([at('other/.git/hooks')]);
  });
});
