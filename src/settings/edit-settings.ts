// One setting changed in the text of a settings file, YAML or JSON: comments, order and form of the rest stay as they are. Pure.

import { isDeepStrictEqual } from 'node:util';
import { AiError, messageOf, type SettingProblem } from '../base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { nested, outermostToRemove, partsOf, valueAt, withEdit, type Edit } from './edit-data.ts';
import { textsWith } from './edit-text.ts';
import { mainFields, type SettingKey } from './schema.ts';
import type { Yaml } from './text-places.ts';

export interface SettingsText {
  /** For errors. */
  file: string;
  text: string;
  form: 'yaml' | 'json';
  /** Where in it the settings stand: `ai` of a package.json. */
  base?: readonly string[];
}

/** All that is there of the settings, as data: `{}` where there is nothing. */
export async function readData(source: SettingsText): Promise<JsonObject> {
  return settingsIn(source, dataOf(await import('yaml'), source));
}

/**
 * The text with the setting, or the part of it at `inside`, at that value, wherever it stands and whatever way it is written;
 * without it for undefined.
 * @throws AiError AI_SETTING_INVALID where that is no map of settings, or something else would change, too
 */
export async function editSettings(
  source: SettingsText,
  { key, inside }: { key: SettingKey; inside: readonly string[] },
  value: JsonValue | undefined,
): Promise<string> {
  const yaml = await import('yaml');
  const { base = [] } = source;
  const all = dataOf(yaml, source);
  const settings = settingsIn(source, all);
  const edits =
    value === undefined ? removals(settings, key, inside) : changes(settings, key, inside, value);
  const mark = /^\uFEFF?/.exec(source.text)?.[0] ?? '';
  let text = source.text.slice(mark.length);
  for (const { path, ...edit } of edits) {
    const now = { ...source, text };
    text = edited(yaml, now, { ...edit, path: [...base, ...path] });
  }
  return mark + text;
}

/** Every way in which the setting stands there: `image.base`, or `base` in `image`, or `ssh` for `ssh.mode`. */
export function waysOf(settings: JsonValue, key: string): readonly (readonly string[])[] {
  const words = key.split('.');
  return words.flatMap((_, index): readonly (readonly string[])[] => {
    const name = words.slice(0, index + 1).join('.');
    const value = valueAt(settings, [name]);
    const rest = words.slice(index + 1).join('.');
    if (value === undefined) return [];
    if (rest === '') return [[name]];
    if (isObject(value)) return waysOf(value, rest).map((way) => [name, ...way]);
    return mainFields[name] === key ? [[name]] : [];
  });
}

function changes(
  settings: JsonObject,
  key: SettingKey,
  inside: readonly string[],
  value: JsonValue,
): readonly Edit[] {
  const ways = waysOf(settings, key);
  // Of several the last one counts. Lists of several would add up.
  const others = inside.length > 0 ? [] : ways.slice(0, -1);
  const way = ways.at(-1);
  const edit = way
    ? { path: [...way, ...inside], value }
    : added(settings, key, nested(inside, value));
  return [...others.map((path) => ({ path, value: undefined })), edit];
}

function added(settings: JsonObject, key: SettingKey, value: JsonValue): Edit {
  const [group = '', ...rest] = key.split('.');
  const there = valueAt(settings, [group]);
  const main = mainFields[group];
  if (there === undefined && main === key) return { path: [group], value };
  if (there === undefined || there === null || isObject(there) || main === undefined)
    return { path: [group, ...rest], value };
  // `ssh: none` makes room for more.
  const before = nested(main.split('.').slice(1), there) as JsonObject;
  return { path: [group], value: withEdit(before, { path: rest, value }) };
}

const removals = (
  settings: JsonObject,
  key: SettingKey,
  inside: readonly string[],
): readonly Edit[] =>
  waysOf(settings, key)
    .map((way) => [...way, ...inside])
    .filter((path) => valueAt(settings, path) !== undefined)
    .map((path) => ({ path, value: undefined }));

function edited(yaml: Yaml, source: SettingsText, whole: Edit): string {
  const data = dataOf(yaml, source);
  const parts = whole.value === undefined ? [whole] : partsOf(data, whole);
  let { text } = source;
  for (const { path, value } of parts) {
    const now = { ...source, text };
    const before = dataOf(yaml, now);
    if (isDeepStrictEqual(valueAt(before, path), value)) continue;
    const kept = source.base?.length ?? 0;
    const edit = {
      path: value === undefined ? outermostToRemove(before, path, kept) : path,
      value,
    };
    const wanted = withEdit(before, edit);
    const says = (next: string): boolean =>
      isDeepStrictEqual(read(yaml, { ...now, text: next }), wanted);
    const next = firstOf(textsWith(yaml, now, edit, wanted), says);
    if (next === undefined) throw stuck(yaml, now, path);
    text = next;
  }
  return text;
}

/** Undefined where it cannot be read. */
function read(yaml: Yaml, source: SettingsText): JsonValue | undefined {
  try {
    if (source.form === 'json' && source.text.trim() !== '') JSON.parse(source.text);
    return dataOf(yaml, source);
  } catch {
    return undefined;
  }
}

function firstOf(texts: Iterable<string>, says: (text: string) => boolean): string | undefined {
  for (const text of texts) if (says(text)) return text;
  return undefined;
}

/** @throws AiError AI_SETTING_INVALID with every mistake of the form */
function dataOf(yaml: Yaml, source: SettingsText): JsonObject {
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(source.text, {
    lineCounter,
    prettyErrors: false,
    logLevel: 'error',
  });
  const errorAt = (offset: number, problem: string): SettingProblem => {
    const { line, col } = lineCounter.linePos(offset);
    return { origin: `${source.file}:${line}:${col}`, key: '', problem };
  };
  const problems = document.errors.map(({ pos, message }) =>
    errorAt(pos[0], message.split('\n')[0] ?? 'is not YAML'),
  );
  if (problems.length > 0) throw wrong(problems);
  const data = asJs(document, (problem) => errorAt(0, problem));
  if (data === null || data === undefined) return {};
  if (isObject(data)) return data;
  throw wrong([errorAt(0, 'must hold `key: value` lines')]);
}

function asJs(
  document: ReturnType<Yaml['parseDocument']>,
  errorOf: (problem: string) => SettingProblem,
): JsonValue | undefined {
  try {
    return document.toJS() as JsonValue | undefined;
  } catch (error) {
    // An alias of something that is not there, or of far too much.
    throw wrong([errorOf(messageOf(error))]);
  }
}

function settingsIn({ file, base = [] }: SettingsText, all: JsonObject): JsonObject {
  const settings = valueAt(all, base) ?? {};
  if (isObject(settings)) return settings;
  throw wrong([{ origin: file, key: base.join('.'), problem: 'must be a map of settings' }]);
}

/** The error names the line that could not be changed. */
function stuck(yaml: Yaml, { file, text }: SettingsText, path: readonly string[]): AiError {
  const lineCounter = new yaml.LineCounter();
  const node: unknown = yaml.parseDocument(text, { lineCounter }).getIn(path, true);
  const offset = yaml.isNode(node) ? (node.range?.[0] ?? 0) : 0;
  const { line, col } = lineCounter.linePos(offset);
  const problem = 'cannot be changed without changing other settings';
  return wrong([{ origin: `${file}:${line}:${col}`, key: path.join('.'), problem }]);
}

const wrong = (problems: readonly SettingProblem[]): AiError =>
  new AiError('AI_SETTING_INVALID', { problems });
