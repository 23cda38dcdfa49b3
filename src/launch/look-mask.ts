// What the setting `mask` hides of a project: looked up before a run, remembered with it, and looked up again at its end.

import { messageOf } from '../base/errors.ts';
import { isList, parseJsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { relativeInside } from '../base/paths.ts';
import { ensureDirectory, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import type { Facts } from '../plan/facts.ts';
import type { MaskedPath, MaskFacts } from '../plan/mask-facts.ts';
import { listNames } from '../plan/mask.ts';
import type { Settings } from '../settings/schema.ts';
import type { World } from './world.ts';

type Project = Pick<Facts['project'], 'id' | 'root'>;

/** What is hidden, and has been: a session that adds it to git's index does not get to see it the next time. */
const recordOf = (stateDirectory: string, { id }: Project): string =>
  path.join(stateDirectory, 'projects', id, 'masked.json');

/** Names and identities that are remembered: those hidden last come first. */
const mostRemembered = 4000;

/** Nothing where it is not set, and nothing is loaded for it. */
export async function lookForMask(
  { environment, stateDirectory }: World,
  { mask: patterns }: Pick<Settings, 'mask'>,
  project: Project,
): Promise<MaskFacts | undefined> {
  if (patterns.length === 0) return undefined;
  const { readMaskedFiles } = await import('../read/masked-files.ts');
  const hiddenBefore = new Set(readRecord(recordOf(stateDirectory, project)));
  return readMaskedFiles({ root: project.root, patterns, hiddenBefore, environment });
}

/**
 * Which of these files the patterns are about, whether git tracks them or not: what a run would see all the same is not sent unasked.
 * @param files below `directory`, which may be a part of the project or hold it
 */
export async function maskedAmong(
  { mask: patterns }: Pick<Settings, 'mask'>,
  { root, directory }: { root: string; directory: string },
  files: readonly string[],
): Promise<ReadonlySet<string>> {
  if (patterns.length === 0) return new Set();
  const { namesMatched } = await import('../read/mask-walk.ts');
  const below = (file: string): string => relativeInside(path.join(directory, file), root) ?? file;
  const found = await namesMatched(root, patterns, files.map(below));
  return new Set(files.filter((file) => found.has(below(file))));
}

/** When the session begins: a start that fails leaves nothing behind. */
export function rememberHidden(world: World, { mask, project, state }: Facts): void {
  if (mask === undefined || mask.hidden.length === 0) return;
  const file = recordOf(state.writable, project);
  try {
    const before = readRecord(file);
    const now = mask.hidden.flatMap(({ name, identity }) => [name, identity]);
    const known = new Set(before);
    if (now.every((one) => known.has(one))) return;
    const all = [...new Set([...now, ...before])].slice(0, mostRemembered);
    ensureDirectory(path.dirname(file));
    writeFileAtomically(file, `${JSON.stringify(all)}\n`, { mode: 0o600 });
  } catch (error) {
    world.emit({ type: 'debug', text: `what is hidden: ${messageOf(error)}` });
  }
}

function readRecord(file: string): readonly string[] {
  const names = parseJsonValue(readTextIfThere(file));
  return isList(names) ? names.filter((name) => typeof name === 'string') : [];
}

/**
 * At the end of a run, what it could see although it matches. A file that is replaced on the host loses what hid it: the engine's
 * mount is on the old one (rename(2) over a mount point of another mount namespace takes the mount away).
 */
export async function sayWhatWasVisible(world: World, facts: Facts): Promise<void> {
  const { mask, project, settings } = facts;
  if (mask === undefined) return;
  try {
    const after = await lookForMask(world, settings, project);
    if (after === undefined) return;
    for (const text of differences(mask, after)) world.emit({ type: 'warning', text });
  } catch (error) {
    world.emit({ type: 'debug', text: `mask: ${messageOf(error)}` });
  }
}

/** One line for each kind of what has changed between the start of a run and its end. */
export function differences(before: MaskFacts, after: MaskFacts): readonly string[] {
  const known = new Map(before.hidden.map(({ path: file, identity }) => [file, identity]));
  const old = new Set(known.values());
  const wasSeen = new Set(Object.values(before.visible).flat());
  // What was renamed is what it was: the mount has gone with it.
  const others = after.hidden.filter(({ identity }) => !old.has(identity));
  const isReplaced = ({ path: file }: MaskedPath): boolean => known.has(file);
  const appeared = others.filter((one) => !isReplaced(one) && !wasSeen.has(one.name));
  const still = new Set(after.hidden.flatMap(({ path: file, identity }) => [file, identity]));
  const gone = before.hidden.filter(
    ({ path: file, identity }) => !still.has(file) && !still.has(identity),
  );
  return [
    ...say('not masked, because they appeared during the session', appeared),
    ...say(
      'replaced during the session, and no longer masked from then on',
      others.filter(isReplaced),
    ),
    ...say('masked, and no longer where they were: no pattern may match their new place', gone),
  ];
}

const say = (what: string, paths: readonly MaskedPath[]): readonly string[] =>
  paths.length === 0 ? [] : [`${what}: ${listNames(paths.map(({ name }) => name))}`];
