// Which urls ssh is the way for, and to which machine; git itself is the judge of what it would start.

import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJump, parseSshUrl } from '../../../src/base/ssh-url.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const directory = temporaryDirectory();
const wordsFile = path.join(directory, 'words');
const spy = path.join(directory, 'ssh');
writeFileSync(spy, `#!/bin/sh\nprintf '%s\\n' "$@" > '${wordsFile}'\nexit 1\n`);
chmodSync(spy, 0o755);

/** The words that git gives ssh for a url, without the command; undefined if it does not start ssh. */
function askGit(url: string): string[] | undefined {
  rmSync(wordsFile, { force: true });
  try {
    execFileSync('git', ['ls-remote', '--', url], {
      cwd: directory,
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        GIT_SSH: spy,
        GIT_SSH_VARIANT: 'ssh',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ALLOW_PROTOCOL: 'ssh:file',
        HOME: directory,
      },
    });
  } catch {
    // The spy fails always.
  }
  try {
    const words = readFileSync(wordsFile, 'utf8').trimEnd().split('\n').slice(0, -1);
    return words.filter(
      (word, index) =>
        word !== 'SendEnv=GIT_PROTOCOL' && words[index + 1] !== 'SendEnv=GIT_PROTOCOL',
    );
  } catch {
    return undefined;
  }
}

describe('a url of ssh', () => {
  it.each([
    ['git@github.com:me/app.git', { user: 'git', host: 'github.com' }],
    ['github.com:me/app.git', { host: 'github.com' }],
    ['work:app', { host: 'work' }],
    ['git@host:', { user: 'git', host: 'host' }],
    ['git@host:~/app', { user: 'git', host: 'host' }],
    ['git@host:a:b', { user: 'git', host: 'host' }],
    ['kim@corp.com@host:app', { user: 'kim@corp.com', host: 'host' }],
    ['[host:2222]:app', { host: 'host', port: 2222 }],
    ['[git@host:2222]:app', { user: 'git', host: 'host', port: 2222 }],
    ['git@[host:2222]:app', { user: 'git', host: 'host', port: 2222 }],
    ['[::1]:app', { host: '::1' }],
    ['git@[fe80::1]:app', { user: 'git', host: 'fe80::1' }],
    ['[git@::1]:app', { user: 'git', host: '::1' }],
    ['ssh://host/app', { host: 'host' }],
    ['ssh://git@host/app', { user: 'git', host: 'host' }],
    ['ssh://git@host:2222/app', { user: 'git', host: 'host', port: 2222 }],
    ['ssh://host:/app', { host: 'host' }],
    ['ssh://[::1]/app', { host: '::1' }],
    ['ssh://git@[::1]:2222/app', { user: 'git', host: '::1', port: 2222 }],
    ['ssh://git%2Bx@host/app', { user: 'git+x', host: 'host' }],
    ['git+ssh://git@host:2222/app', { user: 'git', host: 'host', port: 2222 }],
    ['ssh+git://host/app', { host: 'host' }],
  ])('names its machine as git understands it: %s', (url, expected) => {
    expect(parseSshUrl(url)).toEqual(expected);
    const { user, host, port }: { user?: string; host: string; port?: number } = expected;
    expect(askGit(url)).toEqual([
      ...(port === undefined ? [] : ['-p', String(port)]),
      user === undefined ? host : `${user}@${host}`,
    ]);
  });

  it.each([
    ...['https://host/app', 'http://git@host:22/app', 'git://host/app', 'file:///srv/app'],
    ...['/srv/app', './a:b', '../a', 'a/b:c', 'app', '.', ''],
  ])('is not %j, and git agrees', (url) => {
    expect(parseSshUrl(url)).toBeUndefined();
    expect(askGit(url)).toBeUndefined();
  });

  it.each([
    ...['C:\\app', 'c:/app', 'SSH://host/app', 'ssh://host', 'ssh:///app', ':app', '@host:app'],
    ...['-oProxyCommand=x:app', 'ssh://-oProxyCommand=x/app', 'git@-host:app', '-l@host:app'],
    ...['ssh://-x@host/app', 'ssh://%2DoProxyCommand=x/app', 'ho st:app', 'host;id:app'],
    ...['$(id):app', '`id`@host:app', 'host\n:app', 'ssh://host%0a/app', 'ho*st:app', '%h:app'],
    ...['host::app', 'ssh://git:secret@host/app', 'ssh://host:0/app'],
    ...['ssh://host:65536/app', 'ssh://host:22x/app', '[fe80::1%eth0]:app', '[::1:app', '[]:app'],
    ...['höst:app', `${'a'.repeat(254)}:app`, `${'u'.repeat(129)}@host:app`, 'ext::sh -c id'],
    `host:${'a'.repeat(5000)}`,
  ])('is left out where it is odd: %j', (url) => {
    expect(parseSshUrl(url)).toBeUndefined();
  });

  it('never gives what could be an option or more than one word', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab@:/[]-%2D \n$;.1'.split('')), maxLength: 20 }),
        fc.constantFrom('', 'ssh://', 'git+ssh://'),
        (text, scheme) => {
          const target = parseSshUrl(scheme + text);
          if (target === undefined) return;
          expect(target.host).toMatch(/^[A-Za-z0-9:][\w.:-]*$/);
          expect(target.user ?? 'x').toMatch(/^[\w.][\w.+@-]*$/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('a machine of ProxyJump', () => {
  it.each([
    ['gate', { host: 'gate' }],
    ['me@gate:22', { user: 'me', host: 'gate', port: 22 }],
    ['ssh://me@gate:22', { user: 'me', host: 'gate', port: 22 }],
    ['me@[::1]:22', { user: 'me', host: '::1', port: 22 }],
    ['none;', undefined],
    ['-x', undefined],
  ])('%s', (word, expected) => {
    expect(parseJump(word)).toEqual(expected);
  });
});
