// Wires the story of a run to the real machine: engine, files, terminal, clock.

import { AiError, messageOf } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { path } from '../base/path.ts';
import { DockerEngine } from '../engines/docker/docker-engine.ts';
import { showEndpoint, type Endpoint, type NamedEndpoint } from '../engines/docker/endpoint.ts';
import { findEngine } from '../engines/docker/find.ts';
import { holdLeash, type Leash } from '../engines/docker/leash.ts';
import type { Container, Engine, RunFiles } from '../engines/engine.ts';
import type { Facts } from '../plan/facts.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { Interruption } from '../session/interruption.ts';
import { runSession, type SessionEnd, type SessionHooks } from '../session/run-session.ts';
import { removeEmpty } from '../host/made-directories.ts';
import { fillStage, openStage } from '../state/stage.ts';
import { renewalLocks } from '../state/exchange-locks.ts';
import { auditRun, type RunAudit } from './audit-run.ts';
import { carryState, type StateServices } from './carry-state.ts';
import { closeStage } from './close-stage.ts';
import { choiceOf } from './engine-choice.ts';
import { runImage } from './image-services.ts';
import { lookForNewer, tellNewer } from './look-for-newer.ts';
import { sayWhatWasVisible } from './look-mask.ts';
import { finishOthers, saveOthers } from './other-runs.ts';
import { tunnelServices, type TunnelServices } from './tunnel-services.ts';
import type { World } from './world.ts';

export interface LaunchServices {
  emit: Emit;
  engine: Engine;
  interruption: Interruption;
  waitRemoved: boolean;
  image: { ensure: () => Promise<void> };
  stage: {
    open: () => RunFiles;
    fill: () => Promise<void>;
    /** What the container keeps of the project for itself is the user's; with the container there, and its image. */
    giveOverlay: () => Promise<void>;
    /** The directories that were made for it stay: there is a container. A start that fails changes nothing. */
    keep: () => void;
    close: () => Promise<void>;
  };
  state: StateServices;
  tunnel: TunnelServices;
  audit: Pick<RunAudit, 'ended' | 'note'>;
  needImageFiles: () => Promise<void>;
  session: (container: Container, hooks: SessionHooks) => Promise<SessionEnd>;
  started: () => void;
  /** @param known false if nobody can tell whether the container has ended: then the leash sees to it */
  ended: (known: boolean) => void;
  giveBack: () => Promise<void>;
  /** What the session could see although the setting `mask` was to hide it. */
  sayWhatWasVisible: () => Promise<void>;
  /** What the session has changed of the files that this machine runs later. */
  sayWhatChanged: () => Promise<void>;
  /** Settles when what went on beside the session is done. */
  settled: () => Promise<void>;
  close: () => void;
}

/** Milliseconds that an engine has for its answer once the user has pressed Ctrl-C. */
const timeToAnswer = 2000;

export function makeServices(
  world: World,
  facts: Facts,
  plan: RunPlan,
  waitRemoved: boolean,
  onUse?: Parameters<typeof tunnelServices>[3],
): LaunchServices {
  const endpoint = engineEndpoint(world, facts.settings);
  const engine = new DockerEngine(endpoint);
  const interruption = new Interruption();
  interruption.abortSignal.addEventListener('abort', () => {
    // One that answers gets to, so that nothing half-made is left in it.
    setTimeout(() => {
      if (!interruption.over) engine.close();
    }, timeToAnswer).unref();
  });
  const { stateDirectory } = world;
  const { owner, writable } = facts.state;
  const whose = { stateDirectory, owner, ownRun: plan.run.id };
  const input = {
    plan,
    stateDirectory,
    writable,
    caFiles: facts.host.caFiles,
    coverData: world.redactor.coverData,
  };
  const interrupt = interruption.abortSignal;
  const image = runImage(world, facts, engine, { endpoint, interrupt });
  /** Directories that this start has made, until they are known to be needed. */
  const made: string[] = [];
  const state = carryState(world, plan, { writable, engine });
  const tunnel = tunnelServices(world, plan, facts, onUse);
  const audit = auditRun(world, plan, facts, engine);
  let digest = '';
  let leash: Leash | undefined;
  let others: Promise<readonly string[]> | undefined;

  return {
    emit: world.emit,
    engine,
    interruption,
    waitRemoved,
    image,
    stage: {
      open: () => openStage({ ...input, imageFiles: image.files() }, made),
      fill: async () => {
        digest = fillStage(input, engine.endpoint);
        if (plan.watched) await lookBefore(world, facts, plan);
        await saveOthers(world, writable, whose);
        if (plan.git.leftOut.length > 0)
          world.emit({
            type: 'debug',
            text: `git settings left out: ${plan.git.leftOut.join(', ')}`,
          });
        // Both to their end: what one has opened must not appear after the clean-up for the other.
        const done = await Promise.allSettled([state.handOut(), tunnel.open()]);
        for (const one of done) if (one.status === 'rejected') throw one.reason;
      },
      giveOverlay: async () => {
        if (plan.prepare.overlay === undefined) return;
        const { giveVolumes } = await import('./give-volumes.ts');
        await giveVolumes(engine, plan, writable);
      },
      keep: () => {
        made.length = 0;
      },
      close: async () => {
        await closeStage(world, plan, { writable, engine });
        removeEmpty(made);
      },
    },
    state,
    tunnel,
    audit: {
      note: audit.note,
      ended: (end) => {
        audit.ended(end);
        // Where nothing can be written, the user knows.
        const type = plan.state.saved ? 'warning' : 'debug';
        for (const text of audit.troubles()) world.emit({ type, text: `audit.jsonl: ${text}` });
      },
    },
    needImageFiles: image.needFiles,
    session: (container, { starting, started }) => {
      const session = runSession(
        container,
        {
          terminal: plan.terminal,
          ...(plan.limits.timeout && { timeout: plan.limits.timeout.seconds }),
        },
        world.streams,
        {
          starting,
          started: () => {
            tunnel.started(container);
            started();
          },
        },
      );
      // Held before the start, so that there is no moment without it, and while the engine answers the attach.
      const program = path.join(world.dist, 'leash-program.cjs');
      leash = holdLeash(container.id, { program, endpoint, locks: renewalLocks(plan) });
      return session;
    },
    started: () => {
      audit.started(digest);
      state.watch();
      lookForNewer(world, facts.settings);
      others = finishOthers(world, engine, whose);
    },
    ended: (known) => {
      tunnel.ended();
      if (known) leash?.release();
    },
    giveBack: async () => {
      if (plan.prepare.giveBack === undefined) return;
      const { giveBackFiles } = await import('./give-back.ts');
      await giveBackFiles(engine, plan, stateDirectory);
    },
    sayWhatWasVisible: () => sayWhatWasVisible(world, facts),
    sayWhatChanged: async () => {
      if (!plan.watched) return;
      const { sayWhatChanged } = await import('./watch-executables.ts');
      await sayWhatChanged(world.emit, plan, { ...world, stateDirectory, writable });
    },
    settled: async () => {
      // Not before: the screen was the session's.
      for (const text of (await others) ?? []) world.emit({ type: 'warning', text });
      await tellNewer(world, facts);
    },
    close: () => {
      engine.close();
    },
  };
}

export function namedEndpoint(world: World, settings: Facts['settings']): NamedEndpoint {
  const { endpoint, origin } = findEngine(choiceOf(world, settings));
  return { ...endpoint, origin };
}

/**
 * The engine for a launch: one that can be on this machine.
 * @throws AiError AI_ENGINE_REMOTE beside those of findEngine
 */
export function engineEndpoint(world: World, settings: Facts['settings']): Endpoint {
  const endpoint = namedEndpoint(world, settings);
  if (endpoint.kind !== 'ssh') return endpoint;
  const cause = 'it is reached by ssh, on another machine';
  throw new AiError('AI_ENGINE_REMOTE', { endpoint: showEndpoint(endpoint), cause });
}

/** Beside the engine's work. What cannot be looked at is no reason not to start. */
async function lookBefore({ emit }: World, facts: Facts, plan: RunPlan): Promise<void> {
  try {
    const watch = await import('./watch-executables.ts');
    const seen = facts.protect?.seen;
    watch.lookBefore(facts.state.writable, plan, watch.looksOf(facts), seen);
  } catch (error) {
    emit({ type: 'warning', text: `changes of this run cannot be reported: ${messageOf(error)}` });
  }
}
