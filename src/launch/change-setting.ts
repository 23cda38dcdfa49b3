// Changes one setting in the user's file or in the project's, and finds what else sets it.

import { isDeepStrictEqual } from 'node:util';
import { AiError, type SettingProblem } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import { parseSettings } from '../read/settings-text.ts';
import { valueAt, withEdit } from '../settings/edit-data.ts';
import { editSettings, readData, waysOf, type SettingsText } from '../settings/edit-settings.ts';
import {
  environmentLayer,
  problemsInEach,
  problemsTogether,
  settingOf,
  type LayerValue,
} from '../settings/layers.ts';
import { nameOf, type SettingPlace } from '../settings/place.ts';
import { schema } from '../settings/schema.ts';
import type { SettingRecord } from '../settings/setting.ts';
import { problemsIn } from '../settings/shapes.ts';
import type { Written } from '../state/settings-files.ts';
import { fileToChange, formOf, settingsFiles, type SettingsFile } from './settings-files.ts';
import type { Where, World } from './world.ts';

export interface SettingChange {
  place: SettingPlace;
  /** As it would stand in a file; undefined takes it out. */
  value: JsonValue | undefined;
  isProject: boolean;
  where: Where;
}

export interface Changed extends Written {
  /** What else sets it: variables, and other files. Those that say the same are no news after a change. */
  others: readonly OtherPlace[];
  /** Of a project's file: whether the user trusts what is in it now, and whether that makes a difference. */
  state?: SettingsFile['state'];
}

export interface OtherPlace {
  kind: 'variable' | 'project' | 'user';
  /** `AI_MEMORY`, `/p/.airc:3:1`. */
  place: string;
  /** As it stands there, for a variable. */
  text?: string;
}

/** @throws AiError AI_SETTING_INVALID where the value is wrong, or the file; then nothing is written */
export async function changeSetting(world: World, change: SettingChange): Promise<Changed> {
  const { place, value, isProject, where } = change;
  if (value !== undefined) refuse(problemsOfPart(place, value, isProject));
  const next = async (file: string, text: string): Promise<string> => {
    const source = { file, text, ...formOf(file, text) };
    // Bounded before it is taken apart further.
    await parseSettings(file, text);
    if (value !== undefined && place.inside.length > 0)
      refuse(await problemsOfChange(source, { place, value, isProject }));
    return editSettings(source, place, value);
  };
  const { file, change: changeFile } = await fileToChange(world, where, isProject);
  const written = await changeFile((text) => next(file, text));
  const files = await settingsFiles(world, where);
  const state = files.find((one) => one.file === file)?.state;
  const others = otherPlaces(world, files, change, file);
  return { ...written, others, ...(state && { state }) };
}

/** What a file that says so would be told, without a place: it is the user who has just written it. */
function problemsOfPart(
  { key, inside, type }: SettingPlace,
  value: JsonValue,
  isProject: boolean,
): readonly SettingProblem[] {
  if (inside.length === 0) return problemsOfWhole(key, value, isProject);
  const isNothing = value === null && type.fromData(null) !== undefined;
  return (isNothing ? [] : problemsIn(type, value)).map(({ path: way, ...problem }) => ({
    origin: '',
    key: [key, ...inside, ...way].join('.'),
    ...problem,
  }));
}

/** Settings of the user complete what a project's file begins; below the user's own file there is nothing. */
function problemsOfWhole(
  key: string,
  data: JsonValue,
  isProject: boolean,
): readonly SettingProblem[] {
  const values: readonly LayerValue[] = [{ key, value: { kind: 'data', data }, place: '' }];
  const named = (isProject ? problemsInEach : problemsTogether)([{ origin: '', values }]);
  return named.map((problem) => ({ ...problem, origin: '' }));
}

/** What a part is right for may be wrong without another one: `needs url`. What was wrong before is not held against it. */
async function problemsOfChange(
  source: SettingsText,
  {
    place: { key, inside },
    value,
    isProject,
  }: { place: SettingPlace; value: JsonValue; isProject: boolean },
): Promise<readonly SettingProblem[]> {
  const settings = await readData(source);
  const [way] = waysOf(settings, key).slice(-1);
  const before = way && valueAt(settings, way);
  if (before !== undefined && problemsOfWhole(key, before, isProject).length > 0) return [];
  return problemsOfWhole(key, withEdit(before, { path: inside, value }), isProject);
}

function refuse(problems: readonly SettingProblem[]): void {
  if (problems.length > 0) throw new AiError('AI_SETTING_INVALID', { problems });
}

function otherPlaces(
  world: World,
  files: readonly SettingsFile[],
  { place, value, isProject }: SettingChange,
  written: string,
): readonly OtherPlace[] {
  const variables = environmentLayer(world.environment).layer.values;
  const all = [
    ...files.flatMap(({ file, owner, layer }) =>
      layer.values.map((found) => ({ kind: owner, found, isHere: file === written })),
    ),
    ...variables.map((found) => ({ kind: 'variable' as const, found, isHere: false })),
  ];
  return all.flatMap(({ kind, found, isHere }): readonly OtherPlace[] => {
    if (isHere || settingOf(found.key) !== place.key) return [];
    // What comes before in the order does not matter to a change, but to what is left without the setting.
    if (value !== undefined && isProject && kind === 'user') return [];
    const there = partOf(place, found);
    if (there === undefined || (value !== undefined && !wins(place, value, there))) return [];
    const text = found.value.kind === 'data' ? undefined : found.value.text;
    return [{ kind, place: found.place, ...(text !== undefined && { text }) }];
  });
}

/** The value that a layer has there, as settings have it; undefined for none, and for a wrong one. */
function partOf({ key, inside }: SettingPlace, { value }: LayerValue): unknown {
  const { type }: SettingRecord = schema[key];
  const whole = value.kind === 'data' ? type.fromData(value.data) : type.fromText(value.text);
  return valueAt(whole, inside);
}

/** Of lists, and maps as a whole, later layers add to earlier ones. */
function wins({ key, inside, type }: SettingPlace, value: JsonValue, there: unknown): boolean {
  const record: SettingRecord = schema[key];
  if (record.type.combine && inside.length === 0) return false;
  return !isDeepStrictEqual(there, type.fromData(value));
}

/** As one reads it: `ssh`, `env.NODE_ENV`. */
export const titleOf = ({ key, inside }: SettingPlace): string =>
  [nameOf(key), ...inside].join('.');
