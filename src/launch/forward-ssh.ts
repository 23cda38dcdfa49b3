// The user's ssh on its way into a run: configuration, host keys, and the agent behind its filter.

import path from 'node:path';
import type { AgentPolicy, AgentUse } from '../plan/agent-policy.ts';
import { agentSocketName } from '../plan/sockets.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { findAgent } from '../read/agent-source.ts';
import { readSsh, type SshOfUser } from '../read/ssh.ts';
import { sshInside, writeSshFiles } from '../state/ssh-files.ts';
import { serveAgent } from '../tunnel/agent-filter.ts';
import type { Listening } from '../tunnel/listen.ts';
import { noteInAudit } from './audit.ts';
import { lookAtAgent } from './look-at-agent.ts';
import { wordsOfAgent, wordsOfUnknown } from './agent-words.ts';
import { giveSocket } from './give-socket.ts';
import type { World } from './world.ts';

export class ForwardedSsh {
  private filter: Listening | undefined;
  private knownHosts = '';
  private readonly troubles = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly plan: RunPlan,
    private readonly writable: string,
    private readonly userName: string,
  ) {}

  open = async (): Promise<void> => {
    const { world, plan } = this;
    const ssh = await readSsh(plan.ssh.hosts, {
      home: world.home,
      environment: world.environment,
      userName: this.userName,
      inside: { directory: sshInside.directory, knownHosts: [sshInside.met, sshInside.known] },
    });
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
    for (const text of this.troubles) this.world.emit({ type: 'debug', text });
    const { offerHostKeys } = await import('./offer-host-keys.ts');
    await offerHostKeys(this.world, this.paths.home, this.knownHosts);
  };

  close = async (): Promise<void> => {
    await this.filter?.close();
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
    const trouble = noteInAudit(this.world, this.plan, 'ssh agent', { ...use });
    if (trouble !== undefined) this.troubles.add(`audit.jsonl: ${trouble}`);
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
