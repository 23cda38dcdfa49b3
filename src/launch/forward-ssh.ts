// The user's ssh on its way into a run: configuration, host keys, and the agent behind its filter.

import { parseHostEntry, type HostEntry } from '../base/host-name.ts';
import { path } from '../base/path.ts';
import { auditedRun } from '../plan/audit-lines.ts';
import { egressProxyCommand } from '../plan/egress.ts';
import type { AgentPolicy, AgentUse } from '../plan/agent-policy.ts';
import { agentSocketName } from '../plan/sockets.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { findAgent } from '../read/agent-source.ts';
import { readSsh, type SshOfUser } from '../read/ssh.ts';
import { sshInside, writeSshFiles } from '../state/ssh-files.ts';
import { serveAgent } from '../tunnel/agent-filter.ts';
import type { Listening } from '../tunnel/listen.ts';
import { AuditedUses } from './audited-uses.ts';
import { lookAtAgent } from './look-at-agent.ts';
import { wordsOfAgent, wordsOfUnknown, wordsOfUntold } from './agent-words.ts';
import { giveSocket } from './give-socket.ts';
import type { World } from './world.ts';

export class ForwardedSsh {
  /** Where the user's own ssh leads for the hosts of the plan. */
  reached: readonly HostEntry[] = [];
  private filter: Listening | undefined;
  private knownHosts = '';
  private readonly uses: AuditedUses;

  constructor(
    private readonly world: World,
    private readonly plan: RunPlan,
    private readonly writable: string,
    private readonly userName: string,
  ) {
    this.uses = new AuditedUses(world, { what: 'ssh agent', ...auditedRun(plan) });
  }

  open = async (): Promise<void> => {
    const { world, plan } = this;
    const ssh = await readSsh(plan.ssh.hosts, {
      home: world.home,
      environment: world.environment,
      userName: this.userName,
      inside: { directory: sshInside.directory, knownHosts: [sshInside.met, sshInside.known] },
      ...(plan.egress && { proxyCommand: egressProxyCommand(plan.egress) }),
    });
    this.reached = ssh.resolved.flatMap(
      ({ host, port }) => parseHostEntry(`${host}:${port}`) ?? [],
    );
    this.knownHosts = ssh.knownHosts;
    writeSshFiles(plan, this.writable, ssh);
    for (const text of ssh.warnings) world.emit({ type: 'debug', text });
    const agent = findAgent(world.environment, world.home, ssh.identityAgents);
    await Promise.all([this.serve(ssh, agent), this.tell(ssh, agent)]);
  };

  /** Where the agent's socket is. */
  get address(): string | undefined {
    return this.filter?.address;
  }

  offerHostKeys = async (): Promise<void> => {
    const { untold, troubles } = this.uses;
    if (untold > 0) this.world.emit({ type: 'warning', text: wordsOfUntold(untold) });
    for (const text of troubles) this.world.emit({ type: 'debug', text });
    const { offerHostKeys } = await import('./offer-host-keys.ts');
    await offerHostKeys(this.world, this.paths.home, this.knownHosts);
  };

  close = async (): Promise<void> => {
    await this.filter?.close();
    this.uses.close();
  };

  private get paths(): ReturnType<typeof runPaths> {
    return runPaths({ directory: this.writable, runId: this.plan.run.id });
  }

  private async serve({ hosts }: SshOfUser, agent: string | undefined): Promise<void> {
    const { agent: mode, fingerprints } = this.plan.ssh;
    if (mode === 'none') return;
    const policy: AgentPolicy = { mode, hosts, ...(fingerprints && { fingerprints }) };
    const socket = path.join(this.paths.sock, agentSocketName);
    this.filter = await serveAgent({
      socket,
      upstream: () => agent,
      policy,
      onUse: (use) => {
        this.note(use);
      },
    });
    giveSocket(socket, this.plan.state.owner);
  }

  private note(use: AgentUse): void {
    const { action, allowed, ...rest } = use;
    if (allowed) this.uses.note(action === 'sign' ? 'signed' : 'allowed', use);
    else this.uses.note('refused', use, JSON.stringify([action, rest]));
  }

  private async tell({ unknown }: SshOfUser, agent: string | undefined): Promise<void> {
    const { hosts, agent: mode } = this.plan.ssh;
    const state = await lookAtAgent(this.world, agent);
    const ofAgent = wordsOfAgent(state, hosts, process.platform);
    const ofHosts = mode === 'restricted' ? wordsOfUnknown(unknown) : undefined;
    // One thing at a time: without keys, it does not matter who is known.
    const text = ofAgent ?? ofHosts;
    if (text !== undefined) this.world.emit({ type: 'note', text });
  }
}
