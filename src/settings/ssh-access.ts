// The setting `ssh.mode`: which keys of the user's agent a run may use, and where. As words, because users write it so.

import { parseTarget, type SshTarget } from '../base/ssh-url.ts';
import type { ValueType } from './types.ts';

/** One of the modes alone, or a list of hosts (`git.example.com`, `git@host:2222`) and keys (`SHA256:…`). */
export type SshAccess = readonly string[];

/** `remotes`: for the hosts of the project's ssh remotes; `all`: for every host; `none`: no agent. */
const modes = ['remotes', 'all', 'none'];

/** What a host or a key may be made of. Which of it is one, editors cannot tell. */
const letters = String.raw`A-Za-z0-9._+@:/=\[\]-`;
const notAMode = `(?!(${modes.join('|')})([\\s,]|$))`;
const word = `${notAMode}[${letters}]+`;

export const sshAccess: ValueType<SshAccess> = {
  expected: 'remotes, all, none, or a list of hosts (git@host:2222) and keys (SHA256:…)',
  json: {
    anyOf: [
      { type: 'string', enum: modes },
      { type: 'string', pattern: `^[\\s,]*${word}([\\s,]+${word})*[\\s,]*$` },
      { type: 'array', minItems: 1, maxItems: 1, items: { type: 'string', enum: modes } },
      { type: 'array', minItems: 1, items: { type: 'string', pattern: `^${word}$` } },
    ],
  },
  fromText: (value) => parseAccess(value.split(/[\s,]+/).filter((word) => word !== '')),
  toData: (words) => (words.length === 1 ? (words[0] ?? '') : words),
  fromData: (data) => {
    if (typeof data === 'string') return sshAccess.fromText(data);
    const isTexts = Array.isArray(data) && data.every((item) => typeof item === 'string');
    return isTexts ? parseAccess(data) : undefined;
  },
};

function parseAccess(words: readonly string[]): SshAccess | undefined {
  const [first] = words;
  if (first === undefined) return undefined;
  if (words.length === 1 && modes.includes(first)) return words;
  return words.every((word) => isHost(word) || isKey(word)) ? words : undefined;
}

/** As `ssh-keygen -l` prints it: 32 bytes in base64 without padding. */
export const isKey = (word: string): boolean => /^SHA256:[A-Za-z0-9+/]{43}$/.test(word);

/** A host as the list has it; undefined for what is none. */
export const parseHost = (word: string): SshTarget | undefined =>
  modes.includes(word) ? undefined : parseTarget(word);

const isHost = (word: string): boolean => parseHost(word) !== undefined;
