// The agent that a run gets to see: a socket before the user's own one, through which only what the policy allows goes.

import { createServer } from 'node:net';
import type { AgentPolicy, AgentUse } from '../plan/agent-policy.ts';
import { serveConnection } from './agent-connection.ts';
import { AgentUpstream, type UpstreamPath } from './agent-upstream.ts';
import { BoundSessions } from './bound-sessions.ts';
import { listen, type Listening } from './listen.ts';

export interface AgentFilterOptions {
  /** Where to listen. Who may enter the directory may ask. */
  socket: string;
  /** The user's agent. A function is asked for every connection to it, so that it may move. */
  upstream: string | UpstreamPath;
  /** Waited for by those who come before it is known. Without one, nobody is served. */
  policy: AgentPolicy | Promise<AgentPolicy> | (() => AgentPolicy | Promise<AgentPolicy>);
  /** Every use, also what was refused; of lists one for each connection. What it throws is dropped. */
  onUse: (use: AgentUse) => void;
  /** Milliseconds that the agent has for answers that need nobody. */
  patience?: number;
}

/** Beyond these a client is turned away: a session must not use up what the launcher may open. */
const mostConnections = 64;

/** @throws what the system says where it cannot listen there */
export async function serveAgent(options: AgentFilterOptions): Promise<Listening> {
  const { upstream, patience = 20_000 } = options;
  const pathOf = typeof upstream === 'string' ? (): string => upstream : upstream;
  const policy = askOnce(options.policy);
  const sessions = new BoundSessions();
  const onUse = (use: AgentUse): void => {
    try {
      options.onUse(use);
    } catch {
      // Told or not, the client is answered.
    }
  };

  const server = createServer((socket) => {
    const agent = new AgentUpstream(pathOf, patience);
    void serveConnection({ socket, upstream: agent, policy, sessions, onUse });
  });
  server.maxConnections = mostConnections;
  return listen(server, options.socket);
}

/** The function is called when the first client comes; after a failure again for the next. */
function askOnce(policy: AgentFilterOptions['policy']): () => Promise<AgentPolicy> {
  if (typeof policy !== 'function') {
    const given = Promise.resolve(policy);
    // Whoever waits for it is told; if nobody does, it is no error of ours.
    given.catch(() => undefined);
    return () => given;
  }
  let asked: Promise<AgentPolicy> | undefined;
  return () => {
    asked ??= Promise.resolve()
      .then(policy)
      .catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
    return asked;
  };
}
