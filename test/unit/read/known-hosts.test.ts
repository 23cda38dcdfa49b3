// Which keys known_hosts files name for a host; ssh-keygen -F is asked the same.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResolvedHost } from '../../../src/plan/ssh-facts.ts';
import { allowedHosts, knownHostKeys, parseKnownHosts } from '../../../src/read/known-hosts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const directory = temporaryDirectory();
const makeKey = (name: string): string => {
  const file = path.join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
};
const [one, two, three] = [makeKey('one'), makeKey('two'), makeKey('three')] as const;
const blob = (key: string): string => key.split(' ')[1] ?? '';
const names: Record<string, string> = { [blob(one)]: '1', [blob(two)]: '2', [blob(three)]: '3' };

/** The digits of the keys. */
const keysOf = (text: string, host: string, port?: number): string =>
  knownHostKeys([text], host, port)
    .keys.map((key) => names[key] ?? key)
    .join('');

/** The same from ssh-keygen, which looks up one name and knows no revocation. */
function askSshKeygen(text: string, name: string): string {
  const file = path.join(directory, 'known_hosts');
  writeFileSync(file, text);
  return spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' })
    .stdout.split('\n')
    .flatMap((line) =>
      line.startsWith('#') ? [] : Object.keys(names).filter((key) => line.includes(key)),
    )
    .map((key) => names[key])
    .join('');
}

const hash = (text: string): string => {
  const file = path.join(directory, 'hashed');
  writeFileSync(file, text);
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
  return readFileSync(file, 'utf8');
};

describe('the keys of a host', () => {
  it.each([
    ['a name', `a ${one}\nb ${two}\n`, 'a', '1'],
    ['several keys', `a ${one}\na ${two}\n`, 'a', '12'],
    ['a list', `a,b,1.2.3.4 ${one}\n`, 'b', '1'],
    ['a part of a name', `aa ${one}\n`, 'a', ''],
    ['capitals', `A.Example.COM ${one}\n`, 'a.eXample.com', '1'],
    ['patterns', `*.example.com,a? ${one}\n`, 'x.example.com', '1'],
    ['patterns of one character', `*.example.com,a? ${one}\n`, 'ab', '1'],
    ['patterns that do not fit', `*.example.com,a? ${one}\n`, 'abc', ''],
    ['negations', `*.com,!bad.com ${one}\n`, 'bad.com', ''],
    ['negations of others', `*.com,!bad.com ${one}\n`, 'good.com', '1'],
    ['negations first', `!bad.com,*.com ${one}\n`, 'bad.com', ''],
    ['negations alone', `!bad.com ${one}\n`, 'good.com', ''],
    ['comments and blank lines', `# a ${one}\n\n  #\n  a  \t${two} # me\n`, 'a', '2'],
    ['line ends of Windows', `a ${one}\r\nb ${two}\r\n`, 'a', '1'],
    ['no line end', `a ${one}`, 'a', '1'],
    ['addresses', `::1 ${one}\n`, '::1', '1'],
    ['hashes', hash(`a ${one}\nb ${two}\n`), 'b', '2'],
    ['hashes of others', hash(`a ${one}\n`), 'c', ''],
    ['malformed lines', `a\na ssh-ed25519\na ssh-ed25519 ????\na ${two}\n`, 'a', '2'],
    ['the old format', `a 1024 35 123456789\na ${one}\n`, 'a', '1'],
  ])('are found as ssh finds them: %s', (_, text, host, expected) => {
    expect(keysOf(text, host)).toBe(expected);
    expect(askSshKeygen(text, host)).toBe(expected);
  });

  it('are not what has another type in it than it says', () => {
    // ssh-keygen does not look into them here, ssh does.
    expect(keysOf(`a ssh-rsa ${blob(one)}\na ssh-ed25519 AAAA\n`, 'a')).toBe('');
  });

  it('are filed under the port where that is not 22, or under the name alone where there is nothing', () => {
    const text = `a ${one}\n[a]:2222 ${two}\n`;
    expect(keysOf(text, 'a')).toBe('1');
    expect(keysOf(text, 'a', 2222)).toBe('2');
    expect(keysOf(text, 'a', 2223)).toBe('1');
    expect(keysOf(`[b]:22 ${one}\n`, 'b')).toBe('');
    expect(keysOf(hash(text), 'a', 2222)).toBe('2');
    expect(keysOf(`[*.com]:2222 ${three}\n`, 'x.com', 2222)).toBe('3');
  });

  it('are not those that are revoked, wherever that stands', () => {
    expect(keysOf(`a ${one}\n@revoked * ${one}\na ${two}\n`, 'a')).toBe('2');
    expect(keysOf(`@revoked b ${one}\na ${one}\n`, 'a')).toBe('');
    expect(knownHostKeys([`a ${one}\n`, `@revoked * ${one}\n`], 'a').keys).toEqual([]);
  });

  it('are not those of authorities, which is said', () => {
    const text = `@cert-authority *.com ${one}\nb.com ${two}\n@unknown c.com ${three}\n`;
    expect(knownHostKeys([text], 'a.com')).toEqual({ keys: [], hasAuthority: true });
    expect(knownHostKeys([text], 'b.com')).toEqual({ keys: [blob(two)], hasAuthority: true });
    expect(knownHostKeys([text], 'c.com').keys).toEqual([]);
    expect(knownHostKeys([text], 'a.org').hasAuthority).toBe(false);
  });

  it.each(['|1|', '|1|a', '|1||', '|2|a|b', '|1|a|b|c', '|', '|1|a|'])(
    'are not found by a hash that is none: %s',
    (hosts) => {
      expect(keysOf(`${hosts} ${one}\n`, 'a')).toBe('');
    },
  );

  it('never break the reader', () => {
    const piece = fc.oneof(
      fc.constantFrom(...['a', '*', '!', ',', ' ', '\n', '\r', '\t', '@revoked', '|1|', '#', one]),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const { key } of parseKnownHosts(pieces.join(''))) expect(key).toBe(blob(one));
        knownHostKeys([pieces.join('')], 'a', 7);
      }),
    );
  });

  it('are found in no time among patterns that were made to take long', () => {
    const start = performance.now();
    keysOf(`${'*a'.repeat(20_000)}b ${one}\n`, 'a'.repeat(250));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('where keys may sign', () => {
  const host = (alias: string, more: Partial<ResolvedHost> = {}): ResolvedHost => ({
    alias,
    host: alias,
    port: 22,
    user: 'git',
    identityFiles: [],
    userKnownHostsFiles: ['/u'],
    globalKnownHostsFiles: ['/g'],
    ...more,
  });
  const files: Record<string, string> = {
    '/u': `a ${one}\n[b]:2222 ${two}\nshared ${three}\n@cert-authority c ${one}\n`,
    '/g': `a ${two}\na ${one}\n`,
  };
  const reads: string[] = [];
  const allowed = (...resolved: ResolvedHost[]) =>
    allowedHosts(resolved, (file) => {
      reads.push(file);
      return files[file];
    });

  it('is at known hosts, for the users of the remotes, with the keys of all files', () => {
    expect(
      allowed(
        host('a'),
        host('work', { host: 'A', user: 'me' }),
        host('a', { user: 'me' }),
        host('b', { port: 2222 }),
        host('c'),
        host('d', { userKnownHostsFiles: ['/none'] }),
      ),
    ).toEqual({
      hosts: [
        { name: 'a', users: ['git', 'me'], hostKeys: [blob(one), blob(two)] },
        { name: '[b]:2222', users: ['git'], hostKeys: [blob(two)] },
      ],
      unknown: [host('c'), host('d', { userKnownHostsFiles: ['/none'] })],
      withAuthority: ['c'],
    });
    expect(reads.sort()).toEqual(['/g', '/none', '/u']);
  });

  it('is under the alias for host keys, whatever the port', () => {
    expect(allowed(host('x', { port: 7, hostKeyAlias: 'Shared' })).hosts).toEqual([
      { name: 'shared', users: ['git'], hostKeys: [blob(three)] },
    ]);
  });
});
