// What ssh's own words mean, when it has not brought us to an engine.

import type { SshTrouble } from '../../base/errors.ts';

/** OpenSSH is not translated, so that its words can be told apart; the first that fits counts. */
const signs: readonly [RegExp, SshTrouble][] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/, 'key-changed'],
  [/Host key verification failed|authenticity of host .* can't be established/, 'key-unknown'],
  [/Permission denied \(|Too many authentication failures|No more authentication/, 'login-refused'],
  [/Could not resolve hostname/, 'unknown-host'],
  [/(?:Connection|Operation) timed out/, 'timeout'],
  // Servers that know no forwards of sockets, like Dropbear's.
  [/open failed: (?:administratively prohibited|unknown channel type)/, 'forward-refused'],
  // OpenSSH's does not say whether the socket is not there, is not this user's, or is forwarded to nobody.
  [/open failed: connect failed/, 'no-engine'],
];

export const sshTroubleOf = (said: string): SshTrouble =>
  signs.find(([sign]) => sign.test(said))?.[1] ?? 'other';

/** The last lines of what ssh said, without the frame of its loudest warning. */
export const lastWordsOf = (said: string): string =>
  said
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^@+$/.test(line))
    .slice(-3)
    .join('; ');
