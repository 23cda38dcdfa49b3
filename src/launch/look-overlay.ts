// What the setting `overlay` gives the container for itself, looked up before a run. Nothing is loaded for it where it is off.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Facts } from '../plan/facts.ts';
import type { OverlayFacts } from '../plan/overlay-facts.ts';
import { overlaySource, wantedOverlays } from '../plan/overlay.ts';
import { overlayDirectory } from '../plan/places.ts';
import type { World } from './world.ts';

type Look = Pick<Facts, 'settings' | 'project' | 'engine' | 'state'>;

/** Directories are shared natively where sockets are: an engine in a virtual machine is slow at it, and has other owners. */
export async function lookForOverlay(
  { environment }: Pick<World, 'environment'>,
  { settings, project, engine, state }: Look,
  host: { platform: NodeJS.Platform; architecture: string } = {
    ...{ platform: process.platform, architecture: process.arch },
  },
): Promise<OverlayFacts | undefined> {
  const wanted = wantedOverlays(settings.overlay, host, engine);
  if (wanted === undefined) return undefined;
  const [{ findOverlays }, { readOverlayRecord, overlayRecord }, { plansIn }] = await Promise.all([
    import('../read/overlay-places.ts'),
    import('../state/overlays.ts'),
    import('../state/runs.ts'),
  ]);
  const { root, directory } = project;
  const { names, byDefault, reason } = wanted;
  const found = await findOverlays({ root, directory, names, byDefault, environment });
  const key = digest(root).slice(0, 12);
  const record = readOverlayRecord(
    overlayRecord(overlayDirectory(state.writable, project.id, key)),
  );
  const runs = plansIn(state.writable);
  const isOfRun = (file: string): boolean =>
    runs.some(({ prepare }) => prepare.placeholders?.some((one) => one.path === file));
  const volumeOf = (relative: string): string =>
    `ai-overlay-${digest(JSON.stringify([state.owner, root, relative])).slice(0, 24)}`;
  return {
    ...{ key, left: found.left, install: found.install, incomplete: !found.complete },
    places: found.places.map(({ relative, path, isThere, isEmpty }) => {
      const volume = engine.sharesSockets ? undefined : volumeOf(relative);
      const source = overlaySource(state.writable, { project: project.id, key, relative });
      return {
        ...{ relative, path, reason },
        isMade: !isThere || (isEmpty && isOfRun(path)),
        isNew: volume === undefined ? !existsSync(source) : record?.volumes[volume] === undefined,
        ...(volume !== undefined && { volume }),
      };
    }),
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
