// Names of packages: each is one word of somebody else's command line, and never an option, a file or a command.

import { describe, expect, it } from 'vitest';
import {
  joinPackages,
  noPackages,
  readPackage,
  showPackages,
  writePackages,
} from '../../../src/base/packages.ts';

describe('a package', () => {
  it.each([
    ['ripgrep', ['apt', 'ripgrep']],
    ['apt:g++', ['apt', 'g++']],
    ['libstdc++6', ['apt', 'libstdc++6']],
    ['python3.11', ['apt', 'python3.11']],
    ['git=1:2.39.5-0+deb12u1', ['apt', 'git=1:2.39.5-0+deb12u1']],
    ['npm:pnpm', ['npm', 'pnpm']],
    ['npm:@scope/tool@1.2.3-rc.1', ['npm', '@scope/tool@1.2.3-rc.1']],
    ['npm:typescript@latest', ['npm', 'typescript@latest']],
    ['pip:ruff', ['pip', 'ruff']],
    ['pip:uvicorn[standard,http2]==0.30.1', ['pip', 'uvicorn[standard,http2]==0.30.1']],
  ])('%s is one', (word, expected) => {
    expect(readPackage(word)).toEqual(expected);
  });

  it.each([
    ...[
      '',
      '-y',
      '--reinstall',
      'nano-',
      'git=1.0-',
      'git=',
      'Git',
      'x',
      'a b',
      'a;b',
      'a$(b)',
      'a\nb',
      'a\n',
    ],
    ...['git/bookworm', './a.deb', 'git:arm64', '*', 'a'.repeat(129), 'brew:git'],
    ...[
      'npm:',
      'npm:-g',
      'npm:--registry=x',
      'npm:a/b',
      'npm:../a',
      'npm:a.tgz',
      'npm:a@b.TGZ',
      'npm:a.tar.gz',
    ],
    ...[
      'npm:a@file:..',
      'npm:a@npm:b',
      'npm:git+ssh://a',
      'npm:a@^1',
      'npm:a@1 b',
      'npm:@a/-b',
      'npm:a\n',
    ],
    ...[
      'pip:-r',
      'pip:--index-url=x',
      'pip:a.whl',
      'pip:a.zip',
      'pip:a @ file:///x',
      'pip:git+https://a',
      'pip:a-',
    ],
    ...['pip:a==*', 'pip:a>=1', 'pip:a[b', 'pip:a[b c]', 'pip:./a', 'pip:a==1;b', 'pip:a\n'],
  ])('%j is none', (word) => {
    expect(readPackage(word)).toBeUndefined();
  });
});

describe('packages of several layers', () => {
  const one = { ...noPackages, apt: ['git', 'jq=1.6'], npm: ['@a/b@1'], pip: ['ruff==1'] };

  it('are added, and the later version of one counts', () => {
    const all = joinPackages(one, { apt: ['jq', 'tree'], npm: ['@a/b@2', 'b'], pip: ['ruff[x]'] });
    expect(writePackages(all)).toEqual(['git', 'jq', 'tree', 'npm:@a/b@2', 'npm:b', 'pip:ruff[x]']);
    expect(showPackages(all)).toBe('apt: git jq tree; npm: @a/b@2 b; pip: ruff[x]');
  });

  it('are nothing where there are none', () => {
    expect(showPackages(noPackages)).toBe('');
    expect(joinPackages(one, noPackages)).toEqual(one);
  });
});
