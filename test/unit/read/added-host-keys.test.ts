// What a run has added to its known_hosts, as ssh adds it, and what somebody might add for other ends.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addedHostKeys, mostAdded } from '../../../src/read/added-host-keys.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const file = path.join(temporaryDirectory(), 'key');
execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'c', '-f', file]);
const key = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
const fingerprint = execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ')[1];

describe('an added host key', () => {
  it('is offered with host, kind and fingerprint, each once', () => {
    expect(addedHostKeys(`old ${key}\n`, `old ${key}\nnew ${key} me@x\nnew ${key}\r\n`)).toEqual([
      { line: `new ${key}`, host: 'new', type: 'ssh-ed25519', fingerprint },
    ]);
  });

  it.each([
    'a',
    'a.example.com',
    '[a]:2222',
    'a,1.2.3.4',
    '::1',
    '[::1]:2222',
    '[a]:1,[1.2.3.4]:1',
  ])('may be that of %s', (host) => {
    expect(addedHostKeys('', `${host} ${key}\n`).map((one) => one.host)).toEqual([host]);
  });

  it.each([
    ['a pattern', `* ${key}`],
    ['a pattern in a list', `a,*.com ${key}`],
    ['a negation', `a,!b ${key}`],
    ['an authority', `@cert-authority a ${key}`],
    ['a revocation', `@revoked a ${key}`],
    ['a hash', `|1|ZmZm|ZmZm ${key}`],
    ['a bad port', `[a]:99999 ${key}`],
    ['an option', `-oProxyCommand=x ${key}`],
    ['colours', `a\u001b[31m ${key}`],
    ['a return in the line', `a\rb ${key}`],
    ['letters of other scripts', `gіthub.com ${key}`],
    ['a long list', `a,b,c,d,e ${key}`],
    ['an unknown kind of key', `a ssh-x ${key.split(' ')[1] ?? ''}`],
    ['a key of another kind', `a ssh-rsa ${key.split(' ')[1] ?? ''}`],
    ['no key', 'a ssh-ed25519 AAAA'],
    ['a comment', `# a ${key}`],
  ])('is not %s', (_, line) => {
    expect(addedHostKeys('', `${line}\nb ${key}\n`).map(({ host }) => host)).toEqual(['b']);
  });

  it('is shown without what stood behind it', () => {
    const [added] = addedHostKeys('', `a ${key} \u001b[2J\n`);
    expect(added?.line).toBe(`a ${key}`);
  });

  it('is one of not too many, in a file that is not too long', () => {
    const lines = Array.from({ length: 1000 }, (_, n) => `h${n} ${key}\n`);
    expect(addedHostKeys('', lines.join(''))).toHaveLength(mostAdded);
    expect(addedHostKeys('', `a ${key}\n${'#'.repeat(300_000)}`)).toEqual([]);
  });
});
