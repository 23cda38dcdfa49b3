// Whether a host has signed a session, as `session-bind@openssh.com` says: its key over the session id (RFC 4253, section 8).

import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { SessionBind } from './agent-messages.ts';
import { nameOf, plainKeyOf } from './ssh-keys.ts';
import { readAll } from './ssh-wire.ts';

interface Algorithm {
  /** The type of the key that signs by it. */
  key: string;
  /** Null where it is part of the algorithm. */
  hash: string | null;
  /** The signature as node:crypto takes it, from how ssh writes it. Undefined where it cannot be one. */
  convert(signature: Buffer, key: KeyObject): Buffer | undefined;
}

/** RFC 8332, 5656, 8709. Not `ssh-rsa`: it is over SHA-1. */
const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ['ssh-ed25519', { key: 'ssh-ed25519', hash: null, convert: (signature) => signature }],
  ['rsa-sha2-256', { key: 'ssh-rsa', hash: 'sha256', convert: asLongAsModulus }],
  ['rsa-sha2-512', { key: 'ssh-rsa', hash: 'sha512', convert: asLongAsModulus }],
  ecdsa('ecdsa-sha2-nistp256', 'sha256', 32),
  ecdsa('ecdsa-sha2-nistp384', 'sha384', 48),
  ecdsa('ecdsa-sha2-nistp521', 'sha512', 66),
]);

/** True if the host's key has signed the session id. False also for keys and algorithms that are not known here. */
export async function isSignedByHost({
  hostKey,
  sessionId,
  signature,
}: Pick<SessionBind, 'hostKey' | 'sessionId' | 'signature'>): Promise<boolean> {
  const parts = readAll(signature, (reader) => ({ name: reader.text(), blob: reader.string() }));
  const algorithm = algorithms.get(parts?.name ?? '');
  const plain = plainKeyOf(hostKey);
  if (!parts || !algorithm || !plain || nameOf(plain) !== algorithm.key) return false;
  try {
    const key = await openKey(plain);
    const converted = key && algorithm.convert(parts.blob, key);
    if (!key || !converted) return false;
    return verify(algorithm.hash, sessionId, { key, dsaEncoding: 'ieee-p1363' }, converted);
  } catch {
    // OpenSSL takes it for no key: no point of the curve, a modulus out of bounds.
    return false;
  }
}

/** `ssh2` reads the key. It is lenient; a key that it would write otherwise than it came is none. */
async function openKey(plain: Buffer): Promise<KeyObject | undefined> {
  const { default: ssh2 } = await import('ssh2');
  // As text, of which the first word decides how it is read: in bytes it would look for private keys first.
  const parsed = ssh2.utils.parseKey(`${nameOf(plain) ?? ''} ${plain.toString('base64')}`);
  if (parsed instanceof Error || !parsed.getPublicSSH().equals(plain)) return undefined;
  return createPublicKey(parsed.getPublicPEM());
}

/** Some write the number without its leading zeros. */
function asLongAsModulus(signature: Buffer, key: KeyObject): Buffer | undefined {
  const bytes = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
  return asNumber(signature, bytes);
}

/** ssh writes two numbers, node:crypto takes them side by side at the length of the curve's. */
function ecdsa(name: string, hash: string, bytes: number): [string, Algorithm] {
  const convert = (signature: Buffer): Buffer | undefined => {
    const numbers = readAll(signature, (reader) => [reader.string(), reader.string()]);
    const sized = numbers?.flatMap((number) => asNumber(withoutSign(number), bytes) ?? []);
    return sized?.length === 2 ? Buffer.concat(sized) : undefined;
  };
  return [name, { key: name, hash, convert }];
}

/** A zero byte before a number says that it is positive (RFC 4251, section 5, mpint). */
const withoutSign = (number: Buffer): Buffer => (number[0] === 0 ? number.subarray(1) : number);

const asNumber = (digits: Buffer, bytes: number): Buffer | undefined =>
  digits.length > bytes ? undefined : Buffer.concat([Buffer.alloc(bytes - digits.length), digits]);
