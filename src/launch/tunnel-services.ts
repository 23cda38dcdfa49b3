// What crosses between a launch and its container: the user's ssh, ports of this machine, the way to allowed hosts, the user's
// browser. A run without loads nothing of it.

import { messageOf } from '../base/errors.ts';
import type { Container } from '../engines/engine.ts';
import type { Facts } from '../plan/facts.ts';
import { showPort } from '../plan/provider-url.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { hostProxies } from '../plan/environment.ts';
import {
  agentSocketName,
  awaitedSockets,
  browserSocketName,
  portSocketName,
  relayedSockets,
} from '../plan/sockets.ts';
import type { EgressUse } from '../tunnel/egress-policy.ts';
import type { ForwardedBrowser } from './forward-browser.ts';
import type { ForwardedEgress } from './forward-egress.ts';
import type { ForwardedPorts } from './forward-ports.ts';
import type { ForwardedSsh } from './forward-ssh.ts';
import type { SocketRelay } from './relay-sockets.ts';
import type { World } from './world.ts';

export interface TunnelServices {
  /** Before the start. @throws AiError AI_STATE_UNWRITABLE */
  open: () => Promise<void>;
  /** The container runs. */
  started: (container: Container) => void;
  /** It has ended, or nobody can tell. */
  ended: () => void;
  /** After the end: what the user has to know of it, and host keys that the session has met. */
  conclude: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * @param facts who the user is, and where the files of runs go
 * @param onUse hears what the run asks the egress proxy for, as it does
 */
export function tunnelServices(
  world: World,
  plan: RunPlan,
  facts: Pick<Facts, 'host' | 'state' | 'kept'>,
  onUse?: (use: EgressUse) => void,
): TunnelServices {
  const { host, state } = facts;
  let ssh: ForwardedSsh | undefined;
  let egress: ForwardedEgress | undefined;
  let ports: ForwardedPorts | undefined;
  let browser: ForwardedBrowser | undefined;
  let relay: Promise<SocketRelay> | undefined;

  const openSsh = async (): Promise<void> => {
    if (plan.ssh.agent === 'none') return;
    const { ForwardedSsh } = await import('./forward-ssh.ts');
    ssh = new ForwardedSsh(world, plan, state.writable, host.userName);
    await ssh.open();
  };
  const openPorts = async (): Promise<void> => {
    if (plan.hostPorts.length === 0) return;
    const { ForwardedPorts } = await import('./forward-ports.ts');
    ports = new ForwardedPorts(world, plan, state.writable);
    await ports.open();
  };
  const openEgress = async (): Promise<void> => {
    const { egress: planned } = plan;
    if (planned === undefined) return;
    const { ForwardedEgress } = await import('./forward-egress.ts');
    const sshHosts = () => ssh?.reached ?? [];
    const to = { ...plan, egress: planned };
    egress = new ForwardedEgress(world, to, state.writable, hostProxies(facts), sshHosts, onUse);
    await egress.open();
  };
  const openBrowser = async (): Promise<void> => {
    const { browser: planned } = plan;
    if (planned === undefined) return;
    const { ForwardedBrowser } = await import('./forward-browser.ts');
    const to = { ...plan, browser: planned };
    const input = { world, plan: to, proxies: hostProxies(facts), hosts: plan.egress?.hosts };
    const opening = new ForwardedBrowser(input, state.writable);
    try {
      await opening.open();
      browser = opening;
    } catch (error) {
      // No socket can be made there: a run does without, and its programs print what they cannot open.
      world.emit({ type: 'debug', text: `no way to the browser: ${messageOf(error)}` });
    }
  };
  const addressOf = (name: string): string | undefined => {
    if (name === agentSocketName) return ssh?.address;
    if (name === browserSocketName) return browser?.address;
    return plan.egress && name === portSocketName(plan.egress)
      ? egress?.address
      : ports?.addressOf(name);
  };

  return {
    open: async () => {
      const done = await Promise.allSettled([
        ...[openSsh(), openPorts(), openEgress(), openBrowser()],
      ]);
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    },
    started: (container) => {
      const names = relayedSockets(plan);
      if (names.length === 0) return;
      // A ready image without node can do without a browser.
      const type = awaitedSockets(plan).length > 0 ? 'warning' : 'debug';
      const emit: World['emit'] = (event) => {
        world.emit('text' in event ? { type, text: event.text } : event);
      };
      relay = import('./relay-sockets.ts').then(({ relaySockets }) =>
        relaySockets(container, plan.user, { names, title: titleOf(plan), addressOf, emit }),
      );
    },
    ended: () => {
      void relay?.then((one) => {
        one.expectEnd();
      });
    },
    conclude: async () => {
      ports?.tell();
      egress?.tell();
      await browser?.tell();
      await ssh?.offerHostKeys();
    },
    close: async () => {
      (await relay)?.close();
      await Promise.all([ssh?.close(), ports?.close(), egress?.close(), browser?.close()]);
    },
  };
}

const titleOf = ({ ssh, hostPorts, egress, browser }: RunPlan): string =>
  [
    ...(ssh.way ? ['your ssh agent'] : []),
    ...hostPorts.map(showPort),
    ...(egress ? ['the hosts of network: allowlist'] : []),
    ...(browser ? ['your browser'] : []),
  ].join(' and ');
