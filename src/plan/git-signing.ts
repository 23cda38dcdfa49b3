// Whether commits can be signed inside, and by what: ssh keys sign through the agent, all others stay outside. Pure.

import { isGitTrue } from '../base/git-config.ts';
import type { GitSettingsFacts, GitSetting } from './facts.ts';

export interface Signing {
  /** What goes in. */
  settings: readonly GitSetting[];
  /** Said to the user. */
  notes: readonly string[];
  /** The user signs with an ssh key that an agent may hold. */
  signsWithSsh: boolean;
}

/** Settings that are decided on here. */
export const isOfSigning = (name: string): boolean => names.has(name);

const asked = ['commit.gpgsign', 'tag.gpgsign', 'tag.forcesignannotated', 'push.gpgsign'];
const names = new Set([...asked, 'gpg.format', 'user.signingkey', 'gpg.ssh.defaultkeycommand']);

/** Which format needs what that is not inside. Without gpg.format it is openpgp (git-config(1)). */
const foreign: Readonly<Partial<Record<string, string>>> = { openpgp: 'OpenPGP', x509: 'X.509' };

export function planSigning({ settings, files }: GitSettingsFacts): Signing {
  const last = (name: string): string | undefined =>
    settings.findLast((setting) => setting.name === name)?.value;
  const format = last('gpg.format') ?? 'openpgp';
  const signs = isGitTrue(last('commit.gpgsign'));
  if (format !== 'ssh') {
    const what = foreign[format] ?? format;
    return nothing(signs, `${what} keys do not enter (gpg.format=ssh works)`);
  }
  const wanted = last('user.signingkey') ?? '';
  const key = keyOf(wanted, files['user.signingkey']);
  // Any other command is one of the host.
  const fromAgent = !wanted && last('gpg.ssh.defaultkeycommand') === 'ssh-add -L';
  const ofFormat = { name: 'gpg.format', value: 'ssh' };
  if (key === undefined && !fromAgent) {
    const why = wanted ? `no public key in ${wanted}` : 'user.signingkey names no key';
    return { ...nothing(signs, why), settings: [ofFormat] };
  }
  return {
    settings: [
      ofFormat,
      key === undefined
        ? { name: 'gpg.ssh.defaultkeycommand', value: 'ssh-add -L' }
        : { name: 'user.signingkey', value: key },
      ...asked.flatMap((name) => {
        const value = last(name);
        return value === undefined ? [] : [{ name, value }];
      }),
    ],
    notes: [],
    signsWithSsh: key !== undefined || signs || isGitTrue(last('tag.gpgsign')),
  };
}

/** One line of a public key: type, base64, and a comment perhaps (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
export const publicKey = /^((?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+=*)(?: [^\r\n]*)?\r?\n?$/;

/** A key in the setting itself, as git has it (gpg-interface.c, is_literal_ssh_key); the rest are names of files. */
export const isLiteralKey = (value: string): boolean => /^(?:ssh-|key::)/.test(value);

/** The key itself: the file is not there inside. */
function keyOf(value: string, text: string | undefined): string | undefined {
  if (isLiteralKey(value)) return value;
  const [, key] = publicKey.exec(text ?? '') ?? [];
  return key && `key::${key}`;
}

const nothing = (signs: boolean, why: string): Signing => ({
  settings: [],
  notes: signs ? [`git: commits are not signed inside: ${why}`] : [],
  signsWithSsh: false,
});
