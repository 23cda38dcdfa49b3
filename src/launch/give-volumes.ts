// Volumes that the container keeps for itself are root's when the engine makes them: each goes to the run's user, once.

import { chmodSync, mkdirSync } from 'node:fs';
import { AiError, messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import type { Engine } from '../engines/engine.ts';
import { startCommand } from '../plan/inside.ts';
import type { Mount, RunPlan } from '../plan/run-plan.ts';
import { withoutSockets } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { keepOverlayRecord, overlayRecord, readOverlayRecord } from '../state/overlays.ts';
import { writeRunFile } from '../state/run-file.ts';
import { runQuietly } from './give-back.ts';

/**
 * Notes whose what the container keeps is, and gives its volumes to their user. Which have been given stands beside that, each with
 * the run that it was made for: one that somebody has removed meanwhile was made anew for this run, and is root's again.
 * @param writable where the files of runs go
 * @throws AiError
 */
export async function giveVolumes(engine: Engine, plan: RunPlan, writable: string): Promise<void> {
  const { overlay } = plan.prepare;
  if (overlay === undefined) return;
  const known = readOverlayRecord(overlayRecord(overlay.directory))?.volumes ?? {};
  const now = await Promise.all(
    overlay.volumes.map(
      async ({ name }) => [name, (await engine.volumeMaker(name)) ?? ''] as const,
    ),
  );
  const fresh = now.filter(([name, maker]) => known[name] !== maker).map(([name]) => name);
  if (fresh.length > 0 && overlay.owner.uid !== 0) await give(engine, plan, writable, fresh);
  keepOverlayRecord(plan, Object.fromEntries(now));
}

/** A short container does it, because only one that is root inside may: the launcher may be anybody. */
async function give(
  engine: Engine,
  plan: RunPlan,
  writable: string,
  names: readonly string[],
): Promise<void> {
  const inside = path.join(
    runPaths({ directory: writable, runId: plan.run.id }).directory,
    'giver',
  );
  mkdirSync(inside, { recursive: true });
  chmodSync(inside, 0o755);
  writeRunFile(path.join(inside, 'id'), plan.run.id, 0o644);
  const container = await engine.create(planOf(plan, names), { inside });
  if (container === 'image-missing') throw failed(names, 'the image is gone');
  const said = await runQuietly(container).catch((error: unknown) => messageOf(error));
  if (said !== undefined) throw failed(names, said);
}

/** Nothing else is mounted there, and nothing that a session has written is run. */
function planOf(plan: RunPlan, names: readonly string[]): RunPlan {
  const given = plan.mounts
    .filter(
      ({ volume, source }, index, all) => volume && names.includes(source) && isFirst(all, index),
    )
    .map((mount, index) => ({ ...mount, target: `/volumes/${index}` }));
  const { owner } = plan.prepare.overlay ?? {};
  return {
    ...withoutSockets(plan),
    run: { ...plan.run, name: `${plan.run.name}-give-volumes-${process.pid}` },
    command: {
      argv: ['chown', `${owner?.uid}:${owner?.gid}`, ...given.map(({ target }) => target)],
      reason: 'gives volumes to the user',
    },
    user: { uid: 0, gid: 0, name: 'root', reason: 'only root may give away' },
    security: { capAdd: ['CHOWN'], noNewPrivileges: true, reason: 'to give away, and no more' },
    workingDirectory: { path: '/', reason: 'nothing of the project is there' },
    mounts: [...given, ...plan.mounts.filter(({ target }) => target === startCommand)],
    environment: [],
    groups: [],
    terminal: { ...plan.terminal, tty: false, stdin: false },
    network: { mode: 'none', publish: [], reason: 'needs none' },
    limits: { pids: plan.limits.pids },
  };
}

const isFirst = (all: readonly Mount[], index: number): boolean =>
  all.findIndex(({ source }) => source === all[index]?.source) === index;

const failed = (names: readonly string[], cause: string): AiError =>
  new AiError('AI_STATE_UNWRITABLE', {
    path: names.join(', '),
    cause: `the volume stays root’s: ${cause}`,
  });
