// One line about an agent that will not help, and none about one that does.

import { expect, it } from 'vitest';
import type { ResolvedHost } from '../../../src/plan/ssh-facts.ts';
import { wordsOfAgent, wordsOfUnknown } from '../../../src/launch/agent-words.ts';

const hosts = [
  { user: 'git', host: 'github.com', origin: 'remote origin' },
  { user: 'git', host: 'github.com', origin: 'remote fork' },
];
const two = [...hosts, { host: 'b', origin: 'submodule' }];
const none = { kind: 'absent' } as const;
const empty = { kind: 'keys', count: 0 } as const;

it.each([
  [
    none,
    hosts,
    'linux',
    'ssh: no ssh agent runs, so nothing logs in at git@github.com: eval "$(ssh-agent)" && ssh-add',
  ],
  [
    { kind: 'silent', socket: '/a b' } as const,
    two,
    'linux',
    'ssh: your ssh agent does not answer at \'/a b\', so nothing logs in at git@github.com …: eval "$(ssh-agent)" && ssh-add',
  ],
  [
    empty,
    hosts,
    'linux',
    'ssh: your ssh agent has no keys, so nothing logs in at git@github.com: ssh-add',
  ],
  [
    empty,
    hosts,
    'darwin',
    'ssh: your ssh agent has no keys, so nothing logs in at git@github.com: ssh-add --apple-load-keychain',
  ],
  [{ kind: 'keys', count: 1 } as const, hosts, 'linux', undefined],
  [none, [], 'linux', undefined],
] as const)('of %j', (state, remotes, platform, words) => {
  expect(wordsOfAgent(state, remotes, platform)).toBe(words);
});

const resolved = (alias: string, port: number): ResolvedHost => ({
  alias,
  host: `${alias}.example.com`,
  port,
  user: 'git',
  identityFiles: [],
  userKnownHostsFiles: [],
  globalKnownHostsFiles: [],
});

it.each([
  [[], undefined],
  [
    [resolved('a', 22)],
    'ssh: a.example.com is not in your known_hosts, so no key logs in there: ssh -T git@a',
  ],
  [
    [resolved('a', 2222), resolved('b', 22)],
    'ssh: [a.example.com]:2222, b.example.com are not in your known_hosts, so no key logs in there: ssh -T -p 2222 git@a',
  ],
])('of hosts that are not known', (unknown, words) => {
  expect(wordsOfUnknown(unknown)).toBe(words);
});
