// Which addresses a session may have opened in the user's browser: a table, its positive twins, and a fuzz.

import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { longestLink, mostLinks } from '../../../src/base/link-bounds.ts';
import {
  judgeLink,
  LinkBudget,
  type LinkRefusal,
  type LinkRules,
} from '../../../src/tunnel/link-policy.ts';
import { isPrivateAddress } from '../../../src/tunnel/private-address.ts';

const open: LinkRules = { publish: [] };
const published = (hostAddress: string, hostPort: string, protocol: 'tcp' | 'udp' = 'tcp') => ({
  publish: [{ hostAddress, hostPort, containerPort: 5173, protocol }],
});

/** The address that is opened, or why none is. */
const judged = (text: string, rules: LinkRules = open): string => {
  const { link, denied } = judgeLink(text, rules);
  return denied ?? link.url;
};

describe('an address', () => {
  it.each([
    ['https://github.com/login/device', 'https://github.com/login/device'],
    ['HTTPS://GitHub.com', 'https://github.com/'],
    ['http://example.com:8080/a?b=c&d#e', 'http://example.com:8080/a?b=c&d#e'],
    ['https://example.com:443/', 'https://example.com/'],
    ['https://203.0.113.7/login', 'https://203.0.113.7/login'],
    ['https://[2606:2800:220:1::1]/', 'https://[2606:2800:220:1::1]/'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    ['https://example.com/?redirect_uri=https%3A%2F%2Fexample.com%2Fback', undefined],
    ['https://example.com/?redirect_uri=com.app%3A%2F%2Flocalhost', undefined],
    ['https://example.com/?from=http%3A%2F%2Flocalhost%3A1455', undefined],
    ["https://example.com/it's$(id);x&y=*!", undefined],
    ['https://example.com/`id`"<>{|}^', 'https://example.com/%60id%60%22%3C%3E%7B%7C%7D%5E'],
    ['https://example.com/?q=`id`|^{}', 'https://example.com/?q=%60id%60%7C%5E%7B%7D'],
    ['https://@example.com/', 'https://example.com/'],
    ['https://127.example.com/', undefined],
    ['https://localhost.example.com/', undefined],
  ])('of the web is opened in one form: %s', (text, url = text) => {
    expect(judged(text)).toBe(url);
  });

  it.each<[LinkRefusal, string[]]>([
    [
      'scheme',
      [
        ...['file:///etc/passwd', 'javascript:alert(1)', 'JavaScript://example.com/%0aalert(1)'],
        ...['data:text/html,x', 'vscode://file/x', 'mailto:a@example.com', 'ftp://example.com/'],
        ...['ssh://-oProxyCommand=x/', 'x-terminal://x', 'view-source:https://example.com'],
      ],
    ],
    [
      'malformed',
      [
        ...['', '-x', '--help', 'example.com', '/etc/passwd', '//example.com', 'https:example.com'],
        ...['https:/example.com', 'https:\\\\example.com', 'https://', 'https:///x'],
        ...['https://example.com\n--x', 'https://example.com/\0', 'https://a b.example/'],
        ...['\thttps://example.com', ' https://example.com', 'https://example.com\u2028x'],
        ...['https://example.com/\u202Egpj.exe', 'https://example.com/\x1b]52;c;x\x07'],
        ...['https://exa$mple.com/', 'https://-x.com/', 'https://a..b/', 'https://[::g]/'],
        ...['https://example.com:99999/', 'https://1.2.3.4.5/', '\uD800https://example.com'],
        ...['https://example.com\\@127.0.0.1/'],
      ],
    ],
    [
      'login',
      ['https://user:pass@example.com/', 'https://user@example.com/', 'https://:pass@example.com/'],
    ],
    [
      'long',
      [`https://example.com/${'a'.repeat(longestLink)}`, `https://example.com/${'ü'.repeat(1000)}`],
    ],
    [
      'own',
      [
        ...[
          'http://localhost:3000/',
          'http://LOCALHOST./',
          'http://a.localhost/',
          'http://127.0.0.1/',
        ],
        ...['http://127.1/', 'http://0x7f.1/', 'http://2130706433/', 'http://0177.0.0.1/'],
        ...['http://0.0.0.0:80/', 'http://[::1]/', 'http://[::]/', 'http://[::ffff:127.0.0.1]/'],
        ...['http://①②⑦.0.0.1/', 'http://127。0。0。1/'],
      ],
    ],
    [
      'callback',
      [
        'https://example.com/?redirect_uri=http%3A%2F%2Flocalhost%3A1455%2Fcallback',
        'https://example.com/?a=b&redirect_uri=http://127.0.0.1/',
        'https://example.com/?callback_url=http%3A%2F%2F[::1]%3A1%2F',
      ],
    ],
    [
      'private',
      [
        ...['http://169.254.169.254/latest/meta-data', 'http://10.0.0.1/', 'http://192.168.1.1/'],
        ...['http://172.16.0.1/', 'http://100.64.0.1/', 'http://[fe80::1]/', 'http://[fd00::1]/'],
        ...['http://[::ffff:10.0.0.1]/', 'http://[64:ff9b::a00:1]/', 'http://0.1.2.3/'],
        'http://3232235777/',
      ],
    ],
  ])('is refused as %s', (reason, texts) => {
    for (const text of texts) expect(`${text}: ${judged(text)}`).toBe(`${text}: ${reason}`);
  });

  it('of the longest length is none too long', () => {
    const text = `https://example.com/${'a'.repeat(longestLink - 20)}`;
    expect(text).toHaveLength(longestLink);
    expect(judged(text)).toBe(text);
  });
});

describe('with a list of hosts', () => {
  const rules = {
    ...open,
    hosts: [{ host: 'example.com' }, { host: 'dev.example.org', port: 8443 }, { host: 'nas' }],
  };
  it.each([
    ['https://example.com/', undefined],
    ['http://docs.example.com/', undefined],
    ['https://dev.example.org:8443/', undefined],
    ['http://nas/', undefined],
    ['https://example.com:8443/', 'port'],
    ['https://dev.example.org/', 'port'],
    ['https://evil.example/?https://example.com', 'host'],
    ['https://example.com.evil.example/', 'host'],
    ['https://notexample.com/', 'host'],
    ['https://203.0.113.7/', 'host'],
  ])('%s: %s', (text, reason = text) => {
    expect(judged(text, rules)).toBe(reason);
  });

  it('none at all is open to nobody', () => {
    expect(judged('https://example.com/', { ...open, hosts: [] })).toBe('host');
  });
});

describe('a page of the run itself', () => {
  it.each<[string, LinkRules, string]>([
    ['is at its port outside', published('127.0.0.1', '8080'), 'http://localhost:8080/a?b'],
    [
      'also where all addresses lead there',
      published('0.0.0.0', '5173'),
      'http://localhost:5173/a?b',
    ],
    [
      'and at the address that the user named',
      published('192.0.2.1', '80'),
      'http://192.0.2.1/a?b',
    ],
    [
      'and at another address of the loopback, where another service may be',
      published('127.0.0.2', '8080'),
      'http://127.0.0.2:8080/a?b',
    ],
    ['and at one of IPv6', published('2001:db8::1', '81'), 'http://[2001:db8::1]:81/a?b'],
    ['is nowhere where the engine chooses', published('127.0.0.1', ''), 'own'],
    ['is nowhere behind udp', published('127.0.0.1', '5173', 'udp'), 'own'],
    ['is nowhere unless published', open, 'own'],
  ])('%s', (_, rules, expected) => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', '0.0.0.0'])
      expect(judged(`http://${host}:5173/a?b`, rules)).toBe(expected);
    expect(judged('http://localhost:5174/', rules)).toBe('own');
  });
});

it('a log-in that comes back to the run opens where the very port is published', () => {
  const text = 'https://example.com/?redirect_uri=http%3A%2F%2Flocalhost%3A5173%2Fcallback';
  expect(judged(text, published('127.0.0.1', '5173'))).toBe(text);
  expect(judged(text, published('127.0.0.1', '8080'))).toBe('callback');
  // It comes back to localhost, which these do not answer at.
  for (const address of ['127.0.0.2', '192.0.2.1'])
    expect(judged(text, published(address, '5173'))).toBe('callback');
  expect(judgeLink(text, open).link?.callback).toBe(5173);
});

it('whatever is sent: what is opened is an address of the web, in plain ASCII, on its list, and the same again', () => {
  const pieces = [
    ...[
      'https://',
      'http://',
      'file:',
      'javascript:',
      '//',
      '\\',
      '@',
      ':',
      '#',
      '?',
      '%0a',
      '%',
      '-',
    ],
    ...[
      'example.com',
      '127.0.0.1',
      'localhost',
      '0x7f',
      '[::1]',
      '[',
      ']',
      '10.0.0.1',
      '2130706433',
    ],
    ...[
      'user:pass@',
      '\n',
      '\r',
      '\t',
      ' ',
      '\0',
      '\u202e',
      '\u2028',
      '"',
      "'",
      '`',
      '$(x)',
      ';',
      '|',
    ],
    ...['a', '/', '.', '..', ':80', ':99999', '\uD800', 'ü', '。', '①', '😀', 'xn--', '&', '\x1b['],
  ];
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  let opened = 0;
  for (let turn = 0; turn < 30_000; turn++) {
    const start = turn % 2 === 0 ? ['https://example.com'] : [];
    const words = Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)] ?? '');
    const text = [...start, ...words].join('');
    const rules = { ...open, ...(turn % 3 === 0 && { hosts: [{ host: 'example.com' }] }) };
    const { link, denied } = judgeLink(text, rules);
    if (link === undefined || denied !== undefined) continue;
    opened += 1;
    expect(link.url).toMatch(/^https?:\/\/[!#-;=?-[\]_a-z~]*$/);
    const { hostname, username, password, protocol } = new URL(link.url);
    expect([username, password]).toEqual(['', '']);
    expect(['http:', 'https:']).toContain(protocol);
    expect(hostname).not.toMatch(/(^|\.)localhost\.?$/);
    const address = hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(address) > 0) expect(isPrivateAddress(address)).toBe(false);
    if (rules.hosts) expect(hostname).toMatch(/(^|\.)example\.com\.?$/);
    expect(judgeLink(link.url, rules)).toEqual({ link });
  }
  expect(opened).toBeGreaterThan(1000);
});

describe('pages', () => {
  it('open one a second, and the same again is no second one', () => {
    const budget = new LinkBudget();
    const at = (now: number, url: string) => budget.take(url, now);
    expect(at(0, 'a')).toBe('open');
    expect(at(100, 'a')).toBe('again');
    expect(at(999, 'b')).toBe('often');
    expect(at(1000, 'b')).toBe('open');
    expect(at(1500, 'a')).toBe('often');
    expect(at(6001, 'b')).toBe('open');
  });

  it(`are ${mostLinks} in a run at the most`, () => {
    const budget = new LinkBudget();
    const all = Array.from({ length: 30 }, (_, turn) => budget.take(`u${turn}`, turn * 10_000));
    expect(all.slice(0, mostLinks).every((one) => one === 'open')).toBe(true);
    expect(all.slice(mostLinks).every((one) => one === 'many')).toBe(true);
  });
});
