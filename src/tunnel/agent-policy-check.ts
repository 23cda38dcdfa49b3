// What a run's policy says to a request of an agent's client: yes or no, for what, and why not. Pure.

import type { AgentPolicy, AllowedHost } from '../plan/agent-policy.ts';
import type { AgentRequest, SessionBind } from './agent-messages.ts';
import { parseSignedData, type LogIn } from './signed-data.ts';
import { fingerprintOf, plainKeyOf } from './ssh-keys.ts';

/** `purpose` and `reason` are for people (AgentUse). */
export type Decision =
  { allowed: true; purpose?: string } | { allowed: false; purpose?: string; reason: string };

/** What is known of a client's connection from the sessions that it was bound to. */
export interface Bindings {
  /** In the order in which they came. */
  bound: readonly Binding[];
  /** Why nothing is signed for this connection any more. */
  taint?: string;
}

export type Binding = Pick<SessionBind, 'hostKey' | 'sessionId'>;

/** What the world says to a binding. */
export interface BindFacts {
  /** The host's key has signed the session id. */
  isSigned: boolean;
  /** Another connection of this run was bound to that session. */
  isKnown: boolean;
}

export const unbound: Bindings = { bound: [] };

/** As many as OpenSSH's agent takes (AGENT_MAX_SESSION_IDS). */
const mostBindings = 16;

const throughAnother = 'it came through another machine';

/** True for the keys that are there for this run, and for their certificates. */
export const isVisible = (policy: AgentPolicy, key: Buffer): boolean =>
  policy.fingerprints === undefined || policy.fingerprints.includes(fingerprintOf(key));

/**
 * Whether the agent outside gets to know of a binding, and what the connection is from then on. A binding that hands the
 * connection on is passed on too, so that an agent with rules of its own knows; nothing is signed for it here.
 */
export function decideBind(
  policy: AgentPolicy,
  bindings: Bindings,
  bind: SessionBind,
  facts: BindFacts,
): { decision: Decision; bindings: Bindings } {
  const host = bind.hostKey;
  const purpose = hostNamesOf(policy, host)[0] ?? fingerprintOf(host);
  const refuse = (reason: string): ReturnType<typeof decideBind> => ({
    decision: { allowed: false, purpose, reason },
    bindings: { bound: bindings.bound, taint: bindings.taint ?? reason },
  });
  if (bindings.bound.length >= mostBindings) return refuse('it came through too many machines');
  const added = [...bindings.bound, { hostKey: host, sessionId: bind.sessionId }];
  if (policy.mode === 'all')
    return { decision: { allowed: true, purpose }, bindings: { ...bindings, bound: added } };
  if (!facts.isSigned) return refuse('the host has not signed the session');
  if (bind.isForwarding || bindings.bound.length > 0 || bindings.taint !== undefined)
    return {
      decision: { allowed: true, purpose },
      bindings: { bound: added, taint: bindings.taint ?? throughAnother },
    };
  if (facts.isKnown) return refuse('the session belongs to another connection (a replay)');
  if (hostsWith(policy, host).length === 0) return refuse(unknownHost(host));
  return { decision: { allowed: true, purpose }, bindings: { bound: added } };
}

export function decideSign(
  policy: AgentPolicy,
  bindings: Bindings,
  { key, data }: Extract<AgentRequest, { kind: 'sign' }>,
): Decision {
  const signed = parseSignedData(data);
  const purpose = purposeOf(policy, bindings, signed);
  const refuse = (reason: string): Decision => ({ allowed: false, ...purpose, reason });
  if (!isVisible(policy, key)) return refuse('the key is not among those for this run');
  if (bindings.taint !== undefined) return refuse(bindings.taint);
  if (policy.mode === 'all') return { allowed: true, ...purpose };
  if (signed === undefined) return refuse('it is neither a log-in nor a signature of git');
  const trouble =
    signed.kind === 'log-in'
      ? troubleWithLogIn(policy, bindings, key, signed)
      : troubleWithNamespace(signed.namespace);
  return trouble === undefined ? { allowed: true, ...purpose } : refuse(trouble);
}

/** `query` asks what else there is, and is told nothing; what signs or shows keys in ways unknown here would pass the list. */
export function decideExtension(policy: AgentPolicy, name: string): Decision {
  const purpose = forPeople(name);
  if (policy.mode === 'restricted' || policy.fingerprints !== undefined)
    return { allowed: false, purpose, reason: 'the extension is not among those for this run' };
  return changingExtensions.includes(name)
    ? { allowed: false, purpose, reason: unchanged }
    : { allowed: true, purpose };
}

export const unchanged = 'nothing that a run does changes your agent';

/** PuTTY's Pageant (doc/pageant.but, AUTH2_AGENT in pageant.c): they add a key, or forget its passphrase. */
const changingExtensions = ['add-ppk', 'reencrypt', 'reencrypt-all'].map(
  (name) => `${name}@putty-projects.tartarus.org`,
);

function troubleWithLogIn(
  policy: AgentPolicy,
  { bound }: Bindings,
  key: Buffer,
  logIn: LogIn,
): string | undefined {
  const [binding, ...others] = bound;
  if (binding === undefined)
    return 'the ssh inside does not say which host it is for: OpenSSH 8.9 and newer do';
  if (others.length > 0) return throughAnother;
  if (!isSameKey(key, logIn.key)) return 'the log-in is by another key';
  if (!logIn.sessionId.equals(binding.sessionId)) return 'the log-in is for another session';
  if (logIn.hostKey !== undefined && !logIn.hostKey.equals(binding.hostKey))
    return 'the log-in is for another host';
  const hosts = hostsWith(policy, binding.hostKey);
  if (hosts.length === 0) return unknownHost(binding.hostKey);
  const mayLogIn = hosts.some(({ users }) => users === undefined || users.includes(logIn.user));
  return mayLogIn ? undefined : `${forPeople(logIn.user)} is no user of this project's remotes`;
}

const troubleWithNamespace = (namespace: string): string | undefined =>
  namespace === 'git' ? undefined : 'only signatures of git are made';

const unknownHost = (hostKey: Buffer): string =>
  `${fingerprintOf(hostKey)} is no key of an allowed host in your known_hosts`;

function purposeOf(
  policy: AgentPolicy,
  { bound }: Bindings,
  signed: ReturnType<typeof parseSignedData>,
): { purpose?: string } {
  if (signed === undefined) return {};
  if (signed.kind === 'signature') return { purpose: `${forPeople(signed.namespace)} signature` };
  const binding = bound.find(({ sessionId }) => sessionId.equals(signed.sessionId));
  const user = forPeople(signed.user);
  if (binding === undefined) return { purpose: `${user}@?` };
  // Several names may share a key: the one where this user is known.
  const hosts = hostsWith(policy, binding.hostKey);
  const host = hosts.find(({ users }) => users?.includes(signed.user)) ?? hosts[0];
  return { purpose: `${user}@${host?.name ?? fingerprintOf(binding.hostKey)}` };
}

const hostNamesOf = (policy: AgentPolicy, hostKey: Buffer): string[] =>
  hostsWith(policy, hostKey).map(({ name }) => name);

/** A host that shows a certificate is known by the key in it: that is what has signed. */
function hostsWith(policy: AgentPolicy, hostKey: Buffer): AllowedHost[] {
  const plain = plainKeyOf(hostKey);
  if (plain === undefined) return [];
  return policy.hosts.filter(({ hostKeys }) =>
    hostKeys.some((key) => Buffer.from(key, 'base64').equals(plain)),
  );
}

/** ssh signs by the plain key what names its certificate. */
function isSameKey(a: Buffer, b: Buffer): boolean {
  const [plainA, plainB] = [plainKeyOf(a), plainKeyOf(b)];
  return plainA !== undefined && plainB !== undefined && plainA.equals(plainB);
}

/** What a session has written, short and without what a terminal would act on. */
const forPeople = (text: string): string => text.slice(0, 64).replaceAll(/[\p{C}\p{Z}]/gu, '?');
