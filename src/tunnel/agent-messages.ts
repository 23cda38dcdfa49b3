// Messages of the agent's protocol (draft-ietf-sshm-ssh-agent, PROTOCOL.agent of OpenSSH): the requests that we decide on.

import { readAll, uint32, wireString } from './ssh-wire.ts';

/** What a client asks for. Whatever is malformed is `other`, like what is unknown. */
export type AgentRequest =
  | { kind: 'list' }
  | { kind: 'sign'; key: Buffer; data: Buffer }
  | SessionBind
  | { kind: 'extension'; name: string }
  /** It would change the agent; `key` is the one that it names, where that is public. */
  | { kind: 'change'; action: 'add' | 'remove' | 'lock'; key?: Buffer }
  | { kind: 'other'; number: number };

/** `session-bind@openssh.com`: the client says whom this connection serves, and proves that it has spoken with that host. */
export interface SessionBind {
  kind: 'bind';
  hostKey: Buffer;
  sessionId: Buffer;
  /** Of the host, over the session id. */
  signature: Buffer;
  /** The connection is handed on to that host, instead of logging in there. */
  isForwarding: boolean;
}

const numbers = { list: 11, sign: 13, remove: 18, extension: 27 } as const;

/** Bytes. An RSA key of 16384 bits in a certificate by another one takes less; bindings are kept, so they are bounded. */
const longestBindPart = 16 * 1024;

/** The requests that change an agent, by number. */
const changes: ReadonlyMap<number, 'add' | 'remove' | 'lock'> = new Map([
  [17, 'add'],
  [25, 'add'], // with constraints
  [20, 'add'], // of a smart card
  [26, 'add'], // of a smart card, with constraints
  [numbers.remove, 'remove'],
  [19, 'remove'], // all
  [21, 'remove'], // a smart card
  [22, 'lock'],
  [23, 'lock'], // unlock
]);

const identitiesAnswer = 12;
const signResponse = 14;
const success = 6;

/** SSH_AGENTC_REQUEST_IDENTITIES. */
export const listRequest = Buffer.from([numbers.list]);

/** The answers that say no more than themselves: SSH_AGENT_FAILURE, SSH_AGENT_SUCCESS. */
export const failureAnswer = Buffer.from([5]);
export const successAnswer = Buffer.from([success]);

export const isSuccess = (answer: Buffer): boolean => answer[0] === success;
export const isSignature = (answer: Buffer): boolean => answer[0] === signResponse;

/** Never throws. `body` has at least one byte. */
export function parseRequest(body: Buffer): AgentRequest {
  const number = body.readUInt8();
  const action = changes.get(number);
  if (action !== undefined) return { kind: 'change', action, ...keyToRemove(body) };
  return parseUse(number, body.subarray(1)) ?? { kind: 'other', number };
}

function parseUse(number: number, rest: Buffer): AgentRequest | undefined {
  switch (number) {
    case numbers.list:
      return rest.length === 0 ? { kind: 'list' } : undefined;
    case numbers.sign:
      return readAll(rest, (reader) => {
        const request = { kind: 'sign' as const, key: reader.string(), data: reader.string() };
        // Flags: which hash an RSA key signs with. They go on with the request.
        reader.uint32();
        return request;
      });
    case numbers.extension:
      return parseExtension(rest);
    default:
      return undefined;
  }
}

function parseExtension(rest: Buffer): AgentRequest | undefined {
  const name = readAll(rest, (reader) => {
    const text = reader.text();
    reader.rest();
    return text;
  });
  if (name !== 'session-bind@openssh.com')
    return name === undefined ? undefined : { kind: 'extension', name };
  const bind = readAll(rest, (reader) => {
    reader.string();
    return {
      kind: 'bind' as const,
      hostKey: reader.string(),
      sessionId: reader.string(),
      signature: reader.string(),
      isForwarding: reader.boolean(),
    };
  });
  const parts = bind ? [bind.hostKey, bind.sessionId, bind.signature] : [];
  return parts.every(({ length }) => length <= longestBindPart) ? bind : undefined;
}

/** The number of keys in the answer to `list`; none where the agent refuses. */
export const countIdentities = (answer: Buffer): number =>
  answer[0] === identitiesAnswer && answer.length >= 5 ? answer.readUInt32BE(1) : 0;

function keyToRemove(body: Buffer): { key?: Buffer } {
  if (body[0] !== numbers.remove) return {};
  const key = readAll(body.subarray(1), (reader) => reader.string());
  return key === undefined ? {} : { key };
}

/** The answer to `list` with those keys only that are to be seen. Undefined if it is no such answer. */
export function filterIdentities(
  answer: Buffer,
  isVisible: (key: Buffer) => boolean,
): Buffer | undefined {
  if (answer[0] !== identitiesAnswer) return undefined;
  const visible = readAll(answer.subarray(1), (reader) => {
    const entries: Buffer[] = [];
    for (let left = reader.uint32(); left > 0; left--) {
      const key = reader.string();
      const comment = reader.string();
      if (isVisible(key)) entries.push(Buffer.concat([wireString(key), wireString(comment)]));
    }
    return entries;
  });
  if (visible === undefined) return undefined;
  return Buffer.concat([Buffer.from([identitiesAnswer]), uint32(visible.length), ...visible]);
}
