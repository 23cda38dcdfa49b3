// Wires the story of a run to the real machine: engine, files, terminal, clock.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { assistantVersions } from '../assistants/pins.ts';
import { assistants } from '../assistants/registry.ts';
import type { Emit } from '../base/events.ts';
import { DockerEngine } from '../engines/docker/docker-engine.ts';
import type { Endpoint } from '../engines/docker/endpoint.ts';
import { findEndpoint } from '../engines/docker/find.ts';
import { holdLeash, type Leash } from '../engines/docker/leash.ts';
import type { Container, Engine, RunFiles } from '../engines/engine.ts';
import type { Facts } from '../plan/facts.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { readGitIdentity } from '../read/git-identity.ts';
import { Interruption } from '../session/interruption.ts';
import { runSession, type SessionEnd } from '../session/run-session.ts';
import { hasOtherRuns } from '../state/runs.ts';
import { removeEmpty } from '../state/create.ts';
import { closeStage, fillStage, openStage, seedStage } from '../state/stage.ts';
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
    /** What outlives the run: only once there is a container, so that a start that fails changes nothing. */
    seed: () => void;
    close: () => void;
  };
  needImageFiles: () => Promise<void>;
  session: (container: Container, onStarted: () => void) => Promise<SessionEnd>;
  started: () => void;
  ended: () => void;
  giveBack: () => Promise<void>;
  /** Settles when what went on beside the session is done. */
  settled: () => Promise<void>;
  close: () => void;
}

export function makeServices(
  world: World,
  facts: Facts,
  plan: RunPlan,
  waitRemoved: boolean,
): LaunchServices {
  const endpoint = engineEndpoint(world, facts.settings);
  const engine = new DockerEngine(endpoint);
  const interruption = new Interruption();
  const { stateDirectory } = world;
  const input = {
    plan,
    stateDirectory,
    imageFiles: facts.image.files,
    caFiles: facts.host.caFiles,
  };
  const ensure = (): Promise<void> => buildImage(world, facts, endpoint, interruption.abortSignal);
  /** Directories that this start has made, until they are known to be needed. */
  const made: string[] = [];
  let leash: Leash | undefined;
  let others: Promise<void> | undefined;

  return {
    emit: world.emit,
    engine,
    interruption,
    waitRemoved,
    image: { ensure },
    stage: {
      open: () => openStage(input, made),
      fill: async () => {
        const identity = await readGitIdentity(
          facts.project.directory,
          world.environment,
          world.home,
        );
        fillStage(input, engine.endpoint, identity);
      },
      seed: () => {
        seedStage(input);
        made.length = 0;
      },
      close: () => {
        closeStage(stateDirectory, plan.run.id);
        removeEmpty(made);
      },
    },
    needImageFiles: async () => {
      if (!existsSync(path.join(facts.image.files, 'passwd'))) await ensure();
    },
    session: (container, onStarted) => {
      const session = runSession(
        container,
        {
          terminal: plan.terminal,
          ...(plan.limits.timeout && { timeout: plan.limits.timeout.seconds }),
        },
        world.streams,
        onStarted,
      );
      // Held before the start, so that there is no moment without it, and while the engine answers the attach.
      leash = holdLeash(path.join(world.dist, 'leash-program.cjs'), endpoint, container.id);
      return session;
    },
    started: () => {
      if (hasOtherRuns(stateDirectory, plan.run.id))
        others = finishOthers(world, engine, plan.run.id);
    },
    ended: () => {
      leash?.release();
    },
    giveBack: async () => {
      if (plan.prepare.giveBack === undefined) return;
      const { giveBackFiles } = await import('./give-back.ts');
      await giveBackFiles(engine, plan, stateDirectory);
    },
    settled: async () => {
      await others;
    },
    close: () => {
      engine.close();
    },
  };
}

export function engineEndpoint(
  { environment, home, uid }: World,
  settings: Facts['settings'],
): Endpoint {
  return findEndpoint({ host: settings.host, context: settings.context, environment, home, uid });
}

async function buildImage(
  world: World,
  facts: Facts,
  endpoint: Endpoint,
  interrupt: AbortSignal,
): Promise<void> {
  const { ensureImage } = await import('../images/ensure.ts');
  const { openDocker } = await import('../engines/docker/library.ts');
  const { npmPackage, command, name } = assistants[facts.request.assistant];
  await ensureImage(
    {
      tag: facts.image.tag,
      assistant: name,
      npmPackage,
      command,
      version: assistantVersions[name],
      base: facts.settings['image.base'],
      templatesDirectory: world.templates,
      caFiles: facts.host.caFiles,
      filesDirectory: facts.image.files,
    },
    {
      docker: await openDocker(endpoint),
      emit: world.emit,
      confirm: world.confirm,
      environment: world.environment,
      interrupt,
    },
  );
}

/** What dead launchers left is finished beside the session, and never in its way. */
async function finishOthers(world: World, engine: Engine, ownRun: string): Promise<void> {
  try {
    const { finishLeftRuns } = await import('./finish-left-runs.ts');
    await finishLeftRuns(world.stateDirectory, engine, ownRun);
  } catch (error) {
    world.emit({ type: 'debug', text: `left runs: ${String(error)}` });
  }
}
