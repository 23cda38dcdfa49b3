// Newer versions of assistants, as a run has to do with them: a look in the background while it goes on, and a line when it is over.

import type { Facts } from '../plan/facts.ts';
import type { Settings } from '../settings/schema.ts';
import type { World } from './world.ts';

/** Milliseconds after the start: a session has its first seconds, and a short command its whole life, to itself. */
const later = 2000;

export function lookForNewer(world: World, settings: Settings): void {
  if (!isWanted(world, settings)) return;
  setTimeout(() => {
    void import('./updates/begin-daily.ts').then(({ beginDaily }) => {
      beginDaily(world, settings);
    });
  }, later).unref();
}

/** After the end, to somebody who sees it. */
export async function tellNewer(
  world: World,
  { assistant, settings, request }: Pick<Facts, 'assistant' | 'settings' | 'request'>,
): Promise<void> {
  const { stderr } = world.streams;
  const isSeen = 'isTTY' in stderr && stderr.isTTY === true;
  const isData = request.kind === 'assistant' && request.json;
  if (!isSeen || isData || !isWanted(world, settings)) return;
  const { tellNewer: tell } = await import('./updates/tell-newer.ts');
  tell(world, assistant);
}

/** Not on a machine that is to do one thing, and where nobody reads what we say. */
const isWanted = ({ environment }: World, { updateCheck }: Settings): boolean =>
  updateCheck && !environment['CI'];
