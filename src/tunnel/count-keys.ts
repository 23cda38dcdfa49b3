// How many keys an agent has, and which.

import { countIdentities, filterIdentities, listRequest } from './agent-messages.ts';
import { AgentUpstream } from './agent-upstream.ts';

/** Milliseconds: a start does not wait for an agent that hangs. */
const patience = 2000;

/** @returns undefined where no agent answers at that socket */
export async function countKeys(socket: string): Promise<number | undefined> {
  const answer = await askForKeys(socket);
  return answer && countIdentities(answer);
}

/** The public keys. @returns undefined where no agent answers at that socket */
export async function listKeys(socket: string): Promise<readonly Buffer[] | undefined> {
  const answer = await askForKeys(socket);
  if (answer === undefined) return undefined;
  const keys: Buffer[] = [];
  filterIdentities(answer, (key) => keys.push(key) > 0);
  return keys;
}

async function askForKeys(socket: string): Promise<Buffer | undefined> {
  const agent = new AgentUpstream(() => socket, patience);
  try {
    return await agent.ask(listRequest);
  } finally {
    agent.end();
  }
}
