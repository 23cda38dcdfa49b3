// The sanitised ssh configuration means to the real ssh what the original means.

import os from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SshHome, type SshFiles } from '../support/ssh-home.ts';

const compared = [
  ...['hostname', 'user', 'port', 'proxyjump', 'proxycommand', 'hostkeyalias', 'sendenv'],
  ...[
    'serveraliveinterval',
    'stricthostkeychecking',
    'remotecommand',
    'canonicalizehostname',
    'connecttimeout',
  ],
];
const pick = (answer: Record<string, string[]> | undefined) =>
  answer && Object.fromEntries(compared.map((keyword) => [keyword, answer[keyword]]));

function expectSame(home: SshHome, ...hosts: string[]): void {
  for (const host of hosts) {
    expect(pick(home.original(host)), host).toBeDefined();
    expect(pick(home.copy(host)), host).toEqual(pick(home.original(host)));
  }
}

describe('a sanitised configuration means to ssh what the original means', () => {
  const cases: [what: string, files: SshFiles, ...hosts: string[]][] = [
    ['nothing', '', 'a'],
    ['comments only', '# a\n\n   # b\n', 'a'],
    ['plain blocks', 'Host a\n  HostName a.example.com\n  User me\nHost b\n  Port 2222\n', 'a', 'b', 'c'],
    ['settings before the first Host', 'User me\nHost a\n  Port 1\n  User you\n', 'a', 'b'],
    ['no indentation and no end', 'Host a\nPort 23\nUser x', 'a', 'b'],
    ['keywords in any case', 'HOST a\n  hostname=x\n  PORT = 23\n  uSeR=me\n', 'a', 'b'],
    ['one equals sign', 'Host=a\n  HostName =x\n  Port= 23\n  User\t=\tme\n', 'a', 'b'],
    ['tabs and trailing blanks', '\tHost\ta\tb  \t\n\t\tPort\t23 \t \n', 'a', 'b', 'c'],
    ['line ends of Windows', 'Host a\r\n  Port 23\r\n\r\nHost b\r\n  User me\r\n', 'a', 'b'],
    ['form feeds at the end', 'Host a\f\n  Port 23\f\n', 'a', 'b'],
    ['comments behind values', 'Host a # b c\n  User me # not you\n  Port 23 #x\n', 'a', 'b', '#'],
    ['a hash within a word', 'Host a#b c\n  User me#you\n', 'a#b', 'c', 'a'],
    ['double quotes', 'Host "a" "b c"\n  User "me too"\n  HostName "x"\n', 'a', 'b'],
    ['single quotes', "Host 'a' b\n  User 'me \"too\"'\n", 'a', 'b'],
    ['quotes within words', 'Host a"b"c\n  User m"e t"oo\n', 'abc', 'a'],
    ['escapes', 'Host "x\\"y" z\\ z ? e\\f\n  User m\\\\e\nHost "b\\b"\n  Port 7\n', 'a', 'bb'],
    ['a quoted keyword', '"Host" a\n  "Port" 23\n', 'a', 'b'],
    ['patterns', 'Host *.com ?b !c.com\n  User me\n', 'a.com', 'bb', 'b', 'c.com', 'com'],
    ['negations', 'Host a b !c\n  User me\nHost !a\n  Port 9\nHost * !b\n  Port 8\n', 'a', 'b', 'c'],
    ['the first value', 'Host a\n  Port 1\nHost *\n  Port 2\n  User me\nHost a\n  User you\n', 'a', 'b'],
    ['empty blocks', 'Host a\n  Port 7\nHost b\nHost c\n  Port 8\nMatch host d\nMatch all\n', 'a', 'b', 'c'],
    ['Match first', 'Match host a\n  Port 7\nHost a\n  Port 8\n  User me\n', 'a', 'b'],
    ['Match of the name given', 'Host a\n HostName x\nMatch originalhost a\n Port 7\nMatch host x\n User y\n', 'a', 'x'],
    ['Match of lists', 'Match host a,b,!c,*.d\n  Port 7\n', 'a', 'b', 'c', 'x.d', 'd'],
    ['Match of users', `User me\nMatch user me host a\n  Port 7\nMatch localuser ${os.userInfo().username}\n  ConnectTimeout 3\n`, 'a', 'b'],
    ['Match, negated', 'Match !host a !user me\n  Port 7\nMatch !all\n  User x\n', 'a', 'b'],
    ['Match in capitals and quotes', 'MATCH HOST "a,b" USER "*"\n  Port 7\n', 'a', 'b', 'c'],
    ['Match with an equals sign', 'Match host=a user=*\n  Port 7\nMatch host = b\n  Port 8\n', 'a', 'c'],
    ['Match with a comment', 'Match host a # user x\n  Port 7\n', 'a', 'b'],
    ['Match final', 'Match final host x\n  Port 7\nHost a\n  HostName x\nMatch canonical\n  User me\n', 'a', 'x'],
    ['Match final all', 'Match final all\n  Port 7\nHost a\n  HostName x\n', 'a', 'x'],
    ['ways through others', 'Host a\n  ProxyJump me@b:22,c\nHost b\n  ProxyJump none\nHost c\n  ProxyCommand ssh -W "%h:%p" b # x\nHost *\n  ProxyJump d\n', 'a', 'b', 'c', 'e'],
    ['a ProxyCommand that stays', 'Host a\n  RemoteCommand echo ""\n  ProxyCommand = exec nc -X connect -x p:1 %h %p\nHost b\n  ProxyCommand none\nHost *\n  ProxyCommand /usr/bin/nc %h %p\n', 'a', 'b', 'c'],
    ['unknown and obsolete keywords', 'IgnoreUnknown UseKeychain,Foo*\nUseKeychain yes\nFooBar "a b"\nHost a\n  Port 7\n  UseKeychain no\n  Protocol 2\n', 'a', 'b'],
    ['what is kept', 'SendEnv LANG LC_*\nSetEnv A=b\nHost a\n  ServerAliveInterval 7\n  StrictHostKeyChecking accept-new\n  HostKeyAlias z\n  Compression yes\n', 'a', 'b'],
    ['names that hold tokens', 'Host *.x\n  HostName %h.example.com\n  User me\n', 'a.x', 'a'],
    ['included files', { config: 'Include one two\nPort 7\n', one: 'User me\n', two: 'HostName x\n' }, 'a'],
    ['an included file that is not there', { config: 'Include none *.none\nHost a\n  Port 7\n' }, 'a'],
    ['Include with patterns', { config: 'Include conf.d/*.conf conf.d/?9 conf.d/[ab]x\nHost *\n  Port 1\n', 'conf.d/b.conf': 'Host a\n  Port 3\n', 'conf.d/a.conf': 'Host a\n  Port 2\n', 'conf.d/.c.conf': 'Host a\n  User no\n', 'conf.d/n9': 'Host n\n Port 9\n', 'conf.d/ax': 'Host ax\n Port 8\n' }, 'a', 'n', 'ax', 'x'],
    ['Include of absolute and home paths', { config: 'Include HOME/.ssh/one ~/.ssh/two\n', one: 'Host a\n Port 2\n', two: 'Host b\n Port 3\n' }, 'a', 'b'],
    ['Include of a quoted name', { config: 'Include "a b/c"\n', 'a b/c': 'Host a\n Port 2\n' }, 'a'],
    ['settings behind an Include at the top', { config: 'Include one\nPort 7\nHost a\n User x\n', one: 'Host a\n Port 2\n' }, 'a', 'b'],
    ['Include in a Host block', { config: 'Host a b\n  Include one\n  User last\nHost *\n  Port 9\n', one: 'HostName x\nHost b c\n  Port 7\n  User me\n' }, 'a', 'b', 'c', 'd'],
    ['Include in Host *', { config: 'Host *\n  Include one\n  User last\n', one: 'Host b\n  Port 7\n' }, 'a', 'b'],
    ['Include in a block with negations', { config: 'Host *.x !b.x\n  Include one\n', one: 'Host a* b*\n  Port 7\nHost !a.x\n  User none\nHost * !a.x\n  User me\n' }, 'a.x', 'b.x', 'c.x', 'a'],
    ['Include in a Match block', { config: 'Match host a,b\n  Include one\n  ConnectTimeout 4\nHost *\n  User last\n', one: 'Match originalhost b user *\n  Port 7\nMatch all\n  ServerAliveInterval 3\nMatch !all\n  Port 1\n' }, 'a', 'b', 'c'],
    ['Include in an Include in a block', { config: 'Host a*\n  Include one\n  User end\n', one: 'Host ab* ac\n  Include two\n  ServerAliveInterval 4\n', two: 'Port 5\nHost *c\n  HostName x\nMatch host x\n ConnectTimeout 8\n' }, 'a', 'ab', 'ac', 'abc', 'b'],
    ['Match with all in an Include in a block', { config: 'Host a*\n  Include one\n', one: 'Match host ab all\n  Port 7\nMatch !all\n  User me\nMatch all\n  ConnectTimeout 3\n' }, 'a', 'ab', 'b'],
    ['two files in one Include in a block', { config: 'Host a\n  Include one two\n  User end\n', one: 'Host b\n  Port 5\n', two: 'Port 6\n' }, 'a', 'b'],
    ['Include in a block that does not apply', { config: 'Host nobody\n  Include one\nHost a\n  User me\n', one: 'Match all\n  Port 5\nHost *\n  Port 6\n' }, 'a'],
    ['a Match around an Include that goes on changed', { config: 'Match host a\n  Port 7\n  Include one\n', one: 'Match originalhost a\n  HostName x\n  User me\n' }, 'a', 'b'],
  ]; // prettier-ignore
  it.each(cases)('%s', (_, files, ...hosts) => {
    const home = new SshHome(files);
    expectSame(home, ...hosts, 'zzz');
    expect(home.sanitised.warnings).toEqual([]);
  });

  it('loses no line of Host or Match', () => {
    const lines = ['Host a', 'Host b', 'Match host c', 'Host d !e', 'Match all', 'Host f'];
    const { text } = new SshHome(lines.join('\n')).sanitised;
    expect(text.split('\n').filter((line) => lines.includes(line))).toEqual([
      ...lines,
      'Match all',
    ]);
  });

  it('stays the same when it is sanitised again', () => {
    const home = new SshHome('Host a "b c"\n Port 7\nMatch host x user y\n User me # z\n');
    home.write('config', home.sanitised.text);
    home.sanitise();
    expectSame(home, 'a', 'x');
  });

  it('whatever stands there', () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...[
          'Host a',
          'Host b !a',
          'Host *',
          'Host "a" b',
          'Match host x',
          'Match user me',
          'Match !host a',
        ],
        ...['HostName x', 'User me', 'User=you', 'Port 7', 'Port = 8', 'ProxyJump j', 'Match all'],
        ...[
          'Include one',
          'Include two',
          '# x',
          '',
          'ProxyCommand nc %h %p',
          'Match originalhost a user *',
        ],
        ...[
          'ForwardAgent yes',
          'ControlPath ~/x',
          'IdentityFile ~/.ssh/none',
          'Match final host x',
        ],
      ),
    );
    const file = fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(file, file, file, (config, one, two) => {
        const safe = two.replaceAll(/Include .*/g, '');
        const home = new SshHome({
          config,
          one: one.replaceAll('Include one', ''),
          two: safe,
        });
        if (home.sanitised.warnings.length > 0) return;
        expectSame(home, 'a', 'b');
      }),
      { numRuns: 40 },
    );
  });
});
