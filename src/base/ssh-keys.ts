// Public keys of ssh as they stand in files: `type base64 comment` (sshd(8), AUTHORIZED_KEYS and SSH_KNOWN_HOSTS; RFC 4253, 6.6).

import { createHash } from 'node:crypto';

/** Kinds of keys that OpenSSH takes; not DSA, which it no longer does. */
export const sshKeyTypes: readonly string[] = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

const certificateTypes: readonly string[] = sshKeyTypes.map(
  (type) => `${type.replace('@openssh.com', '')}-cert-v01@openssh.com`,
);

/** Characters of base64: more than any key, with a certificate of many names. */
const longestKey = 32 * 1024;

/** True if the base64 holds a whole key of that type, written the one way that base64 has for it. */
export function isSshKey(type: string, base64: string): boolean {
  return sshKeyTypes.includes(type) && isBlob(type, base64);
}

/** The key or certificate of a `.pub` file as one line without its comment, if there is that and nothing else. */
export function readPublicKeyFile(text: string): string | undefined {
  const [line = '', ...rest] = text.split(/\r?\n/);
  if (rest.some((other) => other.trim() !== '')) return undefined;
  const [type = '', base64 = ''] = line.trim().split(/[ \t]+/);
  const known = sshKeyTypes.includes(type) || certificateTypes.includes(type);
  return known && isBlob(type, base64) ? `${type} ${base64}\n` : undefined;
}

/** As `ssh-keygen -l` prints it. */
export const fingerprintOf = (blob: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;

/** A sequence of texts with their lengths before them, the type first. */
function isBlob(type: string, base64: string): boolean {
  if (base64.length > longestKey) return false;
  const blob = Buffer.from(base64, 'base64');
  if (blob.toString('base64') !== base64) return false;
  if (type.endsWith('-cert-v01@openssh.com')) return startsWithType(blob, type);
  let at = 0;
  let fields = 0;
  while (at + 4 <= blob.length) {
    at += 4 + blob.readUInt32BE(at);
    fields++;
  }
  return at === blob.length && fields >= 2 && startsWithType(blob, type);
}

/** A certificate has numbers among its texts, so only its beginning is looked at. */
const startsWithType = (blob: Buffer, type: string): boolean =>
  blob.length > 4 + type.length &&
  blob.readUInt32BE(0) === type.length &&
  blob.toString('latin1', 4, 4 + type.length) === type;
