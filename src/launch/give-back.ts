// After a run with --root: what it made as root in the user's directories goes to the user.

import { PassThrough } from 'node:stream';
import { AiError } from '../base/errors.ts';
import type { Engine } from '../engines/engine.ts';
import { runDirectory } from '../plan/inside.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { runPaths } from '../plan/state-mounts.ts';
import { runSession } from '../session/run-session.ts';

/** A short container does it, because only one that is root inside may: the launcher may be anybody. */
export async function giveBackFiles(
  engine: Engine,
  plan: RunPlan,
  stateDirectory: string,
): Promise<void> {
  const { giveBack } = plan.prepare;
  if (giveBack === undefined) return;
  const { inside } = runPaths({ directory: stateDirectory, runId: plan.run.id });
  const container = await engine.create(planOf(plan, giveBack), { inside });
  if (container === 'image-missing') throw failed(giveBack.paths, 'the image is gone');
  const nothing = (): PassThrough => new PassThrough().resume();
  const output = new PassThrough();
  let said = '';
  output.setEncoding('utf8').on('data', (text: string) => (said += text));
  const end = await runSession(
    container,
    { terminal: { tty: false, stdin: false } },
    { stdin: nothing(), stdout: nothing(), stderr: output },
    () => undefined,
  );
  if (end.kind === 'lost' || end.code !== 0) throw failed(giveBack.paths, said.trim());
}

/** `find` takes what root owns and what changed after the run's first file was written; links are not followed. */
function planOf(
  plan: RunPlan,
  { paths, owner }: NonNullable<RunPlan['prepare']['giveBack']>,
): RunPlan {
  const since = ['-user', '0', '-cnewer', `${runDirectory}/id`];
  const give = ['-exec', 'chown', '-h', `${owner.uid}:${owner.gid}`, '{}', '+'];
  return {
    ...plan,
    run: { ...plan.run, name: `${plan.run.name}-give-back` },
    command: { argv: ['find', ...paths, '-xdev', ...since, ...give], reason: 'gives files back' },
    terminal: { ...plan.terminal, tty: false, stdin: false },
    network: { mode: 'none', publish: [], reason: 'needs none' },
    limits: { pids: plan.limits.pids },
  };
}

const failed = (paths: readonly string[], cause: string): AiError =>
  new AiError('AI_STATE_UNWRITABLE', {
    path: paths.join(', '),
    cause: `files stay root’s: ${cause}`,
  });
