// Ports of this machine on their way into a run: a socket for each, and what the user is told where nothing answers.

import { setTimeout as wait } from 'node:timers/promises';
import { path } from '../base/path.ts';
import { appendAudit } from '../journal/audit.ts';
import { auditedRun } from '../plan/audit-lines.ts';
import { showPort } from '../plan/provider-url.ts';
import type { HostPort, RunPlan } from '../plan/run-plan.ts';
import { portSocketName } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { answers, serveHostPort } from '../tunnel/host-port.ts';
import type { Listening } from '../tunnel/listen.ts';
import { giveSocket } from './give-socket.ts';
import type { World } from './world.ts';

/** Milliseconds that the start waits to hear whether something answers: what is silent says so at once. */
const timeToHear = 250;

export class ForwardedPorts {
  private readonly servers = new Map<string, Listening>();
  /** Ports that nothing answered at: told once. */
  private readonly silent = new Map<HostPort, 'told' | 'met'>();
  private readonly troubles: string[] = [];
  private readonly over = new AbortController();

  constructor(
    private readonly world: World,
    private readonly plan: RunPlan,
    private readonly writable: string,
  ) {}

  /** Where the socket of that name is. */
  addressOf(name: string): string | undefined {
    return this.servers.get(name)?.address;
  }

  async open(): Promise<void> {
    await Promise.all(this.plan.hostPorts.map((port) => this.serve(port)));
  }

  /** After the session: the screen was the assistant's meanwhile. */
  tell(): void {
    for (const [port, state] of this.silent) if (state === 'met') this.say(port);
    for (const text of this.troubles) this.world.emit({ type: 'debug', text });
  }

  async close(): Promise<void> {
    this.over.abort();
    await Promise.all([...this.servers.values()].map((server) => server.close()));
  }

  private async serve(port: HostPort): Promise<void> {
    const { plan, writable } = this;
    const { sock } = runPaths({ directory: writable, runId: plan.run.id });
    const name = portSocketName(port);
    const socket = path.join(sock, name);
    const place = { addresses: addressesOf(port), port: port.hostPort };
    const server = await serveHostPort({
      ...{ socket, ...place },
      onRefused: () => {
        if (!this.silent.has(port)) this.silent.set(port, 'met');
      },
    });
    this.servers.set(name, server);
    giveSocket(socket, plan.state.owner);
    this.note(port);
    const answer = answers(place, this.over.signal);
    if ((await Promise.race([answer, wait(timeToHear)])) !== false) return;
    this.silent.set(port, 'told');
    this.say(port);
  }

  private note(port: HostPort): void {
    const { model } = this.plan;
    const trouble = appendAudit(this.world, {
      what: 'host port',
      ...auditedRun(this.plan),
      ...{ port: port.hostPort, host: port.host, ...(model && { provider: model.provider }) },
    });
    if (trouble !== undefined) this.troubles.push(`audit.jsonl: ${trouble}`);
  }

  private say(port: HostPort): void {
    const { model } = this.plan;
    const who = model === undefined ? '' : `: is ${model.provider} running?`;
    this.world.emit({ type: 'warning', text: `nothing answers at ${showPort(port)}${who}` });
  }
}

/** Without asking anybody what the name means. */
const addressesOf = ({ host }: HostPort): readonly string[] =>
  host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
