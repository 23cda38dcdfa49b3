// The host keys that were accepted inside a container during a run, to be offered to the user. Whatever ran there may have
// written the file: only lines count that ssh itself could have added, and that say for which host they are.

import { fingerprintOf } from '../base/ssh-keys.ts';
import { isSshHost } from '../base/ssh-url.ts';
import { parseKnownHosts } from './known-hosts.ts';

export interface AddedHostKey {
  /** One line for known_hosts, without a comment and a line end. */
  line: string;
  /** As it stands there: `github.com`, `[git.example.com]:2222`, several with commas. */
  host: string;
  type: string;
  /** `SHA256:…` */
  fingerprint: string;
}

/** Nobody answers more questions than that. */
export const mostAdded = 32;
const longestFile = 256 * 1024;

/** What is new in the run's own known_hosts. Nothing of one that has become too long for such a file. */
export function addedHostKeys(before: string, after: string): readonly AddedHostKey[] {
  if (after.length > longestFile) return [];
  const known = new Set(linesOf(before).map(({ line }) => line));
  const added = new Map(
    linesOf(after).flatMap((one) => (known.has(one.line) ? [] : [[one.line, one]])),
  );
  return [...added.values()].slice(0, mostAdded);
}

/** No patterns, no hashes and no authorities: nobody could see what they would open. */
function linesOf(text: string): AddedHostKey[] {
  return parseKnownHosts(text).flatMap(({ marker, hosts, type, key }) =>
    marker === undefined && hosts.split(',').length <= 4 && hosts.split(',').every(isPlainHost)
      ? [
          {
            line: `${hosts} ${type} ${key}`,
            host: hosts,
            type,
            fingerprint: fingerprintOf(Buffer.from(key, 'base64')),
          },
        ]
      : [],
  );
}

function isPlainHost(name: string): boolean {
  const [, bracketed, port] = /^\[([^[\]]+)\]:([1-9]\d{0,4})$/.exec(name) ?? [];
  if (bracketed === undefined) return isSshHost(name);
  return Number(port) <= 65_535 && isSshHost(bracketed);
}
