// Every rule of the filtering agent, over requests made by hand: what is allowed, and why the rest is not.

import { describe, expect, it } from 'vitest';
import type { AgentPolicy } from '../../../src/plan/agent-policy.ts';
import { parseRequest, type SessionBind } from '../../../src/tunnel/agent-messages.ts';
import {
  decideBind,
  decideExtension,
  decideSign,
  isVisible,
  unbound,
  type Bindings,
  type Decision,
} from '../../../src/tunnel/agent-policy-check.ts';
import { parseSignedData } from '../../../src/tunnel/signed-data.ts';
import { fingerprintOf, plainKeyOf, signsBy } from '../../../src/tunnel/ssh-keys.ts';
import {
  bindRequest,
  certify,
  logInData,
  makeBind,
  makeKey,
  signatureData,
  strings,
  type LogInValues,
} from '../../support/ssh-values.ts';

const [host, mirror, stranger, user, hidden] = Array.from({ length: 5 }, () => makeKey()) as [
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
  ReturnType<typeof makeKey>,
];
const certificateType = 'ssh-ed25519-cert-v01@openssh.com';
const certificate = certify(
  user.blob,
  certificateType,
  user.blob.subarray(4 + 'ssh-ed25519'.length),
);
const rsa = makeKey('rsa');

const policy: AgentPolicy = {
  mode: 'restricted',
  hosts: [
    { name: 'github.com', users: ['git'], hostKeys: [host.blob.toString('base64')] },
    { name: 'mirror', hostKeys: [mirror.blob.toString('base64').replace(/=+$/, '')] },
  ],
  fingerprints: [fingerprintOf(user.blob), fingerprintOf(rsa.blob)],
};
const all: AgentPolicy = { mode: 'all', hosts: policy.hosts };

const sessionId = Buffer.alloc(32, 's');
const fine = { isSigned: true, isKnown: false };

const bound = (...binds: readonly SessionBind[]): Bindings =>
  binds.reduce((bindings, bind) => decideBind(policy, bindings, bind, fine).bindings, unbound);

const sign = (
  bindings: Bindings,
  data: Buffer,
  { key = user.blob, by = policy }: { key?: Buffer; by?: AgentPolicy } = {},
): Decision => decideSign(by, bindings, { kind: 'sign', key, data });

const logIn = (values: Partial<LogInValues> = {}): Buffer =>
  logInData({ key: user.blob, ...values });

const refused = (reason: string | RegExp): unknown =>
  expect.objectContaining({
    allowed: false,
    reason: (typeof reason === 'string' ? reason : expect.stringMatching(reason)) as unknown,
  });

describe('a log-in', () => {
  it('at an allowed host is signed', () => {
    expect(sign(bound(makeBind(host)), logIn())).toEqual({
      allowed: true,
      purpose: 'git@github.com',
    });
  });

  it('that names the host that it is for is signed', () => {
    expect(sign(bound(makeBind(host)), logIn({ hostKey: host.blob })).allowed).toBe(true);
  });

  it('is by any user where the host has no list of them', () => {
    expect(sign(bound(makeBind(mirror)), logIn({ user: 'root' }))).toEqual({
      allowed: true,
      purpose: 'root@mirror',
    });
  });

  it('at a host that shows a certificate for a known key is signed', () => {
    const hostKey = certify(
      host.blob,
      certificateType,
      host.blob.subarray(4 + 'ssh-ed25519'.length),
    );
    const bindings = bound(makeBind(host, { hostKey }));
    expect(sign(bindings, logIn({ hostKey })).allowed).toBe(true);
  });

  it('with a certificate is signed by it, and by the key itself', () => {
    const data = logIn({ key: certificate, algorithm: certificateType });
    for (const key of [certificate, user.blob])
      expect(sign(bound(makeBind(host)), data, { key }).allowed).toBe(true);
  });

  it.each(['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'])('by an RSA key may use %s', (algorithm) => {
    const data = logIn({ key: rsa.blob, algorithm });
    expect(sign(bound(makeBind(host)), data, { key: rsa.blob }).allowed).toBe(true);
  });

  it('is refused where nobody has said what host it is for', () => {
    expect(sign(unbound, logIn())).toEqual(refused(/OpenSSH 8\.9/));
  });

  it('is refused at another host, with its fingerprint', () => {
    const reason = `${fingerprintOf(stranger.blob)} is no key of an allowed host in your known_hosts`;
    const { decision, bindings } = decideBind(policy, unbound, makeBind(stranger), fine);
    expect(decision).toEqual(refused(reason));
    expect(sign(bindings, logIn())).toEqual(refused(reason));
    // Even if the binding had passed.
    const passed = { bound: [{ hostKey: stranger.blob, sessionId }] };
    expect(sign(passed, logIn())).toEqual(refused(reason));
  });

  it('is refused as another user', () => {
    expect(sign(bound(makeBind(host)), logIn({ user: 'root' }))).toEqual(refused(/^root is no/));
  });

  it('is refused for another session', () => {
    const data = logIn({ sessionId: Buffer.alloc(32, 't') });
    expect(sign(bound(makeBind(host)), data)).toEqual(refused('the log-in is for another session'));
  });

  it('is refused where it names another host, allowed or not', () => {
    for (const { blob } of [stranger, mirror])
      expect(sign(bound(makeBind(host)), logIn({ hostKey: blob }))).toEqual(
        refused('the log-in is for another host'),
      );
  });

  it('is refused by another key than the one that is to sign', () => {
    const data = logIn({ key: rsa.blob, algorithm: 'rsa-sha2-512' });
    expect(sign(bound(makeBind(host)), data)).toEqual(refused('the log-in is by another key'));
  });

  it('is refused where its names would act on a terminal', () => {
    const decision = sign(bound(makeBind(host)), logIn({ user: '\u001b]0;x\u0007\u202e git' }));
    expect(decision).toEqual(refused("?]0;x???git is no user of this project's remotes"));
    expect(decision.purpose).toBe('?]0;x???git@github.com');
  });
});

describe('a connection', () => {
  it('that is handed on is never signed for, though the host is allowed', () => {
    const { decision, bindings } = decideBind(
      policy,
      unbound,
      makeBind(host, { isForwarding: true }),
      fine,
    );
    expect(decision.allowed).toBe(true);
    for (const data of [logIn(), signatureData()])
      expect(sign(bindings, data)).toEqual(refused('it came through another machine'));
  });

  it('that is bound twice is never signed for', () => {
    const other = makeBind(mirror, { sessionId: Buffer.alloc(32, 't') });
    for (const second of [other, makeBind(host)]) {
      const bindings = bound(makeBind(host), second);
      for (const data of [logIn(), logIn({ sessionId: Buffer.alloc(32, 't') }), signatureData()])
        expect(sign(bindings, data)).toEqual(refused('it came through another machine'));
    }
  });

  it('of which a host is said to have signed what it has not is never signed for', () => {
    const forged = { ...fine, isSigned: false };
    const { decision, bindings } = decideBind(policy, unbound, makeBind(host), forged);
    expect(decision).toEqual(refused('the host has not signed the session'));
    for (const later of [bindings, decideBind(policy, bindings, makeBind(host), fine).bindings])
      for (const data of [logIn(), signatureData()])
        expect(sign(later, data)).toEqual(refused('the host has not signed the session'));
  });

  it('that shows what another has proved is never signed for', () => {
    const known = { ...fine, isKnown: true };
    const { decision, bindings } = decideBind(policy, unbound, makeBind(host), known);
    expect(decision).toEqual(refused(/replay/));
    for (const data of [logIn(), signatureData()])
      expect(sign(bindings, data)).toEqual(refused(/replay/));
  });

  it('is bound to so many sessions and no more', () => {
    const bindings = Array.from({ length: 16 }).reduce<Bindings>(
      (before) => decideBind(all, before, makeBind(host), fine).bindings,
      unbound,
    );
    const next = decideBind(all, bindings, makeBind(host), fine);
    expect(next.decision).toEqual(refused(/too many/));
    expect(next.bindings.bound).toHaveLength(16);
    expect(sign(next.bindings, logIn(), { by: all }).allowed).toBe(false);
  });
});

describe('a signature', () => {
  it('of git is made', () => {
    for (const bindings of [unbound, bound(makeBind(host))])
      expect(sign(bindings, signatureData())).toEqual({ allowed: true, purpose: 'git signature' });
  });

  it.each(['file', '', 'git\0', 'Git', 'git '])('in the namespace "%s" is refused', (namespace) => {
    expect(sign(unbound, signatureData(namespace))).toEqual(
      refused('only signatures of git are made'),
    );
  });
});

describe('data', () => {
  const whole = logIn();
  const signature = signatureData();

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['anything', Buffer.from('a challenge of somebody')],
    ['a log-in with more behind it', Buffer.concat([whole, Buffer.of(0)])],
    ['a log-in that ends early', whole.subarray(0, -1)],
    ['a log-in to another service', logIn({ service: 'ssh-other' })],
    ['a log-in by another method', logIn({ method: 'hostbased' })],
    ['a log-in that promises no signature', logIn({ hasSignature: 0 })],
    ['a log-in with a truth of its own', logIn({ hasSignature: 2 })],
    ['another message of ssh', logIn({ number: 51 })],
    [
      'a host-bound log-in without a host',
      logIn({ method: 'publickey-hostbound-v00@openssh.com' }),
    ],
    [
      'a log-in with a host that is not asked for',
      logIn({ method: 'publickey', hostKey: host.blob }),
    ],
    ['a log-in by the algorithm of another key', logIn({ algorithm: 'ssh-rsa' })],
    ['a log-in by a certificate that is none', logIn({ algorithm: certificateType })],
    ['a log-in by a key that is none', logIn({ key: Buffer.from('key') })],
    ['a signature with more behind it', Buffer.concat([signature, Buffer.of(0)])],
    ['a signature that ends early', signature.subarray(0, -1)],
    ['a signature over a hash too short', signatureData('git', 'sha512', 32)],
    ['a signature over an unknown hash', signatureData('git', 'sha1', 20)],
    ['a signature over what is no hash', signatureData('git', 'constructor', 64)],
  ])('that is no log-in and no signature of git is refused: %s', (_what, data) => {
    expect(sign(bound(makeBind(host)), data)).toEqual(
      refused('it is neither a log-in nor a signature of git'),
    );
  });

  it('with something in the part that is kept for later is refused', () => {
    const data = Buffer.concat([
      Buffer.from('SSHSIG'),
      strings('git', 'x', 'sha256', Buffer.alloc(32)),
    ]);
    expect(parseSignedData(data)).toBeUndefined();
  });
});

describe('keys', () => {
  it('that are not for this run are hidden, and sign nothing', () => {
    expect(isVisible(policy, hidden.blob)).toBe(false);
    const data = logIn({ key: hidden.blob });
    for (const by of [policy, { ...all, fingerprints: policy.fingerprints! }])
      expect(sign(bound(makeBind(host)), data, { key: hidden.blob, by })).toEqual(
        refused('the key is not among those for this run'),
      );
  });

  it('are all there where none are named', () => {
    expect(isVisible(all, hidden.blob)).toBe(true);
  });

  it('are there with their certificates', () => {
    expect(isVisible(policy, certificate)).toBe(true);
    expect(fingerprintOf(certificate)).toBe(fingerprintOf(user.blob));
  });

  it('of hardware are known by their own names', () => {
    const security = strings('sk-ssh-ed25519@openssh.com', 'key', 'ssh:');
    const name = 'sk-ssh-ed25519-cert-v01@openssh.com';
    expect(plainKeyOf(certify(security, name, strings('key', 'ssh:')))).toEqual(security);
    expect(signsBy(security, 'sk-ssh-ed25519@openssh.com')).toBe(true);
    expect(signsBy(certify(security, name, strings('key', 'ssh:')), name)).toBe(true);
  });

  it('of unknown types are none, and have a fingerprint all the same', () => {
    const odd = strings('ssh-future', 'key');
    expect(plainKeyOf(odd)).toBeUndefined();
    expect(fingerprintOf(odd)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});

describe('in the mode all', () => {
  it('every host, user, namespace and way is allowed', () => {
    const bindings = [makeBind(stranger), makeBind(host, { isForwarding: true })].reduce<Bindings>(
      (before, bind) => {
        const { decision, bindings } = decideBind(all, before, bind, {
          isSigned: false,
          isKnown: true,
        });
        expect(decision.allowed).toBe(true);
        return bindings;
      },
      unbound,
    );
    for (const data of [logIn({ user: 'root' }), signatureData('file'), Buffer.from('anything')])
      for (const by of [unbound, bindings]) expect(sign(by, data, { by: all }).allowed).toBe(true);
  });

  it('a log-in is told by the name of its host, or its key', () => {
    const at = (key: typeof host): string | undefined =>
      sign(decideBind(all, unbound, makeBind(key), fine).bindings, logIn(), { by: all }).purpose;
    expect(at(host)).toBe('git@github.com');
    expect(at(stranger)).toBe(`git@${fingerprintOf(stranger.blob)}`);
  });
});

describe('extensions', () => {
  it('are refused where the run is restricted', () => {
    for (const name of ['query', 'sign@example.com'])
      expect(decideExtension(policy, name).allowed).toBe(false);
  });

  it('pass where all is allowed, but for those that change the agent', () => {
    expect(decideExtension(all, 'query').allowed).toBe(true);
    expect(decideExtension(all, 'add-ppk@putty-projects.tartarus.org').allowed).toBe(false);
  });

  it('are refused where only some keys are there: they might show or use others', () => {
    const some = { ...all, fingerprints: policy.fingerprints! };
    expect(decideExtension(some, 'list-extended@putty-projects.tartarus.org').allowed).toBe(false);
  });
});

describe('requests', () => {
  it.each([
    [17, 'add'],
    [25, 'add'],
    [20, 'add'],
    [26, 'add'],
    [18, 'remove'],
    [19, 'remove'],
    [21, 'remove'],
    [22, 'lock'],
    [23, 'lock'],
  ])('of number %i would %s', (number, action) => {
    expect(parseRequest(Buffer.of(number))).toEqual({ kind: 'change', action });
  });

  it('to remove a key name it', () => {
    const body = Buffer.concat([Buffer.of(18), strings(user.blob)]);
    expect(parseRequest(body)).toEqual({ kind: 'change', action: 'remove', key: user.blob });
  });

  it.each([
    ['a list with something behind it', Buffer.of(11, 0)],
    ['a signature of nothing', Buffer.of(13)],
    ['an extension without a name', Buffer.of(27)],
    ['a list of the first protocol', Buffer.of(1)],
    ['a number of nobody', Buffer.of(255)],
    ['half a binding', bindRequest(makeBind(host)).subarray(0, -1)],
    ['a binding and more', Buffer.concat([bindRequest(makeBind(host)), Buffer.of(0)])],
    ['a binding to too much', bindRequest(makeBind(host, { hostKey: Buffer.alloc(20_000) }))],
  ])('that are not as they should be are unknown: %s', (_what, body) => {
    expect(parseRequest(body)).toEqual({ kind: 'other', number: body[0] });
  });
});
