// What the user's ssh agent has, before a session relies on it.

import { runCommand } from '../host/command.ts';
import { countKeys } from '../tunnel/count-keys.ts';
import type { AgentState } from './agent-words.ts';
import type { World } from './world.ts';

/** @param socket where it listens, if anywhere */
export async function lookAtAgent(
  world: Pick<World, 'environment' | 'home'>,
  socket: string | undefined,
  platform: NodeJS.Platform = process.platform,
): Promise<AgentState> {
  if (socket === undefined) return { kind: 'absent' };
  const state = await stateOf(socket);
  if (platform !== 'darwin' || state.kind !== 'keys' || state.count > 0) return state;
  // After a restart of a Mac its agent is empty until somebody asks for what the keychain holds (ssh-add(1) there).
  const environment = { ...world.environment, SSH_AUTH_SOCK: socket };
  const options = { environment, cwd: world.home, patience: 5000 };
  const { ok } = await runCommand(['ssh-add', '--apple-load-keychain', '-q'], options);
  return ok ? stateOf(socket) : state;
}

async function stateOf(socket: string): Promise<AgentState> {
  const count = await countKeys(socket);
  return count === undefined ? { kind: 'silent', socket } : { kind: 'keys', count };
}
