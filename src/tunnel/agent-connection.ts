// One client of the filtering agent: its requests one after the other, each decided, answered, and told to the audit.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { messageOf } from '../base/errors.ts';
import type { AgentPolicy, AgentUse } from '../plan/agent-policy.ts';
import { frame, FrameDecoder } from './agent-frames.ts';
import {
  failureAnswer,
  filterIdentities,
  isSignature,
  isSuccess,
  parseRequest,
  successAnswer,
  type AgentRequest,
  type SessionBind,
} from './agent-messages.ts';
import {
  decideBind,
  decideExtension,
  decideSign,
  isVisible,
  unbound,
  unchanged,
  type Decision,
} from './agent-policy-check.ts';
import type { AgentUpstream } from './agent-upstream.ts';
import type { BoundSessions } from './bound-sessions.ts';
import { isSignedByHost } from './session-bind.ts';
import { fingerprintOf } from './ssh-keys.ts';

export interface ConnectionParts {
  socket: Socket;
  upstream: AgentUpstream;
  policy: () => Promise<AgentPolicy>;
  sessions: BoundSessions;
  onUse: (use: AgentUse) => void;
}

const silence = 'your agent is not there or did not answer';

/** Serves the client until it goes or says what no client says. Never rejects. */
export async function serveConnection(parts: ConnectionParts): Promise<void> {
  const { socket, upstream } = parts;
  const gone = new AbortController();
  // Also while something is asked: nobody waits for that answer any more.
  socket.once('close', () => {
    upstream.end();
    gone.abort();
  });
  try {
    const client = new AgentClient(parts);
    const decoder = new FrameDecoder();
    for await (const data of socket)
      for (const body of decoder.push(data as Buffer)) {
        const answer = await client.answer(body);
        if (!socket.write(frame(answer))) await once(socket, 'drain', gone);
      }
  } catch {
    // It has gone, or speaks another language.
  } finally {
    upstream.end();
    socket.destroy();
  }
}

class AgentClient {
  private bindings = unbound;
  private hasListed = false;

  constructor(private readonly parts: ConnectionParts) {}

  async answer(body: Buffer): Promise<Buffer> {
    const request = parseRequest(body);
    if (request.kind === 'change' || request.kind === 'other') return this.refuse(request);
    const policy = await this.policy();
    if (policy === undefined) return failureAnswer;
    switch (request.kind) {
      case 'list':
        return this.list(policy, body);
      case 'sign':
        return this.sign(policy, request, body);
      case 'bind':
        return this.bind(policy, request, body);
      case 'extension':
        return this.extend(policy, request.name, body);
    }
  }

  private async policy(): Promise<AgentPolicy | undefined> {
    try {
      return await this.parts.policy();
    } catch (error) {
      this.tell('other', { allowed: false, reason: `no rules for this run: ${messageOf(error)}` });
      return undefined;
    }
  }

  private refuse(request: Extract<AgentRequest, { kind: 'change' | 'other' }>): Buffer {
    if (request.kind === 'other') {
      this.tell('other', {
        allowed: false,
        reason: `request ${request.number} is malformed or unknown`,
      });
      return failureAnswer;
    }
    const { action, key } = request;
    this.tell(action, { allowed: false, reason: unchanged }, key);
    return failureAnswer;
  }

  private async list(policy: AgentPolicy, body: Buffer): Promise<Buffer> {
    const answer = await this.parts.upstream.ask(body);
    const visible = answer && filterIdentities(answer, (key) => isVisible(policy, key));
    // ssh lists before each log-in: once says it.
    if (!this.hasListed) this.tell('list', orElse({ allowed: true }, visible !== undefined));
    this.hasListed = true;
    return visible ?? failureAnswer;
  }

  private async sign(
    policy: AgentPolicy,
    request: Extract<AgentRequest, { kind: 'sign' }>,
    body: Buffer,
  ): Promise<Buffer> {
    const decision = decideSign(policy, this.bindings, request);
    // It may ask for a touch or a passphrase.
    const answer = decision.allowed
      ? await this.parts.upstream.ask(body, { forever: true })
      : undefined;
    const isSigned = answer !== undefined && isSignature(answer);
    const outcome = orElse(decision, isSigned, answer && 'your agent has refused to sign');
    this.tell('sign', outcome, request.key);
    return isSigned ? answer : failureAnswer;
  }

  private async bind(policy: AgentPolicy, bind: SessionBind, body: Buffer): Promise<Buffer> {
    const isSigned = policy.mode === 'restricted' && (await isSignedByHost(bind));
    const { sessions, upstream } = this.parts;
    const isKnown = sessions.has(bind.sessionId);
    const { decision, bindings } = decideBind(policy, this.bindings, bind, { isSigned, isKnown });
    this.bindings = bindings;
    if (decision.allowed && bindings.taint === undefined) sessions.add(bind.sessionId);
    this.tell('bind', decision);
    if (!decision.allowed) return failureAnswer;
    const answer = await upstream.introduce(body);
    // Many agents do not know it; that it holds has been seen here.
    if (policy.mode === 'restricted') return successAnswer;
    return answer !== undefined && isSuccess(answer) ? successAnswer : failureAnswer;
  }

  private async extend(policy: AgentPolicy, name: string, body: Buffer): Promise<Buffer> {
    const decision = decideExtension(policy, name);
    const answer = decision.allowed ? await this.parts.upstream.ask(body) : undefined;
    this.tell('extension', orElse(decision, answer !== undefined));
    return answer ?? failureAnswer;
  }

  private tell(action: AgentUse['action'], decision: Decision, key?: Buffer): void {
    this.parts.onUse({ action, ...decision, ...(key && { key: fingerprintOf(key) }) });
  }
}

/** The decision, unless the agent outside has it come to nothing. */
const orElse = (decision: Decision, isDone: boolean, reason = silence): Decision =>
  decision.allowed && !isDone ? { ...decision, allowed: false, reason } : decision;
