// Limits, network and ports of a run. Pure.

import { AiError } from '../base/errors.ts';
import { networkName } from '../settings/network.ts';
import { presetMemory } from '../settings/presets.ts';
import { schema, type Settings } from '../settings/schema.ts';
import { whereSet } from '../settings/where-set.ts';
import type { EngineFacts } from './facts.ts';
import type { Limits, PublishedPort, RunPlan } from './run-plan.ts';

export function planLimits(settings: Settings, engine: EngineFacts): Limits {
  const { cpus, pids } = settings;
  const timeout = planTimeout(settings);
  const memory = planMemory(settings, engine);
  return {
    ...(memory && { memory }),
    // Podman refuses a run where it cannot weigh processors.
    ...(engine.cpu && {
      ...(cpus !== undefined && { cpus: { count: cpus, reason: 'setting cpus' } }),
      cpuShares: settings.secure
        ? { count: 512, reason: 'setting secure: other work of this machine goes first' }
        : { count: 1024, reason: 'the engine’s usual weight' },
    }),
    pids: { count: pids, reason: 'a fork bomb ends here' },
    ...(timeout && { timeout }),
  };
}

export const planTimeout = ({ timeout, places }: Settings): Limits['timeout'] =>
  timeout === undefined
    ? undefined
    : { seconds: timeout, ...at(places?.timeout), reason: 'setting timeout' };

const at = (place: string | undefined): { place?: string } =>
  place === undefined ? {} : { place };

/** Nothing that a user would feel: the machine's swap stays what it is, and so does the rest of its memory. */
function planMemory({ memory, secure, places }: Settings, engine: EngineFacts): Limits['memory'] {
  const most = engine.memory === undefined ? undefined : usualMemory(engine.memory);
  // The preset's is none on a small machine.
  if (secure && memory === presetMemory && most !== undefined && most < memory)
    return { bytes: most, reason: 'setting secure: 80 % of the machine’s memory' };
  if (memory !== undefined)
    return { bytes: memory, ...at(places?.memory), reason: 'setting memory' };
  return most === undefined || !engine.limits
    ? undefined
    : {
        ...{ bytes: most, swap: 'unlimited' },
        reason: '80 % of the machine’s: a run-away session does not take the machine along',
      };
}

/** What a run may take of so much memory where nothing is set, in bytes. */
export const usualMemory = (ofMachine: number): number => Math.floor(ofMachine * 0.8);

/** Engines say nothing of limits that they take and do not hold. Only of those that the user asked for. */
export function limitNotes(settings: Settings, engine: EngineFacts): readonly string[] {
  const { memory, pids } = settings;
  const asked = [
    ...(memory === undefined ? [] : ['memory']),
    ...(settings.cpus === undefined ? [] : ['cpus']),
    ...(pids === schema.pids.default ? [] : ['pids']),
  ];
  const missing = asked.filter((name) => !(name === 'cpus' ? engine.cpu : engine.limits));
  if (missing.length === 0) return [];
  return [
    `not limited: ${missing.join(', ')} (a rootless engine can do that on cgroup v2 only, with what systemd delegates to you)`,
  ];
}

const modes = { open: 'default', allowlist: 'none', none: 'none', host: 'host' } as const;
const reasons = {
  allowlist: 'setting network: allowlist, through ai’s own proxy only',
  open: 'the engine’s own network: assistants call their models',
  none: 'setting network: none',
  host: 'setting network: host, not isolated from the host’s ports',
} as const;

export function planNetwork(settings: Settings): RunPlan['network'] {
  const publish = settings.publish.map(parsePort);
  const { network } = settings;
  const name = networkName(network);
  if (publish.length > 0 && network !== 'open' && name === undefined) {
    const { publish: port = '--publish', network: mode = '--network' } = settings.places ?? {};
    throw new AiError('AI_USAGE', {
      problem: `no port can be published with network ${network}${mode.startsWith('--') ? '' : ` (${mode})`}`,
      next: `leave out ${whereSet('publish', port)}, or use --network open`,
    });
  }
  if (name !== undefined)
    return { mode: name, publish, reason: `setting network: ${network}, with all that is in it` };
  const own = network as keyof typeof modes;
  return { mode: modes[own], publish, reason: reasons[own] };
}

/** On the host itself nothing holds it, whatever a settings file says. */
export const nativeNetworkNotes = ({ network }: Pick<Settings, 'network'>): readonly string[] =>
  network === 'allowlist' || network === 'none'
    ? [`network ${network} does nothing without a container: this run reaches every host`]
    : [];

/**
 * `[ADDRESS:][HOST:]PORT[/udp]`; an IPv6 address stands in brackets.
 * @throws AiError AI_USAGE
 */
function parsePort(text: string): PublishedPort {
  const match = /^(?:(\[[\da-f:]+\]|\d+\.\d+\.\d+\.\d+):)?(?:(\d*):)?(\d+)(?:\/(tcp|udp))?$/i.exec(
    text,
  );
  const [, address = '127.0.0.1', hostPort, port = '', protocol = 'tcp'] = match ?? [];
  const isPort = (value: string): boolean => Number(value) >= 1 && Number(value) <= 65535;
  if (!isPort(port) || (hostPort && !isPort(hostPort)))
    throw new AiError('AI_USAGE', {
      problem: `“${text}” is not a port to publish`,
      next: 'use 3000, 8080:3000 or 0.0.0.0:8080:3000',
    });
  return {
    hostAddress: address.replace(/^\[|\]$/g, ''),
    hostPort: hostPort ?? port,
    containerPort: Number(port),
    protocol: protocol.toLowerCase() === 'udp' ? 'udp' : 'tcp',
  };
}
