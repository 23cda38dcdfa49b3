// Public keys in the wire format of ssh: their names, their fingerprints, and the key that a certificate is about.

import { fingerprintOf as fingerprintOfBlob } from '../base/ssh-keys.ts';
import { readAll, wireString } from './ssh-wire.ts';

interface KeyType {
  /** How many strings a key of this type has after its name (RFC 4253, 5656, 8709; PROTOCOL.u2f of OpenSSH). */
  fields: number;
  /** The algorithms that such a key signs by. */
  algorithms: readonly string[];
}

const sameName = (name: string, fields: number): [string, KeyType] => [
  name,
  { fields, algorithms: [name] },
];

const keyTypes: ReadonlyMap<string, KeyType> = new Map([
  ['ssh-rsa', { fields: 2, algorithms: ['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'] }],
  sameName('ssh-dss', 4),
  sameName('ssh-ed25519', 1),
  sameName('ssh-ed448', 1),
  sameName('ecdsa-sha2-nistp256', 2),
  sameName('ecdsa-sha2-nistp384', 2),
  sameName('ecdsa-sha2-nistp521', 2),
  sameName('sk-ssh-ed25519@openssh.com', 2),
  [
    'sk-ecdsa-sha2-nistp256@openssh.com',
    {
      fields: 3,
      algorithms: [
        'sk-ecdsa-sha2-nistp256@openssh.com',
        'webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
      ],
    },
  ],
]);

/** PROTOCOL.certkeys of OpenSSH: `ssh-ed25519-cert-v01@openssh.com`, `sk-ssh-ed25519-cert-v01@openssh.com`. */
const certificateSuffix = '-cert-v01@openssh.com';

/** `SHA256:…` as `ssh-keygen -l` prints it: of the key, also where it comes in a certificate. */
export const fingerprintOf = (blob: Buffer): string => fingerprintOfBlob(plainKeyOf(blob) ?? blob);

/**
 * The key itself: of a certificate the one that it certifies, which is what holds the secret. A certificate says nothing to
 * us: whoever made it is not looked at. Undefined for what is neither a key nor a certificate of a type known here.
 */
export function plainKeyOf(blob: Buffer): Buffer | undefined {
  const name = nameOf(blob);
  const type = typeOf(name);
  if (name === undefined || type === undefined) return undefined;
  const isCertificate = name.endsWith(certificateSuffix);
  return readAll(blob, (reader) => {
    reader.string();
    // A nonce, so that nobody can foresee what the authority signs.
    if (isCertificate) reader.string();
    const fields = Array.from({ length: type.fields }, () => wireString(reader.string()));
    if (isCertificate) reader.rest();
    return Buffer.concat([wireString(withoutCertificate(name)), ...fields]);
  });
}

/** True if a key of this kind signs by that algorithm, as a log-in names it. */
export function signsBy(blob: Buffer, algorithm: string): boolean {
  const name = nameOf(blob) ?? '';
  return (
    name.endsWith(certificateSuffix) === algorithm.endsWith(certificateSuffix) &&
    (typeOf(name)?.algorithms.includes(withoutCertificate(algorithm)) ?? false)
  );
}

/** The name at the beginning of a key. */
export const nameOf = (blob: Buffer): string | undefined => {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE();
  return length === 0 || length > 64 || length + 4 > blob.length
    ? undefined
    : blob.toString('latin1', 4, 4 + length);
};

const typeOf = (name: string | undefined): KeyType | undefined =>
  name === undefined ? undefined : keyTypes.get(withoutCertificate(name));

/** Names of keys in hardware keep their domain: `sk-ssh-ed25519-cert-v01@openssh.com` is about `sk-ssh-ed25519@openssh.com`. */
function withoutCertificate(name: string): string {
  if (!name.endsWith(certificateSuffix)) return name;
  const bare = name.slice(0, -certificateSuffix.length);
  return /^(webauthn-)?sk-/.test(bare) ? `${bare}@openssh.com` : bare;
}
