// What an agent is asked to sign, if it is one of the two things that we know: a log-in, or a signature of ssh-keygen -Y.

import { signsBy } from './ssh-keys.ts';
import { MalformedError, readAll, type WireReader } from './ssh-wire.ts';

export type SignedData = LogIn | Signature;

/** RFC 4252, section 7; with the host's key, PROTOCOL of OpenSSH, section 3.2. */
export interface LogIn {
  kind: 'log-in';
  sessionId: Buffer;
  user: string;
  /** The key that is to let the user in. */
  key: Buffer;
  hostKey: Buffer | undefined;
}

/** PROTOCOL.sshsig of OpenSSH. */
export interface Signature {
  kind: 'signature';
  namespace: string;
}

const userauthRequest = 50;
const method = 'publickey';
const hostBoundMethod = 'publickey-hostbound-v00@openssh.com';

const signatureMagic = Buffer.from('SSHSIG');
const hashBytes: Readonly<Partial<Record<string, number>>> = { sha256: 32, sha512: 64 };

/** Undefined for everything else, and for whatever is not exactly as its kind is written. */
export function parseSignedData(data: Buffer): SignedData | undefined {
  return data.subarray(0, signatureMagic.length).equals(signatureMagic)
    ? readAll(data, readSignature)
    : readAll(data, readLogIn);
}

function readLogIn(reader: WireReader): LogIn {
  const sessionId = reader.string();
  expect(reader.byte() === userauthRequest);
  const user = reader.text();
  expect(reader.text() === 'ssh-connection');
  const named = reader.text();
  expect(named === method || named === hostBoundMethod);
  expect(reader.boolean());
  const algorithm = reader.text();
  const key = reader.string();
  expect(signsBy(key, algorithm));
  const hostKey = named === hostBoundMethod ? reader.string() : undefined;
  return { kind: 'log-in', sessionId, user, key, hostKey };
}

function readSignature(reader: WireReader): Signature {
  reader.bytes(signatureMagic.length);
  const namespace = reader.text();
  // Reserved: nobody fills it, and what it would say is not known here.
  expect(reader.string().length === 0);
  const hash = reader.text();
  expect(reader.string().length === hashBytes[hash]);
  return { kind: 'signature', namespace };
}

function expect(condition: boolean): asserts condition {
  if (!condition) throw new MalformedError('not as it is written');
}
