// What containers keep of projects for themselves: whose it is stands beside it, so that it can go when the project is gone.

import { readdirSync, rmSync, statSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import { parseJsonValue } from '../base/json.ts';
import { ensureDirectory, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { removeTree } from '../host/remove-tree.ts';
import type { RunPlan } from '../plan/run-plan.ts';

export interface OverlayRecord {
  /** The worktree. */
  root: string;
  /** Number of the device that it is on, as stat(2) has it. */
  device: string;
  /** Names of volumes that were given to their user, each with the run that it was made for. */
  volumes: Readonly<Record<string, string>>;
}

/** True for the name of a volume of ours: a record that somebody else has written names no other. */
export const isOverlayVolume = (name: string): boolean => /^ai-overlay-[0-9a-f]{24}$/.test(name);

export const overlayRecord = (directory: string): string => `${directory}.json`;

/** Nothing where there is none, or none that can be read: then it is made anew. */
export function readOverlayRecord(file: string): OverlayRecord | undefined {
  const data = parseJsonValue(readTextIfThere(file));
  if (typeof data !== 'object' || data === null) return undefined;
  const { root, device, volumes } = data as Partial<OverlayRecord>;
  if (typeof root !== 'string' || typeof device !== 'string') return undefined;
  if (typeof volumes !== 'object' || (volumes as object | null) === null) return undefined;
  return { root, device, volumes };
}

/**
 * Says whose it is, and which volumes have been given to their user.
 * @throws AiError AI_STATE_UNWRITABLE
 */
export function keepOverlayRecord(
  { prepare: { overlay }, project }: Pick<RunPlan, 'prepare' | 'project'>,
  given: OverlayRecord['volumes'] = {},
): void {
  if (overlay === undefined) return;
  const file = overlayRecord(overlay.directory);
  const before = readOverlayRecord(file);
  const record: OverlayRecord = {
    root: project.root,
    device: deviceOf(project.root),
    volumes: { ...before?.volumes, ...given },
  };
  if (JSON.stringify(before) === JSON.stringify(record)) return;
  ensureDirectory(path.dirname(file));
  writeFileAtomically(file, `${JSON.stringify(record)}\n`, { mode: 0o600, sync: false });
}

export interface LeftOverlay extends OverlayRecord {
  directory: string;
}

/**
 * Those whose worktree is gone for certain: it is missing, and the nearest directory above that is there is on the device that it was
 * on. A disk that is not plugged in leaves a directory of another device, or none.
 * @param plans of runs that have files there: what they have mounted stays
 */
export function leftOverlays(
  stateDirectory: string,
  plans: readonly Pick<RunPlan, 'mounts' | 'prepare'>[],
): readonly LeftOverlay[] {
  const used = plans.flatMap(({ prepare }) => prepare.overlay?.directory ?? []);
  const projects = path.join(stateDirectory, 'projects');
  return namesIn(projects)
    .map((project) => path.join(projects, project, 'overlay'))
    .flatMap((place) => namesIn(place).map((name) => path.join(place, name)))
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const record = readOverlayRecord(file);
      const directory = file.slice(0, -'.json'.length);
      const isLeft = record !== undefined && !used.includes(directory) && isGone(record);
      return isLeft ? [{ ...record, directory }] : [];
    });
}

/** @throws what the system says, if something in it belongs to somebody else: then its record stays */
export function removeOverlay({ directory }: LeftOverlay): void {
  removeTree(directory);
  rmSync(overlayRecord(directory), { force: true });
}

function isGone({ root, device }: OverlayRecord): boolean {
  try {
    statSync(root);
    return false;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return false;
  }
  for (let above = path.dirname(root); isInside(root, above); above = path.dirname(above)) {
    try {
      return deviceOf(above) === device;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || above === '/') return false;
    }
  }
  return false;
}

const deviceOf = (place: string): string => String(statSync(place, { bigint: true }).dev);

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
