// The way of a run without a network to the hosts that it may reach: the egress proxy, and what the user is told of it.

import type { HostEntry } from '../base/host-name.ts';
import { path } from '../base/path.ts';
import { egressProxyCommand } from '../plan/egress.ts';
import type { EgressPlan, RunPlan } from '../plan/run-plan.ts';
import { portSocketName } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { writeSshFiles } from '../state/ssh-files.ts';
import type { EgressUse } from '../tunnel/egress-policy.ts';
import { serveEgress } from '../tunnel/egress.ts';
import type { ProxyValues } from '../base/proxies.ts';
import { unusableProxies } from '../tunnel/host-proxies.ts';
import type { Listening } from '../tunnel/listen.ts';
import { auditedRun } from '../plan/audit-lines.ts';
import { AuditedUses } from './audited-uses.ts';
import { unusableProxy, wordsOfDenials } from './egress-words.ts';
import { giveSocket } from './give-socket.ts';
import type { World } from './world.ts';

export class ForwardedEgress {
  private server: Listening | undefined;
  /** Each once, in the order of their first time. */
  private readonly uses: EgressUse[] = [];
  private readonly audit: AuditedUses;

  /** @param sshHosts where the user's own ssh leads to, known a moment after the start */
  constructor(
    private readonly world: World,
    private readonly plan: RunPlan & { egress: EgressPlan },
    private readonly writable: string,
    private readonly proxies: ProxyValues,
    private readonly sshHosts: () => readonly HostEntry[],
    private readonly onUse: (use: EgressUse) => void = () => undefined,
  ) {
    this.audit = new AuditedUses(world, { what: 'network', ...auditedRun(plan) });
  }

  /** Where its socket is. */
  get address(): string | undefined {
    return this.server?.address;
  }

  async open(): Promise<void> {
    const { plan, writable, proxies, world } = this;
    for (const name of unusableProxies(proxies))
      world.emit({ type: 'warning', text: unusableProxy(name) });
    const { sock } = runPaths({ directory: writable, runId: plan.run.id });
    const socket = path.join(sock, portSocketName(plan.egress));
    this.server = await serveEgress({
      ...{ socket, proxies },
      allowed: () => [...plan.egress.hosts, ...this.sshHosts()],
      onUse: (use) => {
        this.note(use);
        this.onUse(use);
      },
    });
    giveSocket(socket, plan.state.owner);
    if (plan.ssh.agent === 'none') this.writeSshConfig();
  }

  /** After the session: the screen was the assistant's meanwhile. */
  tell(): void {
    for (const text of wordsOfDenials(this.uses, this.audit.untold))
      this.world.emit({ type: 'warning', text });
    for (const text of this.audit.troubles) this.world.emit({ type: 'debug', text });
  }

  async close(): Promise<void> {
    await this.server?.close();
    this.audit.close();
  }

  /** Without keys there is no copy of the user's own, and ssh has to find its way out all the same. */
  private writeSshConfig(): void {
    const config = `Host *\n  ProxyCommand ${egressProxyCommand(this.plan.egress)}\n`;
    writeSshFiles(this.plan, this.writable, { config, publicKeys: [], knownHosts: '' });
  }

  private note(use: EgressUse): void {
    const { host, port, denied } = use;
    const reason = denied ?? (use.failed && 'unreachable');
    const isTold = this.audit.note(
      denied === undefined ? (use.failed ? 'failed' : 'allowed') : 'refused',
      {
        ...{ host, ...(port !== undefined && { port }) },
        allowed: denied === undefined,
        ...(reason !== undefined && { reason }),
      },
      `${host}:${port ?? ''} ${reason ?? ''}`,
    );
    if (isTold) this.uses.push(use);
  }
}
