// The words for an engine behind ssh that is out of reach: what ssh ran into, and what the user can do about it.

import type { ErrorFacts } from '../base/errors.ts';

type Facts = ErrorFacts['AI_ENGINE_SSH'];

const troubles: Record<Facts['trouble'], (facts: Facts) => { why: string; next: string }> = {
  'not-installed': () => ({
    why: 'ssh is not installed on this machine',
    next: 'sudo apt install openssh-client  (Debian, Ubuntu), then try again',
  }),
  'unknown-host': ({ command }) => ({
    why: 'there is no host of that name',
    next: `check the name: ${command} true  has to work first`,
  }),
  'key-unknown': ({ command }) => ({
    why: 'ssh does not know that host’s key yet',
    next: `${command} true  shows the key, and asks you whether it is the right one`,
  }),
  'key-changed': ({ command }) => ({
    why: 'that host’s key is not the one that ssh knows',
    next: `find out why before you go on; ${command} true  says which line of known_hosts it is about`,
  }),
  'login-refused': ({ command }) => ({
    why: 'that host does not let you in',
    next: `${command} true  has to work first; ssh-add -l  lists the keys of your agent`,
  }),
  'forward-refused': () => ({
    why: 'the ssh server of that host forwards no sockets',
    next: 'use OpenSSH over there, with AllowStreamLocalForwarding yes',
  }),
  'no-engine': ({ command, socket }) => ({
    why: `over there, nothing that you may use is at ${socket}`,
    next: `${command} ls -l ${socket}  shows it (another one: ssh://HOST/its/path); its sshd has to have AllowStreamLocalForwarding yes`,
  }),
  'engine-silent': ({ command, socket }) => ({
    why: `ssh gets there, but the engine at ${socket} does not answer`,
    next: `${command} docker -H unix://${socket} info  shows whether it answers over there`,
  }),
  timeout: ({ command }) => ({
    why: 'that takes too long',
    next: `${command} true  shows how far it gets`,
  }),
  other: ({ command }) => ({
    why: 'ssh gave up',
    next: `${command} -v true  says more`,
  }),
};

export function sshTroubleWords(facts: Facts): {
  what: string;
  details: readonly string[];
  next: string;
} {
  const { why, next } = troubles[facts.trouble](facts);
  return {
    what: `cannot reach the engine at ${facts.endpoint}: ${why}`,
    details: facts.said === '' ? [] : [`ssh says: ${facts.said}`],
    next,
  };
}
