// The login of GitHub's own program, in a state that sessions write to.

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readGitHub } from '../../../src/read/github.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
beforeEach(() => {
  state = temporaryDirectory();
});
const at = (...names: string[]): string => path.join(state, ...names);

function writeHosts(text: string, directory = 'gh_config'): void {
  mkdirSync(at(directory), { recursive: true });
  writeFileSync(at(directory, 'hosts.yml'), text);
}

describe('the login of gh', () => {
  it.each<[string, string, string[]]>([
    ['one host', 'github.com:\n    oauth_token: t\n    user: ann\n', ['github.com']],
    [
      'several',
      'github.com:\n    users:\n        ann:\n            oauth_token: t\n"ghe.example.org:8443":\r\n    user: x\n',
      ['github.com', 'ghe.example.org:8443'],
    ],
    ['none', '{}\n', []],
    ['names that are none', 'a b:\n-x:\nx-:\n[evil]:\n"\\n":\n$(x):\nevil"]\nx: y\nok:\n', ['ok']],
  ])('of %s', (_what, text, hosts) => {
    writeHosts(text);
    const found = readGitHub(state, 'default');
    expect(found?.directory).toBe(at('gh_config'));
    expect(found?.hosts).toEqual(hosts);
  });

  it('of more hosts than anybody has is cut', () => {
    writeHosts(Array.from({ length: 99 }, (_, n) => `h${n}:\n`).join(''));
    expect(readGitHub(state, 'default')?.hosts).toHaveLength(20);
  });

  it('is the profile’s own', () => {
    writeHosts('github.com:\n');
    expect(readGitHub(state, 'work')).toBeUndefined();
    writeHosts('example.org:\n', 'profiles/work/gh_config');
    expect(readGitHub(state, 'work')).toEqual({
      directory: at('profiles/work/gh_config'),
      hosts: ['example.org'],
    });
  });

  it('is none where there is none, or only something else of that name', () => {
    expect(readGitHub(state, 'default')).toBeUndefined();
    mkdirSync(at('gh_config'));
    expect(readGitHub(state, 'default')).toBeUndefined();
    execFileSync('mkfifo', [at('gh_config/hosts.yml')]);
    expect(readGitHub(state, 'default')).toBeUndefined();
    writeHosts('github.com:\n', 'profiles/a/gh_config');
    mkdirSync(at('profiles/b/gh_config'), { recursive: true });
    symlinkSync(at('profiles/a/gh_config/hosts.yml'), at('profiles/b/gh_config/hosts.yml'));
    expect(readGitHub(state, 'b')).toBeUndefined();
    mkdirSync(at('profiles/c'));
    symlinkSync(at('profiles/a/gh_config'), at('profiles/c/gh_config'));
    expect(readGitHub(state, 'c')).toBeUndefined();
  });
});
