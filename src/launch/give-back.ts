// After a run with --root: what it made as root in the user's directories goes to the user.

import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { AiError, messageOf } from '../base/errors.ts';
import type { Container, Engine } from '../engines/engine.ts';
import { runDirectory } from '../plan/inside.ts';
import type { Owner, RunPlan } from '../plan/run-plan.ts';
import { withoutSockets } from '../plan/sockets.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { runSession } from '../session/run-session.ts';

/**
 * A short container does it, because only one that is root inside may: the launcher may be anybody.
 * @throws AiError AI_FILES_ROOTS
 */
export async function giveBackFiles(
  engine: Engine,
  plan: RunPlan,
  stateDirectory: string,
): Promise<void> {
  const { giveBack } = plan.prepare;
  if (giveBack === undefined) return;
  const { inside } = runPaths({ directory: stateDirectory, runId: plan.run.id });
  // After a crash the project may be gone by now, and with it what there was to give back.
  const mounts = plan.mounts.filter(({ source, volume }) => volume ?? existsSync(source));
  const paths = giveBack.paths.filter((path) => mounts.some(({ target }) => target === path));
  if (paths.length === 0 || !existsSync(`${inside}/id`)) return;
  const { owner } = giveBack;
  const giving = planOf({ ...plan, mounts }, paths, owner);
  const trouble = await runOnce(engine, giving, inside).catch(causeOf);
  if (trouble === undefined) return;
  // The run's own files go with it.
  const places = mounts.filter(
    ({ target, volume, role }) => !volume && role !== 'run' && paths.includes(target),
  );
  throw new AiError('AI_FILES_ROOTS', {
    paths: places.map(({ source }) => source),
    owner: `${owner.uid}:${owner.gid}`,
    cause: trouble,
  });
}

/** Undefined if all went well, else what there is to say of it. */
async function runOnce(engine: Engine, plan: RunPlan, inside: string): Promise<string | undefined> {
  const container = await engine.create(plan, { inside });
  return container === 'image-missing' ? 'the image is gone' : runQuietly(container);
}

/** Of an engine's refusal the reason, not its name. */
function causeOf(error: unknown): string {
  if (!(error instanceof AiError)) return messageOf(error);
  const { cause, message } = error.facts as { cause?: string; message?: string };
  return cause ?? message ?? messageOf(error);
}

/** Undefined if all went well, else what it had to say. */
export async function runQuietly(container: Container): Promise<string | undefined> {
  const nothing = (): PassThrough => new PassThrough().resume();
  const output = new PassThrough();
  let said = '';
  output.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    const end = await runSession(
      container,
      { terminal: { tty: false, stdin: false } },
      { stdin: nothing(), stdout: nothing(), stderr: output },
    );
    return end.kind === 'exited' && end.code === 0 ? undefined : said.trim();
  } catch (error) {
    await container.remove();
    throw error;
  }
}

/**
 * `find` takes what changed after the run's first file was written and is not the owner's: root may have given it to anybody
 * (`tar` does). A program that whoever runs it runs as its owner would be a way in for others. Links are not followed.
 */
function planOf(plan: RunPlan, paths: readonly string[], owner: Owner): RunPlan {
  const since = ['-xdev', '-cnewer', `${runDirectory}/id`];
  const { uid, gid } = owner;
  // With a new owner the kernel takes these bits away by itself.
  const give = ['!', '-user', `${uid}`, '-exec', 'chown', '-h', `${uid}:${gid}`, '{}', '+'];
  const strip = ['-type', 'f', '-perm', '/6000', '-exec', 'chmod', 'a-s', '{}', '+'];
  return {
    ...withoutSockets(plan),
    run: { ...plan.run, name: `${plan.run.name}-give-back-${process.pid}` },
    command: {
      argv: ['find', ...paths, ...since, '(', ...give, '-o', ...strip, ')'],
      reason: 'gives files back',
    },
    terminal: { ...plan.terminal, tty: false, stdin: false },
    network: { mode: 'none', publish: [], reason: 'needs none' },
    limits: { pids: plan.limits.pids },
  };
}
