// What `ai doctor --fix` may do: only what the next `ai` would do anyway, and modes of files that are `ai`'s own.

import { closeSync, constants, fchmodSync, openSync, realpathSync } from 'node:fs';
import { AiError, messageOf } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { removeLeft } from '../../host/lock.ts';
import { readHost } from '../../read/host-facts.ts';
import { Interruption } from '../../session/interruption.ts';
import { finishRestoration } from '../../state/restore.ts';
import { cleanUp } from '../clean-up.ts';
import { saveLeftState } from '../finish-left-runs.ts';
import { provideImage, servicesOf } from '../image-services.ts';
import { lookAtRunImage } from '../look.ts';
import { withEngine } from '../reach-engine.ts';
import type { World } from '../world.ts';
import { withoutFiles, type Examination } from './examination.ts';

/** A repair that a finding asks for. */
export type Mend =
  /** Runs whose launcher is gone, and containers that nobody waits for; without an engine their logins and settings alone. */
  | { kind: 'runs' }
  /** Files and directories of `ai` that others may read. */
  | { kind: 'modes'; files: readonly { path: string; mode: number }[] }
  | { kind: 'locks'; files: readonly string[] }
  | { kind: 'restoration' }
  /** Takes minutes and the network: only where the user has said yes to it. */
  | { kind: 'image' };

export interface Mended {
  done: readonly string[];
  failures: readonly (string | AiError)[];
}

/** @param world speaks to the user: the making of an image takes a while */
export async function mend(world: World, examination: Examination, what: Mend): Promise<Mended> {
  try {
    return await mends[what.kind](world, examination, what as never);
  } catch (error) {
    return {
      done: [],
      failures: [error instanceof AiError ? (error as AiError) : messageOf(error)],
    };
  }
}

const saved = 'saved the logins and settings of runs that were cut off';

type Mender<K extends Mend['kind']> = (
  world: World,
  examination: Examination,
  what: Extract<Mend, { kind: K }>,
) => Promise<Mended>;

const mends: { [K in Mend['kind']]: Mender<K> } = {
  runs: async (world, { settings, owner, engine }) => {
    if ((await engine()).kind !== 'reached') {
      const { stateDirectory } = world;
      const failures = await saveLeftState({ stateDirectory, owner });
      return { done: failures.length === 0 ? [saved] : [], failures };
    }
    const { removed, failures, found } = await withEngine(world, settings, (reached) =>
      cleanUp(world, withoutFiles(settings), reached),
    );
    for (const text of found) world.emit({ type: 'warning', text });
    if (removed.length > 0) return { done: [`cleaned up after ${removed.join(', ')}`], failures };
    // Those of another engine: nothing but that can be done from here.
    return { done: failures.length === 0 ? [saved] : [], failures };
  },
  modes: ({ stateDirectory }, _examination, { files }) =>
    Promise.resolve(together(files, (file) => makePrivate(stateDirectory, file))),
  locks: (_world, _examination, { files }) =>
    Promise.resolve(
      together(files, (file) => (removeLeft(file) ? `removed the lock ${file}` : undefined)),
    ),
  restoration: async ({ stateDirectory }) => {
    await finishRestoration(stateDirectory);
    return { done: ['finished the restoration that was cut short'], failures: [] };
  },
  image: async (world, { settings, assistant, project }) => {
    const { caFiles } = readHost(world.environment, settings);
    const image = await lookAtRunImage(world, assistant, settings, project);
    const interruption = new Interruption();
    try {
      await withEngine(world, settings, ({ docker }) =>
        provideImage(
          world,
          { assistant, settings, image, project, caFiles },
          servicesOf(world, docker, interruption.abortSignal),
        ),
      );
    } finally {
      interruption.stop();
    }
    return { done: [`made the image for ${assistant.name}`], failures: [] };
  },
};

/** Each on its own: one that resists does not keep the others. */
function together<T>(items: readonly T[], act: (item: T) => string | undefined): Mended {
  const done: string[] = [];
  const failures: string[] = [];
  for (const item of items)
    try {
      const text = act(item);
      if (text !== undefined) done.push(text);
    } catch (error) {
      failures.push(messageOf(error));
    }
  return { done, failures };
}

/** What is a link, or stands behind one, is not ours. */
function makePrivate(
  stateDirectory: string,
  { path: file, mode }: { path: string; mode: number },
): string | undefined {
  const home = realpathSync(stateDirectory);
  const place = realpathSync(path.dirname(file));
  if (file !== stateDirectory && place !== home && !place.startsWith(`${home}${path.sep}`))
    return undefined;
  const descriptor = openSync(
    file,
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
  return `made ${file} yours alone (mode ${mode.toString(8)})`;
}
