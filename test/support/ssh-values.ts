// Keys, signatures and requests of ssh made by hand, for what no ordinary client of an agent would say.

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { SessionBind } from '../../src/tunnel/agent-messages.ts';
import { uint32, wireString } from '../../src/tunnel/ssh-wire.ts';

export const keyTypes = ['ed25519', 'rsa', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521'] as const;
export type KeyType = (typeof keyTypes)[number];

export interface MadeKey {
  /** The public key as ssh writes it. */
  blob: Buffer;
  /** A signature as ssh writes it; `algorithm` for keys that have several. */
  sign(data: Buffer, algorithm?: string): Buffer;
}

const curves = {
  'ecdsa-256': { curve: 'P-256', name: 'nistp256', hash: 'sha256' },
  'ecdsa-384': { curve: 'P-384', name: 'nistp384', hash: 'sha384' },
  'ecdsa-521': { curve: 'P-521', name: 'nistp521', hash: 'sha512' },
} as const;

export function makeKey(type: KeyType = 'ed25519'): MadeKey {
  if (type === 'ed25519') return makeEd25519();
  if (type === 'rsa') return makeRsa();
  const { curve, name, hash } = curves[type];
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const { x, y } = numbersOf(publicKey);
  const full = `ecdsa-sha2-${name}`;
  return {
    blob: strings(full, name, Buffer.concat([Buffer.from([4]), x!, y!])),
    sign: (data) => {
      const both = sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const half = both.length / 2;
      return strings(full, strings(mpint(both.subarray(0, half)), mpint(both.subarray(half))));
    },
  };
}

function makeEd25519(): MadeKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    blob: strings('ssh-ed25519', numbersOf(publicKey).x!),
    sign: (data) => strings('ssh-ed25519', sign(null, data, privateKey)),
  };
}

function makeRsa(): MadeKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { e, n } = numbersOf(publicKey);
  const hashes: Record<string, string> = {
    'ssh-rsa': 'sha1',
    'rsa-sha2-256': 'sha256',
    'rsa-sha2-512': 'sha512',
  };
  return {
    blob: strings('ssh-rsa', mpint(e!), mpint(n!)),
    sign: (data, algorithm = 'rsa-sha2-512') =>
      strings(algorithm, sign(hashes[algorithm], data, privateKey)),
  };
}

/** A certificate for the key, by nobody in particular: what the filter reads of one, and something behind it. */
export function certify(key: Buffer, name: string, fields: Buffer): Buffer {
  return Buffer.concat([strings(name, 'nonce'), fields, Buffer.alloc(8), strings('the rest', key)]);
}

export const strings = (...values: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(values.map((value) => wireString(value)));

/** A binding to the session that a host has signed; `signedBy` for one that another has. */
export function makeBind(
  host: MadeKey,
  more: Partial<SessionBind> & { signedBy?: MadeKey } = {},
): SessionBind {
  const { signedBy = host, ...given } = more;
  const sessionId = given.sessionId ?? Buffer.alloc(32, 's');
  return {
    kind: 'bind',
    hostKey: host.blob,
    sessionId,
    signature: signedBy.sign(sessionId),
    isForwarding: false,
    ...given,
  };
}

export interface LogInValues {
  sessionId?: Buffer;
  user?: string;
  key: Buffer;
  algorithm?: string;
  hostKey?: Buffer | undefined;
  service?: string;
  method?: string;
  hasSignature?: number;
  number?: number;
}

/** What a client signs to log in. */
export function logInData(values: LogInValues): Buffer {
  const { sessionId = Buffer.alloc(32, 's'), user = 'git', key, hostKey } = values;
  return Buffer.concat([
    wireString(sessionId),
    Buffer.from([values.number ?? 50]),
    strings(
      user,
      values.service ?? 'ssh-connection',
      values.method ?? (hostKey ? 'publickey-hostbound-v00@openssh.com' : 'publickey'),
    ),
    Buffer.from([values.hasSignature ?? 1]),
    strings(values.algorithm ?? 'ssh-ed25519', key, ...(hostKey ? [hostKey] : [])),
  ]);
}

/** What `ssh-keygen -Y sign` signs. */
export const signatureData = (namespace = 'git', hash = 'sha512', bytes = 64): Buffer =>
  Buffer.concat([Buffer.from('SSHSIG'), strings(namespace, '', hash, Buffer.alloc(bytes, 'h'))]);

export const listRequest = Buffer.from([11]);

export const signRequest = (key: Buffer, data: Buffer, flags = 0): Buffer =>
  Buffer.concat([Buffer.from([13]), strings(key, data), uint32(flags)]);

export const extensionRequest = (name: string, ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([27]), wireString(name), ...rest]);

export const bindRequest = (bind: SessionBind): Buffer =>
  extensionRequest(
    'session-bind@openssh.com',
    strings(bind.hostKey, bind.sessionId, bind.signature),
    Buffer.from([bind.isForwarding ? 1 : 0]),
  );

export const identitiesAnswer = (...keys: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from([12]),
    uint32(keys.length),
    ...keys.map((key) => strings(key, 'a comment')),
  ]);

const numbersOf = (key: KeyObject): Partial<Record<'x' | 'y' | 'e' | 'n', Buffer>> =>
  Object.fromEntries(
    Object.entries(key.export({ format: 'jwk' })).map(([name, text]) => [
      name,
      Buffer.from(String(text), 'base64url'),
    ]),
  );

/** Without leading zeros, and with one where the first bit would make it negative. */
function mpint(number: Buffer): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const digits = number.subarray(start);
  return digits[0]! >= 128 ? Buffer.concat([Buffer.alloc(1), digits]) : digits;
}
