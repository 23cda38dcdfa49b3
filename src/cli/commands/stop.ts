// ai stop: ends runs of this user, politely first.

import type Dockerode from 'dockerode';
import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { showAsJson } from '../../base/quote.ts';
import { withEngine } from '../../launch/reach-engine.ts';
import { ignoreStatus, listRuns, type EngineRun } from '../../launch/runs-in-engine.ts';
import { settle } from '../../launch/settle.ts';

export const stop: CommandHandler = async ({ world, options, words }) => {
  const all = options.extra['all'] === true;
  if (!all && words.length === 0)
    throw new AiError('AI_USAGE', {
      problem: 'ai stop needs the name of a run, or --all',
      next: 'ai ps',
    });
  const { settings } = await settle(world, options.settings, options.plain);
  const chosen = await withEngine(world, settings, async ({ docker }) => {
    const { runs } = await listRuns(world, settings, docker);
    const found = all ? runs : words.map((word) => findRun(runs, word));
    await Promise.all(found.map((run) => end(docker, run)));
    return found;
  });
  if (options.plain.json) world.streams.stdout.write(`${showAsJson(chosen.map(({ id }) => id))}\n`);
  else
    world.emit({
      type: 'note',
      text:
        chosen.length === 0
          ? 'nothing to stop'
          : `stopped ${chosen.map(({ id }) => id).join(', ')}`,
    });
  return 0;
};

/** Seconds to end politely. Docker's default; Podman's is none at all (it kills at once where it is not told). */
const patience = 10;

async function end(docker: Dockerode, { container, state }: EngineRun): Promise<void> {
  const handle = docker.getContainer(container);
  // 304: has ended by itself; 404 and 409: is gone or going.
  if (state === 'running') await handle.stop({ t: patience }).catch(ignoreStatus([304, 404, 409]));
  await handle.remove({ force: true }).catch(ignoreStatus([404, 409]));
}

/** By id, the beginning of one, or the container's name. */
function findRun(runs: readonly EngineRun[], word: string): EngineRun {
  const found = runs.filter(({ id, name }) => id === word || name === word);
  const matches = found.length > 0 ? found : runs.filter(({ id }) => id.startsWith(word));
  const [run, another] = word === '' ? [] : matches;
  if (another !== undefined)
    throw new AiError('AI_USAGE', { problem: `several runs begin with “${word}”`, next: 'ai ps' });
  if (run === undefined) throw new AiError('AI_RUN_NOT_FOUND', { name: word });
  return run;
}
