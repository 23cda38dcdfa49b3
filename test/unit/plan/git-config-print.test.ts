// What of a git configuration counts as changed: what names a program, another file or another address; not what every day brings.

import { describe, expect, it } from 'vitest';
import { printOfGitConfig } from '../../../src/plan/git-config-print.ts';

const before = `[core]
	repositoryformatversion = 0
[remote "origin"]
	url = git@example.com:one/app.git
	fetch = +refs/heads/*:refs/remotes/origin/*
`;
const was = printOfGitConfig(before);

describe('nothing that counts is changed by', () => {
  it.each([
    ['a comment', '# hello\n'],
    ['what is merged', '[branch "main"]\n\tmerge = refs/heads/main\n'],
    ['what tools keep with a branch', '[branch "main"]\n\tvscode-merge-base = origin/main\n'],
    ['who commits', '[user]\n\tname = A\n\temail = a@example.com\n'],
    ['a branch of a submodule', '[submodule "x"]\n\tactive = true\n'],
  ])('%s', (_, added) => {
    expect(printOfGitConfig(before + added)).toEqual(was);
  });

  it.each([
    ['a further remote', '[remote "fork"]\n\turl = https://example.com/fork.git\n', 'remote.fork'],
    ['an upstream', '[branch "main"]\n\tremote = fork\n', 'branch.main'],
    ['a submodule', '[submodule "x"]\n\turl = https://example.com/x.git\n', 'submodule.x'],
  ])('%s, whose address is known from then on', (_, added, name) => {
    const { print, addresses } = printOfGitConfig(before + added);
    expect(print).toBe(was.print);
    expect(Object.keys(addresses)).toEqual(['remote.origin', name]);
  });
});

describe('what counts is changed by', () => {
  it.each([
    ['a program', '[core]\n\tfsmonitor = ./x\n'],
    ['an alias', '[alias]\n\tst = !./x\n'],
    ['another file', '[include]\n\tpath = ../x\n'],
    ['another address in place of one', '[url "https://evil/"]\n\tinsteadOf = git@example.com:\n'],
    ['options of a merge', '[branch "main"]\n\tmergeOptions = --strategy=x\n'],
    ['the program at the other end', '[remote "origin"]\n\tuploadpack = ./x\n'],
    ['a helper', '[remote "origin"]\n\tvcs = x\n'],
    ['a new remote that names a helper', '[remote "x"]\n\turl = ext::sh -c ./x\n'],
    ['an upstream that names a helper', '[branch "main"]\n\tremote = " ext::sh -c ./x"\n'],
    ['an upstream that is an address', '[branch "main"]\n\tremote = https://evil.invalid/x\n'],
    ['pushes to an address', '[branch "main"]\n\tpushRemote = evil.invalid:x\n'],
    ['a program behind what only some would read', '[branch\r"x"]\n[core]\n\tfsmonitor = ./x\n'],
    ['anything where git gives up', '[branch "x"\n\tmerge = y\n'],
    ['a submodule that is updated by a program', '[submodule "x"]\n\tupdate = !./x\n'],
    ['where all is pushed to', '[remote]\n\tpushDefault = fork\n'],
    ['a name like one that is harmless', '[user "x"]\n\tname = y\n'],
    ['a key that needs no value', '[core]\n\tbare\n'],
    ['a name that objects have', '[constructor]\n\tname = x\n'],
  ])('%s', (_, added) => {
    expect(printOfGitConfig(before + added).print).not.toBe(was.print);
  });

  it('more remotes than somebody has', () => {
    const remotes = (of: string): string =>
      Array.from({ length: 101 }, (_, n) => `[remote "${n}"]\n\turl = ${of}${n}\n`).join('');
    expect(printOfGitConfig(remotes('/a')).print).not.toBe(printOfGitConfig(remotes('/b')).print);
  });
});

describe('the upstream of a branch', () => {
  const following = (remote: string): string => `[branch "main"]\n\tremote = ${remote}\n`;
  it.each([
    ['another remote', following('fork')],
    ['one more for pushes', `${following('origin')}\tpushRemote = fork\n`],
  ])('is another by %s', (_, after) => {
    const [one, other] = [following('origin'), after].map(printOfGitConfig);
    expect(other?.print).toBe(one?.print);
    expect(other?.addresses['branch.main']).not.toBe(one?.addresses['branch.main']);
  });

  it('is none that every change of many others hides', () => {
    const many = (of: string): string =>
      Array.from({ length: 1001 }, (_, n) => `[branch "${n}"]\n\tremote = ${of}\n`).join('');
    expect(printOfGitConfig(many('a')).print).not.toBe(printOfGitConfig(many('b')).print);
  });
});

describe('the address of a remote', () => {
  it.each([
    ['in its place', before.replace('example.com', 'example.org')],
    ['only for pushes', `${before}	pushurl = git@example.org:one/app.git\n`],
    ['by what is pushed', `${before}	push = HEAD:refs/heads/x\n`],
  ])('is another %s', (_, after) => {
    const { print, addresses } = printOfGitConfig(after);
    expect(print).toBe(was.print);
    expect(addresses['remote.origin']).not.toBe(was.addresses['remote.origin']);
  });
});
