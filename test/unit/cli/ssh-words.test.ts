// What a user reads when an engine behind ssh is out of reach: each trouble has its own words, and a next step.

import { expect, it } from 'vitest';
import { AiError, type SshTrouble } from '../../../src/base/errors.ts';
import { wordsOf } from '../../../src/cli/words.ts';

const cases: Record<SshTrouble, [why: RegExp, next: RegExp]> = {
  'not-installed': [/ssh is not installed/, /apt install openssh-client/],
  'unknown-host': [/no host of that name/, /^check the name: ssh me@far true/],
  'key-unknown': [/does not know that host’s key/, /^ssh me@far true/],
  'key-changed': [/not the one that ssh knows/, /known_hosts/],
  'login-refused': [/does not let you in/, /ssh-add -l/],
  'forward-refused': [/forwards no sockets/, /AllowStreamLocalForwarding yes/],
  'no-engine': [/nothing that you may use is at \/d\.sock/, /^ssh me@far ls -l \/d\.sock/],
  'engine-silent': [
    /the engine at \/d\.sock does not answer/,
    /^ssh me@far docker -H unix:\/\/\/d\.sock info/,
  ],
  timeout: [/takes too long/, /^ssh me@far true/],
  other: [/ssh gave up/, /^ssh me@far -v true/],
};

it.each(Object.entries(cases))('%s', (trouble, [why, next]) => {
  const facts = {
    endpoint: 'ssh://me@far/d.sock',
    command: 'ssh me@far',
    socket: '/d.sock',
    trouble: trouble as SshTrouble,
  };
  const words = wordsOf(new AiError('AI_ENGINE_SSH', { ...facts, said: 'one; two' }));
  expect(words.what).toMatch(/^cannot reach the engine at ssh:\/\/me@far\/d\.sock: /);
  expect(words.what).toMatch(why);
  expect(words.details).toEqual(['ssh says: one; two']);
  expect(words.next).toMatch(next);
  expect(wordsOf(new AiError('AI_ENGINE_SSH', { ...facts, said: '' })).details).toEqual([]);
});
