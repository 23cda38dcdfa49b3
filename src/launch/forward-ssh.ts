// The user's ssh on its way into a run: configuration, host keys, and the agent behind its filter.

import { chmodSync, lchownSync } from 'node:fs';
import path from 'node:path';
import { appendAudit } from '../journal/audit.ts';
import type { AgentPolicy, AgentUse } from '../plan/agent-policy.ts';
import type { Container } from '../engines/engine.ts';
import { agentSocketName } from '../plan/ssh.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { findAgent } from '../read/agent-source.ts';
import { readSsh, type SshOfUser } from '../read/ssh.ts';
import { sshInside, writeSshFiles } from '../state/ssh-files.ts';
import { serveAgent, type AgentFilter } from '../tunnel/agent-filter.ts';
import { lookAtAgent } from './look-at-agent.ts';
import { wordsOfAgent, wordsOfUnknown } from './agent-words.ts';
import type { AgentRelay } from './relay-agent.ts';
import type { SshServices } from './ssh-services.ts';
import type { World } from './world.ts';

export class ForwardedSsh implements SshServices {
  private filter: AgentFilter | undefined;
  private relay: Promise<AgentRelay> | undefined;
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

  started = (container: Container): void => {
    const { user, ssh } = this.plan;
    if (ssh.way !== 'relay') return;
    const { emit } = this.world;
    this.relay = import('./relay-agent.ts').then(({ relayAgent }) =>
      relayAgent(container, user, { socket: () => this.filter?.address, emit }),
    );
  };

  ended = (): void => {
    void this.relay?.then((relay) => {
      relay.expectEnd();
    });
  };

  offerHostKeys = async (): Promise<void> => {
    for (const text of this.troubles) this.world.emit({ type: 'debug', text });
    const { offerHostKeys } = await import('./offer-host-keys.ts');
    await offerHostKeys(this.world, this.paths.home, this.knownHosts);
  };

  close = async (): Promise<void> => {
    (await this.relay)?.close();
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
    // Nobody else gets into its directory.
    chmodSync(socket, 0o600);
    const { uid, gid } = this.plan.state.owner;
    if (process.getuid?.() === 0) lchownSync(socket, uid, gid);
  }

  private note(use: AgentUse): void {
    const { run, project } = this.plan;
    const line = {
      what: 'ssh agent',
      run: run.id,
      assistant: run.assistant,
      project: project.root,
    };
    const { stateDirectory, redactor } = this.world;
    const trouble = appendAudit(stateDirectory, redactor.coverData({ ...line, ...use }));
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
