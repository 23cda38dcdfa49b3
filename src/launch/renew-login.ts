// Renews a login in a container of its own, one launcher at a time: a refresh token works once, and whoever is renewing must
// not end before the new one is saved. The container goes on by itself if the launcher is killed.

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { messageOf } from '../base/errors.ts';
import { shorten } from '../base/shorten.ts';
import type { Engine } from '../engines/engine.ts';
import { acquireLock } from '../host/lock.ts';
import { egressVariables } from '../plan/egress.ts';
import { home } from '../plan/inside.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { withoutSockets } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { runSession } from '../session/run-session.ts';
import { isDue, openRenewal, takeRenewed } from '../state/renewal.ts';
import type { RunState } from '../state/run-state.ts';

/** Milliseconds between two looks, and after a renewal that came to nothing. */
const interval = 2000;
const patience = 60_000;

export class LoginRenewal {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private notBefore = 0;

  /**
   * @param writable where the files of runs are
   * @param finishOthers takes what launchers that died in the middle of a renewal have left
   */
  constructor(
    private readonly engine: Engine,
    private readonly plan: RunPlan,
    private readonly run: RunState,
    private readonly writable: string,
    private readonly finishOthers: () => Promise<void>,
    private readonly debug: (text: string) => void,
  ) {}

  /** While the session runs. */
  start(): void {
    this.timer = setInterval(() => {
      void this.renewIfDue();
    }, interval);
  }

  /** Settles when nothing is under way any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
  }

  /** Nothing that fails here ends a run: the login that there is may be good for a while. */
  async renewIfDue(): Promise<void> {
    const now = Date.now();
    if (!this.run.plan.renews || now < this.notBefore || !isDue(this.run, now)) return;
    this.working ??= this.renew()
      .catch((error: unknown) => {
        this.notBefore = Date.now() + patience;
        this.debug(`the login could not be renewed: ${messageOf(error)}`);
      })
      .finally(() => (this.working = undefined));
    await this.working;
  }

  private async renew(): Promise<void> {
    const release = await acquireLock(`${this.run.truth.lock}.renewal`, {
      before: 'the login was renewed',
      pause: 100,
    });
    try {
      await this.finishOthers();
      // Another session may have done it meanwhile.
      if (!isDue(this.run, Date.now())) return;
      const { inside } = runPaths({ directory: this.writable, runId: this.plan.run.id });
      const files = openRenewal(this.run, inside);
      const container = await this.engine.create(
        renewalPlan(this.plan, this.run, files.home),
        files,
      );
      // The run itself is about to build it.
      if (container === 'image-missing') return;
      const said = new PassThrough();
      const nothing = (): PassThrough => new PassThrough().resume();
      const streams = { stdin: nothing(), stdout: said, stderr: nothing() };
      const answer = text(said);
      try {
        await runSession(container, { terminal: { tty: false, stdin: false } }, streams);
      } finally {
        said.end();
      }
      if (!(await takeRenewed(this.run, Date.now())))
        throw new Error(shorten(await answer, 300) || 'no answer');
    } finally {
      release();
    }
  }
}

/** The answer to the last request is waited for, and the container ends with it. */
const script = [
  // A refresh that is cut short loses the login.
  'trap "" TERM INT HUP',
  'requests=$1 last=$2; shift 2; mkfifo /tmp/answers',
  '{ printf %s "$requests"; sleep 40; } | timeout 40 "$@" >/tmp/answers 2>/dev/null &',
  'grep -m1 "\\"id\\":$last[,}]" /tmp/answers',
].join('\n');

function renewalPlan(plan: RunPlan, { state }: RunState, source: string): RunPlan {
  const { command = [], requests = [] } = state.renewal ?? {};
  const lines = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const last = JSON.stringify(requests.at(-1)?.['id'] ?? null);
  return {
    ...withoutSockets(plan),
    run: { ...plan.run, name: renewalName(plan) },
    command: {
      argv: ['sh', '-c', script, 'sh', lines, last, ...command],
      reason: 'renews the login',
    },
    workingDirectory: { path: home, reason: 'nothing of the project is there' },
    mounts: [
      {
        role: 'run',
        source,
        target: home,
        kind: 'directory',
        readOnly: false,
        reason: 'the login',
      },
      ...plan.mounts.filter(({ role, kind }) => role === 'run' && kind === 'file'),
    ],
    groups: [],
    terminal: { ...plan.terminal, tty: false, stdin: false },
    ...networkOf(plan),
    limits: { pids: plan.limits.pids },
  };
}

/**
 * Where the run reaches allowed hosts only: nothing of the project is here, and the vendor's own program renews the login by whatever
 * way it takes.
 */
function networkOf(plan: RunPlan): Pick<RunPlan, 'network' | 'environment'> {
  const { network, environment, egress } = plan;
  if (egress === undefined) return { environment, network: { ...network, publish: [] } };
  const ours = egressVariables(egress.port).map(({ name }) => name);
  return {
    environment: environment.filter(({ name }) => !ours.includes(name)),
    network: { mode: 'default', publish: [], reason: 'to the vendor' },
  };
}

/** One at a time for a run; its leftovers are ended with the run. */
export const renewalName = ({ run }: Pick<RunPlan, 'run'>): string => `${run.name}-renewal`;
