// What of the user's ssh a launch sees to. A run without an agent loads nothing of it.

import type { Container } from '../engines/engine.ts';
import type { Facts } from '../plan/facts.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { World } from './world.ts';

export interface SshServices {
  /** Before the start. @throws AiError AI_STATE_UNWRITABLE */
  open: () => Promise<void>;
  /** The container runs. */
  started: (container: Container) => void;
  /** It has ended, or nobody can tell. */
  ended: () => void;
  /** After the end: what the session has met is offered to the user. */
  offerHostKeys: () => Promise<void>;
  close: () => Promise<void>;
}

/** @param facts who the user is, and where the files of runs go */
export function sshServices(
  world: World,
  plan: RunPlan,
  { host, state }: Pick<Facts, 'host' | 'state'>,
): SshServices {
  let forwarded: SshServices | undefined;
  return {
    open: async () => {
      if (plan.ssh.agent === 'none') return;
      const { ForwardedSsh } = await import('./forward-ssh.ts');
      forwarded = new ForwardedSsh(world, plan, state.writable, host.userName);
      await forwarded.open();
    },
    started: (container) => forwarded?.started(container),
    ended: () => forwarded?.ended(),
    offerHostKeys: async () => forwarded?.offerHostKeys(),
    close: async () => forwarded?.close(),
  };
}
