// The settings files that count where a command runs, the user's and the project's: read, checked, and found for a change.

import { existsSync } from 'node:fs';
import { isAiError, type SettingProblem } from '../base/errors.ts';
import { isObject, parseJsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readTextIfThere } from '../host/files.ts';
import { readProject } from '../read/project.ts';
import { onlySettings, readProjectSettings } from '../read/project-settings.ts';
import { settingsFile } from '../read/home.ts';
import { parseSettings } from '../read/settings-text.ts';
import type { SettingsText } from '../settings/edit-settings.ts';
import {
  environmentLayer,
  problemsInEach,
  problemsTogether,
  resolveSettings,
  type Layer,
} from '../settings/layers.ts';
import {
  changeProjectSettings,
  changeUserSettings,
  type Change,
  type Written,
} from '../state/settings-files.ts';
import { readProjectLayers, type JudgedFile } from './project-layers.ts';
import { unknownDefault } from './which-assistant.ts';
import type { Where, World } from './world.ts';

export interface SettingsFile {
  file: string;
  owner: 'user' | 'project';
  isThere: boolean;
  /** What counts of its values; none where its form is wrong. */
  layer: Layer;
  /** All that is wrong in it. */
  problems: readonly SettingProblem[];
  /** Of a project's file: whether the user trusts it, and whether that makes a difference. */
  state?: JudgedFile['state'];
}

/** The user's first, then the project's from its root on: later ones win. */
export async function settingsFiles(world: World, where: Where): Promise<readonly SettingsFile[]> {
  const file = settingsFile(world.stateDirectory);
  const read = await readText(file, readTextIfThere(file) ?? '');
  const { files } = await readProjectLayers(world, where, [read.layer]);
  return [
    { file, owner: 'user', isThere: existsSync(file), ...read },
    ...files.map(({ file: place, counting, wrong, state }) => ({
      file: place,
      owner: 'project' as const,
      isThere: true,
      layer: counting,
      problems: wrong,
      state,
    })),
  ];
}

export interface CheckedFile {
  /** `environment` for the variables. */
  name: string;
  isFile: boolean;
  problems: readonly SettingProblem[];
}

/** Everything that is wrong in the files that are there, and in the variables. */
export async function problemsInPlaces(
  world: World,
  where: Where,
): Promise<readonly CheckedFile[]> {
  const files = (await settingsFiles(world, where)).filter(({ isThere }) => isThere);
  const { layer } = environmentLayer(world.environment);
  const layers = [...files.map((file) => file.layer), layer];
  const checked = [
    ...files.map(({ file, problems }) => ({ name: file, isFile: true, problems })),
    { name: layer.origin, isFile: false, problems: problemsInEach([layer]) },
  ];
  if (checked.some(({ problems }) => problems.length > 0)) return checked;
  // Each is right by itself.
  const together = problemsOfAll(layers);
  const nameOf = ({ origin }: SettingProblem): string =>
    files.find(({ file }) => origin.startsWith(`${file}:`))?.file ?? layer.origin;
  return checked.map((one) => ({
    ...one,
    problems: together.filter((problem) => nameOf(problem) === one.name),
  }));
}

/** What a start would say of these layers, the assistant's name too. */
function problemsOfAll(layers: readonly Layer[]): readonly SettingProblem[] {
  const problems = problemsTogether(layers);
  if (problems.length > 0) return problems;
  const wrong = unknownDefault(resolveSettings(layers));
  return wrong ? [wrong] : [];
}

/**
 * Everything that is wrong in the text of a settings file; of package.json only its settings count.
 * @param owner whose: what a project's file begins, the user's may complete
 */
export async function problemsInText(
  file: string,
  text: string,
  owner: SettingsFile['owner'] = 'project',
): Promise<readonly SettingProblem[]> {
  if (owner === 'user') {
    const { layer, problems } = await readText(file, text);
    return problems.length > 0 ? problems : problemsTogether([layer]);
  }
  if (path.basename(file) !== 'package.json') return (await readText(file, text)).problems;
  if (parseJsonValue(text) === undefined)
    return [{ origin: file, key: '', problem: 'is not JSON' }];
  return (await readText(file, onlySettings(text))).problems;
}

async function readText(
  file: string,
  text: string,
): Promise<Pick<SettingsFile, 'layer' | 'problems'>> {
  try {
    const layer = { origin: file, values: await parseSettings(file, text) };
    return { layer, problems: problemsInEach([layer]) };
  } catch (error) {
    if (!isAiError(error, 'AI_SETTING_INVALID')) throw error;
    return { layer: { origin: file, values: [] }, problems: error.facts.problems };
  }
}

export interface FileToChange {
  file: string;
  /** @throws AiError AI_STATE_UNWRITABLE, and what the change throws */
  change: (change: Change) => Promise<Written>;
}

/** The user's file; or of the project the nearest there is, else one at its root. @throws AiError */
export async function fileToChange(
  world: World,
  where: Where,
  isProject: boolean,
): Promise<FileToChange> {
  const { stateDirectory, home } = world;
  if (!isProject)
    return {
      file: settingsFile(stateDirectory),
      change: (change) => changeUserSettings(stateDirectory, change),
    };
  const directory = path.resolve(world.directory, where.directory ?? '.');
  const allowAnyRoot = where.allowRootDir === true;
  const project = readProject(directory, { home, stateDirectory, allowAnyRoot });
  const { root } = project;
  const { files } = await readProjectSettings({ ...project, home });
  const name = path.relative(root, files.at(-1)?.file ?? path.join(root, '.airc'));
  return {
    file: path.join(root, name),
    change: (change) => changeProjectSettings(stateDirectory, { root, name }, change),
  };
}

/** `.airc` may hold YAML or JSON, and what is called JSON more than that: commas behind the last item. */
export function formOf(file: string, text: string): Pick<SettingsText, 'form' | 'base'> {
  const bare = text.replace(/^\uFEFF/, '');
  const isJson = bare.trim() === '' ? file.endsWith('.json') : isObject(parseJsonValue(bare));
  const base = path.basename(file) === 'package.json' ? ['ai'] : [];
  return { form: isJson ? 'json' : 'yaml', base };
}
