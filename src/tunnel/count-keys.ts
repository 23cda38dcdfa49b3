// How many keys an agent has.

import { countIdentities, listRequest } from './agent-messages.ts';
import { AgentUpstream } from './agent-upstream.ts';

/** Milliseconds: a start does not wait for an agent that hangs. */
const patience = 2000;

/** @returns undefined where no agent answers at that socket */
export async function countKeys(socket: string): Promise<number | undefined> {
  const agent = new AgentUpstream(() => socket, patience);
  try {
    const answer = await agent.ask(listRequest);
    return answer && countIdentities(answer);
  } finally {
    agent.end();
  }
}
