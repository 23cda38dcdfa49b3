// What of the user's ssh configuration comes into a container, and what does not; the real ssh reads the outcome.

import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitiseSshConfig, type SanitisedSshConfig } from '../../../src/read/ssh-config.ts';
import { SshHome, type SshFiles } from '../../support/ssh-home.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: SshHome;

function sanitise(files: SshFiles): SanitisedSshConfig {
  home = new SshHome(files);
  return home.sanitised;
}

const copy = (host: string) => home.copy(host);

describe('what belongs to this machine', () => {
  it('is left out', () => {
    const { text, warnings } = sanitise(
      [
        'Host a',
        ...['UseKeychain yes', 'AddKeysToAgent yes', 'IdentityAgent ~/agent', 'ForwardAgent yes'],
        ...['ControlMaster auto', 'ControlPath ~/c', 'ControlPersist 5', 'LocalForward 1 a:1'],
        ...['RemoteForward 1 a:1', 'DynamicForward 1', 'LocalCommand x', 'PermitLocalCommand yes'],
        ...['UserKnownHostsFile ~/k', 'GlobalKnownHostsFile /k', 'SecurityKeyProvider /p'],
        ...['XAuthLocation /x', 'ForwardX11 yes', 'ForwardX11Trusted yes', 'ForwardX11Timeout 1'],
        ...['BindAddress 1.2.3.4', 'BindInterface eth0', 'Tunnel yes', 'TunnelDevice 1:1'],
        ...['GSSAPIAuthentication yes', 'VersionAddendum x', 'Tag t', 'EnableSSHKeysign yes'],
        'Port 7',
      ].join('\n  '),
    );
    expect(text.split('\n').slice(5)).toEqual([
      ...['Host a', '  port 7', 'Match all', `  User ${os.userInfo().username}`, ''],
    ]);
    expect(warnings).toEqual([]);
  });

  it('is told where something will be different', () => {
    const { text, warnings } = sanitise(
      'Host a\n  RevokedHostKeys ~/r\n  KnownHostsCommand /x\n  PKCS11Provider /p.so\n',
    );
    expect(text).not.toMatch(/revoked|command|pkcs/i);
    expect(warnings).toEqual([
      '~/.ssh/config:2: revoked host keys are not known inside',
      '~/.ssh/config:3: host keys are not looked up by a command inside',
      '~/.ssh/config:4: keys of smart cards work inside through the agent only',
    ]);
  });

  it('is a program that goes between, without another way coming in its place', () => {
    const { warnings } = sanitise(
      'Host a\n  ProxyCommand /opt/cloudflared access ssh --hostname %h\nHost *\n  ProxyJump j\n',
    );
    expect(copy('a')).toMatchObject({ hostname: ['a'] });
    expect(copy('a')?.['proxyjump']).toBeUndefined();
    expect(copy('b')?.['proxyjump']).toEqual(['j']);
    expect(warnings).toEqual([
      '~/.ssh/config:2: /opt/cloudflared is not inside, the host is tried without ProxyCommand',
    ]);
  });

  it.each([
    ['exec "true"', 'exec'],
    ['host a exec true', 'exec'],
    ['!exec false', 'exec'],
    ['exec=true', 'exec'],
    ['localnetwork 10.0.0.0/8', 'localnetwork'],
    ['tagged x', 'tagged'],
    ['newthing x', 'newthing'],
  ])('is what only it can answer: Match %s never applies inside', (criteria, name) => {
    const { text, warnings } = sanitise(
      `Host b\n  User b\nMatch ${criteria}\n  Port 7\n  User me\nHost a\n  HostName x\n`,
    );
    expect(copy('a')).toMatchObject({ port: ['22'], hostname: ['x'] });
    expect(copy('b')).toMatchObject({ port: ['22'], user: ['b'] });
    expect(text).toContain(`# Left out: “${name}” cannot be asked inside`);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^~\/\.ssh\/config:3: Match .* is left out: /);
  });

  it('is not asked within an Include either', () => {
    sanitise({
      config:
        'Match exec true\n  Include one\n  User me\nHost a\n  Include two\n  ConnectTimeout 5\n',
      one: 'Port 7\nHost *\n  Port 8\nMatch all\n  Port 9\n',
      two: 'Match exec true\n  Port 10\n',
    });
    expect(copy('a')).toMatchObject({ port: ['22'], connecttimeout: ['5'] });
    expect(copy('b')).toMatchObject({ port: ['22'], connecttimeout: ['none'] });
  });

  it('never applies more widely where a Match around an Include would have another outcome by now', () => {
    const { warnings } = sanitise({
      config: 'Match host a\n  HostName x\n  Include one\n  User me\nHost *\n  ConnectTimeout 5\n',
      one: 'Host a\n  Port 7\n',
    });
    expect(copy('a')).toMatchObject({ hostname: ['x'], port: ['22'], connecttimeout: ['5'] });
    expect(copy('b')).toMatchObject({ hostname: ['b'], port: ['22'], connecttimeout: ['5'] });
    expect(warnings.length).toBeGreaterThan(0);
  });
});

describe('a configuration that ssh reads twice', () => {
  it('gets no user at its end, as one that is found later would not count', () => {
    for (const config of ['Match final\n  Port 7\n', 'CanonicalizeHostname yes\n'])
      expect(sanitise(config).text).not.toContain('  User ');
    expect(sanitise('CanonicalizeHostname no\n').text).toContain('  User ');
  });

  it('is told where a Host in an Include is asked for one of the names only', () => {
    const one = 'Host a b\n  Port 7\n';
    const config = 'Match final\n  User x\nHost *\n  Include one\nHost a\n  Include one\n';
    expect(sanitise({ config, one }).warnings).toEqual([
      '~/.ssh/one:1: inside it is asked for the name given only',
    ]);
    expect(copy('a')).toMatchObject({ port: ['7'] });
  });
});

describe('what ssh would refuse', () => {
  it.each([
    ['quotes that do not end', 'User "x'],
    ['a keyword alone', 'Compression'],
    ['a keyword with a comment alone', 'User # me'],
    ['a keyword with nothing in quotes', 'User ""'],
    ['two words where one is wanted', 'User a b'],
    ['control characters', 'User a\u0001b'],
    ['something stuck to a keyword', 'User"x"'],
  ])('is left out with a warning: %s', (_, line) => {
    const { warnings } = sanitise(`Host a\n  Port 7\n  ${line}\nHost b\n  Port 8\n`);
    expect(copy('a')).toMatchObject({ port: ['7'], user: [os.userInfo().username] });
    expect(copy('b')).toMatchObject({ port: ['8'] });
    expect(warnings).toEqual(['~/.ssh/config:3 is left out: it is malformed']);
  });

  it.each([
    'Host',
    'Host "x',
    'Host ""',
    'Host"x"',
    '"Host x',
    'Match',
    'Match host',
    'Match host a user b all',
  ])('does not apply to the block above: %s', (line) => {
    const { warnings } = sanitise(`Host a\n  Port 7\n${line}\n  User me\nHost b\n  Port 8\n`);
    expect(copy('a')).toMatchObject({ port: ['7'], user: [os.userInfo().username] });
    expect(copy('b')).toMatchObject({ port: ['8'], user: [os.userInfo().username] });
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('is an Include without end', () => {
    const { warnings } = sanitise({
      config: 'Include one\nHost a\n  Port 7\n',
      one: 'Include two\n',
      two: 'Include one config\nHost b\n  Port 8\n',
    });
    expect(copy('a')).toMatchObject({ port: ['7'] });
    expect(copy('b')).toMatchObject({ port: ['8'] });
    expect(warnings).toEqual(['~/.ssh/one includes itself', '~/.ssh/config includes itself']);
  });

  it('is an Include that is too deep or too much', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`c${n}`, `Include c${n + 1}\nInclude c${n + 1}\n`]),
    );
    const { warnings } = sanitise({ config: 'Include c0\nHost a\n  Port 7\n', ...chain });
    expect(copy('a')).toMatchObject({ port: ['7'] });
    expect(warnings[0]).toBe('~/.ssh/c16 is left out: the configuration includes too much');
  });

  it('is a file that cannot be read', () => {
    sanitise({ config: 'Include dir big token ~nobody/x\nHost a\n  Port 7\n', 'dir/x': '' });
    home.write('big', '#'.repeat(1024 * 1024 + 1));
    const { warnings } = home.sanitise();
    expect(copy('a')).toMatchObject({ port: ['7'] });
    expect(warnings).toEqual([
      '~/.ssh/dir is left out: it cannot be read',
      '~/.ssh/big is left out: it cannot be read',
      '~/.ssh/config:1: Include ~nobody/x is left out: what it names cannot be told',
    ]);
  });

  it('never breaks the copy', () => {
    const piece = fc.constantFrom(
      ...['Host', 'Match', 'User', 'host', 'exec', 'Include', ' ', ' a', '=', '"', "'", '\\', '#'],
      ...['\n', '\r', '\t', '\f', '\0', '*', '!', ',', '%h', '~', '\u2028', 'é', 'IdentityFile'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        sanitise(`${pieces.join('')}\nHost zz\n  ConnectTimeout 5\n`);
        expect(copy('zz')).toMatchObject({ connecttimeout: ['5'] });
        expect(copy('a')).toMatchObject({ connecttimeout: ['none'] });
      }),
      { numRuns: 25 },
    );
  });
});

describe('the known hosts', () => {
  it('are those of the run, whatever the configuration says, and without one', () => {
    for (const config of [undefined, 'UserKnownHostsFile /x\nHost *\n  HashKnownHosts yes\n']) {
      sanitise(config === undefined ? {} : { config });
      expect(copy('a')).toMatchObject({
        userknownhostsfile: [`${home.inside}/known_hosts_run ${home.inside}/known_hosts`],
        hashknownhosts: ['no'],
        updatehostkeys: ['false'],
      });
    }
  });

  it('are where the caller wants them', () => {
    sanitise({});
    const { text } = sanitiseSshConfig(home.home, {
      inside: '/i',
      user: 'me',
      knownHosts: ['/a b', '/c'],
    });
    expect(text).toBe(
      'Host *\n  IgnoreUnknown *\n  UserKnownHostsFile "/a b" /c\n  HashKnownHosts no\n  UpdateHostKeys no\nMatch all\n  User me\n',
    );
  });
});

describe('keys', () => {
  const keys = temporaryDirectory();
  const makeKey = (name: string): { priv: string; pub: string } => {
    const file = path.join(keys, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'me@laptop', '-f', file]);
    return { priv: readFileSync(file, 'utf8'), pub: readFileSync(`${file}.pub`, 'utf8') };
  };
  const one = makeKey('one');
  const two = makeKey('two');
  const short = (pub: string): string => `${pub.split(' ').slice(0, 2).join(' ')}\n`;
  const identities = (host: string) => ({
    files: copy(host)?.['identityfile']?.filter((file) => !file.startsWith('~')) ?? [],
    only: copy(host)?.['identitiesonly']?.[0],
  });

  it('are named by their public halves, so that two accounts at one host stay apart', () => {
    const { publicKeys, warnings } = sanitise({
      config:
        'Host work\n  HostName h\n  IdentityFile ~/.ssh/work\n  IdentitiesOnly yes\nHost own\n  HostName h\n  IdentityFile "%d/.ssh/o w n"\n',
      work: one.priv,
      'work.pub': one.pub,
      'o w n': two.priv,
      'o w n.pub': two.pub,
    });
    expect(publicKeys).toEqual([
      { name: 'work.pub', text: short(one.pub) },
      { name: 'o_w_n.pub', text: short(two.pub) },
    ]);
    expect(warnings).toEqual([]);
    expect(identities('work')).toEqual({ files: [`${home.inside}/work.pub`], only: 'yes' });
    expect(identities('own')).toEqual({ files: [`${home.inside}/o_w_n.pub`], only: 'no' });
  });

  it('have different names inside, and one each', () => {
    const { publicKeys } = sanitise({
      config:
        'IdentityFile ~/.ssh/a/id\nHost x\n  IdentityFile ${KEYS}/b/id.pub\n  IdentityFile ~/.ssh/a/id\n',
      'a/id.pub': one.pub,
      'b/id.pub': two.pub,
    });
    expect(publicKeys.map(({ name }) => name)).toEqual(['id.pub', 'id-2.pub']);
    expect(identities('x').files).toEqual([`${home.inside}/id.pub`, `${home.inside}/id-2.pub`]);
  });

  it('without a public half leave the choice to the agent, whatever stands further down', () => {
    const { publicKeys, warnings } = sanitise({
      config:
        'Host a\n  IdentityFile ~/.ssh/lost\n  IdentitiesOnly yes\nHost b\n  IdentityFile ~/.ssh/%h\nHost c\n  IdentityFile ~/.ssh/gone\nHost *\n  IdentityFile ~/.ssh/all\n  IdentitiesOnly yes\n',
      lost: one.priv,
      'all.pub': two.pub,
    });
    expect(publicKeys.map(({ name }) => name)).toEqual(['all.pub']);
    expect(identities('a')).toEqual({ files: [`${home.inside}/all.pub`], only: 'no' });
    expect(identities('b').only).toBe('no');
    expect(identities('c').only).toBe('yes');
    expect(identities('d').only).toBe('yes');
    expect(warnings).toEqual([
      '~/.ssh/config:2: ~/.ssh/lost is left out: there is no public key lost.pub beside it',
      '~/.ssh/config:5: ~/.ssh/%h is left out: its name depends on the connection',
    ]);
  });

  it('beside one that is known do not open the block to others', () => {
    sanitise({
      config:
        'Host a\n  IdentityFile ~/.ssh/lost\n  IdentityFile ~/.ssh/kept\n  IdentitiesOnly yes\n',
      lost: one.priv,
      'kept.pub': two.pub,
    });
    expect(identities('a')).toEqual({ files: [`${home.inside}/kept.pub`], only: 'yes' });
  });

  it('may be restricted to none, or not at all', () => {
    sanitise(
      'Host a\n  IdentityFile none\n  IdentitiesOnly yes\nHost b\n  IdentitiesOnly no\nHost *\n  IdentitiesOnly yes\n',
    );
    expect(copy('a')).toMatchObject({ identityfile: ['none'], identitiesonly: ['yes'] });
    expect(identities('b').only).toBe('no');
    expect(identities('c').only).toBe('no');
  });

  it('never come in themselves, under whatever name', () => {
    const { text, publicKeys } = sanitise({
      config:
        'IdentityFile ~/.ssh/a\nIdentityFile ~/.ssh/b.pub\nIdentityFile ~/.ssh/c\nIdentityFile ~/.ssh/d\nCertificateFile ~/.ssh/a\n',
      a: one.priv,
      'a.pub': one.priv,
      'b.pub': one.priv,
      'c.pub': `${one.pub}${one.priv}`,
    });
    symlinkSync('a', home.at('d.pub'));
    expect(publicKeys).toEqual([]);
    expect(home.sanitise().publicKeys).toEqual([]);
    expect(text).not.toMatch(/PRIVATE|IdentityFile/);
  });

  it('may have certificates, which are public', () => {
    sanitise({ config: '', ca: one.priv, 'k.pub': two.pub });
    execFileSync('ssh-keygen', [
      '-q',
      '-s',
      home.at('ca'),
      '-I',
      'me',
      '-n',
      'me',
      home.at('k.pub'),
    ]);
    home.write('config', 'Host a\n  CertificateFile ~/.ssh/k-cert.pub\n');
    expect(home.sanitise().publicKeys[0]?.text).toMatch(
      /^ssh-ed25519-cert-v01@openssh\.com \S+\n$/,
    );
    expect(copy('a')?.['certificatefile']).toEqual([`${home.inside}/k-cert.pub`]);
  });
});

it('with one way out, that is every host’s, but for those that have jump hosts', () => {
  sanitise(
    'Host jumped\n  ProxyJump gate\nHost by\n  ProxyCommand ssh -W %h:%p gate\nHost own\n  ProxyCommand nc %h %p\nHost none\n  ProxyCommand none\n',
  );
  const { text: changed } = sanitiseSshConfig(home.home, {
    ...{ inside: home.inside, user: 'me', proxyCommand: 'socat - PROXY:127.0.0.1:%h:%p' },
  });
  writeFileSync(path.join(home.inside, 'config'), changed);
  const way = 'socat - PROXY:127.0.0.1:%h:%p';
  for (const host of ['own', 'none', 'other', 'gate'])
    expect(copy(host)?.['proxycommand'], host).toEqual([way]);
  expect(copy('by')).toMatchObject({ proxycommand: ['ssh -W %h:%p gate'] });
  expect(copy('jumped')).toMatchObject({ proxyjump: ['gate'] });
  expect(copy('jumped')?.['proxycommand']).toBeUndefined();
});
