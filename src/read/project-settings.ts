// The settings files of a project, from its root to the directory that `ai` works in. Whoever wrote them may be hostile.

import { createHash } from 'node:crypto';
import { isAiError, messageOf, type SettingProblem } from '../base/errors.ts';
import { placeOfValue } from '../base/json-place.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import type { Layer, LayerValue } from '../settings/layers.ts';
import { ancestorsOf } from './git-layout.ts';
import { anchorPaths, type ProjectPlaces } from './settings-paths.ts';
import {
  isUnchanged,
  lookForSettings,
  type SettingsLook,
  type SkippedFile,
} from './settings-places.ts';
import { loadSearch, type FoundSettings } from './settings-search.ts';
import { parseSettings } from './settings-text.ts';

export interface ProjectSettingsFile {
  /** Absolute. */
  file: string;
  /** Below the root, for people: `.airc`, `packages/api/package.json#ai`. */
  name: string;
  /** SHA-256 of all that its effect depends on: its text (of package.json the value of `ai`), and where its paths lead. */
  hash: string;
  /** Its values, paths made absolute. None where the form is wrong. */
  layer: Layer;
  /** What is wrong with its form. */
  problems: readonly SettingProblem[];
}

export interface ProjectSettings {
  /** Root first: later ones win. */
  files: readonly ProjectSettingsFile[];
  skipped: readonly SkippedFile[];
}

/** Reads them. Where there are none (the usual case) that is some dozen calls of lstat, and nothing is loaded. */
export async function readProjectSettings(places: ProjectPlaces): Promise<ProjectSettings> {
  const { directory, root } = places;
  const levels = ancestorsOf(directory).filter((level) => isInside(level, root));
  const looks = levels.reverse().map((level) => lookForSettings(level, root));
  const files: ProjectSettingsFile[] = [];
  const skipped = looks.flatMap((look) => look.skipped);
  for (const look of looks) {
    if (look.places.length === 0) continue;
    const found = await readFound(look);
    if (found === undefined) continue;
    const counts = path.basename(found.file);
    const others = look.places.slice(look.places.findIndex(({ name }) => name === counts) + 1);
    for (const { name } of others)
      skipped.push({ file: path.join(look.directory, name), why: `${counts} beside it counts` });
    if ('why' in found) skipped.push(found);
    else files.push(await readLayer(found, places));
  }
  return { files, skipped };
}

async function readFound(look: SettingsLook): Promise<FoundSettings | SkippedFile | undefined> {
  const search = await loadSearch();
  const names = look.places.map(({ name }) => name);
  const files = names.map((name) => path.join(look.directory, name));
  // Before, because what somebody puts there meanwhile may be a pipe, which opens when its writer likes; after, because of the rest.
  const changed = (): string | undefined => files.find((file) => !isUnchanged(look, file));
  try {
    const found = changed() === undefined ? search(look.directory, names) : undefined;
    const file = changed();
    return file === undefined ? found : { file, why: 'it changed while it was read' };
  } catch (error) {
    return { file: files[0] ?? look.directory, why: messageOf(error) };
  }
}

async function readLayer(
  { file, text }: FoundSettings,
  places: ProjectPlaces,
): Promise<ProjectSettingsFile> {
  const isPackage = path.basename(file) === 'package.json';
  const settings = isPackage ? onlySettings(text) : text;
  const { values, problems } = await parse(file, settings);
  const anchored = anchorPaths(values, { ...places, directory: path.dirname(file) });
  // Of package.json where it stands does not count: a dependency more asks nobody again.
  const counting = JSON.stringify([isPackage ? settings.trim() : settings, ...anchored.leads]);
  return {
    file,
    name: `${path.relative(places.root, file)}${isPackage ? '#ai' : ''}`,
    hash: createHash('sha256').update(counting).digest('hex'),
    layer: { origin: file, values: anchored.values },
    problems,
  };
}

async function parse(
  file: string,
  text: string,
): Promise<{ values: readonly LayerValue[]; problems: readonly SettingProblem[] }> {
  try {
    return { values: await parseSettings(file, text), problems: [] };
  } catch (error) {
    const problems = isAiError(error, 'AI_SETTING_INVALID')
      ? error.facts.problems
      : // A parser is given anything that anybody can write.
        [{ origin: file, key: '', problem: messageOf(error) }];
    return { values: [], problems };
  }
}

/** The value of `ai` in package.json where it stands, with everything else blank: lines and columns stay right. */
export function onlySettings(text: string): string {
  const place = placeOfValue(text, 'ai');
  if (place === undefined) return '';
  return `${text.slice(0, place.start).replaceAll(/[^\n]/g, ' ')}${text.slice(place.start, place.end)}`;
}
