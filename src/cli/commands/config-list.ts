// ai config list and ai config get: what the settings are here, and where each comes from.

import type { CommandCall, CommandHandler } from '../commands.ts';
import { isList, isObject, type JsonValue } from '../../base/json.ts';
import { showAsJson, showOnOneLine } from '../../base/quote.ts';
import { settle } from '../../launch/settle.ts';
import { valueAt } from '../../settings/edit-data.ts';
import { settingOf, type Layer } from '../../settings/layers.ts';
import { schema, settingKeys, type SettingKey } from '../../settings/schema.ts';
import type { SettingRecord } from '../../settings/setting.ts';
import { nameOf } from '../../settings/place.ts';
import { writtenData } from '../../settings/written.ts';
import { coverByName, coveredText } from '../cover-secrets.ts';
import { formatTable } from '../table.ts';
import { settingNamed } from './config.ts';

export const list: CommandHandler = async ({ world, options }) => {
  const { settings, origins, layers } = await settle(world, options.settings, options.plain);
  const rows = settingKeys.map((key) => ({
    key: nameOf(key),
    value: writtenData(key, settings[key]),
    origin: origins[key],
    all: placesOf(key, layers),
  }));
  const { stdout } = world.streams;
  if (options.plain.json) {
    const entries = rows.map(({ key, value = null, origin = null }) => [
      key,
      { value: coverByName(value), origin },
    ]);
    stdout.write(`${showAsJson(Object.fromEntries(entries), 2)}\n`);
    return 0;
  }
  const withOrigin = options.extra['origin'] === true;
  const head = ['KEY', 'VALUE', ...(withOrigin ? ['FROM'] : [])];
  const cells = rows.map(({ key, value, all }) => [
    key,
    value === undefined ? '' : coveredText(value),
    ...(withOrigin ? [all.join(', ') || 'default'] : []),
  ]);
  stdout.write(await formatTable(head, cells, stdout));
  return 0;
};

/** Of lists and maps every layer gives a part, of others the last one all. */
function placesOf(key: SettingKey, layers: readonly Layer[]): readonly string[] {
  const places = layers
    .flatMap(({ values }) => values)
    .filter((value) => settingOf(value.key) === key)
    .map(({ place }) => place);
  const { type }: SettingRecord = schema[key];
  return type.combine ? [...new Set(places)] : places.slice(-1);
}

export const get: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const { key, inside } = settingNamed(words[0] ?? '');
  const { settings } = await settle(world, options.settings, options.plain);
  const value = valueAt(writtenData(key, settings[key]), inside);
  if (value === undefined) return notSet;
  if (options.plain.json) world.streams.stdout.write(`${showAsJson(value)}\n`);
  else await print(call, value);
  return 0;
};

/** As `git config --get` has it. */
const notSet = 1;

/** Alone on its lines, for scripts: a text as it is, of a list an item a line, and YAML for maps. */
async function print({ world }: CommandCall, value: JsonValue): Promise<void> {
  const { stdout } = world.streams;
  const isSeen = (stdout as { isTTY?: boolean }).isTTY === true;
  const lines = await linesOf(value);
  // Who wrote it may have meant the terminal.
  for (const line of lines) stdout.write(`${isSeen ? showOnOneLine(line) : line}\n`);
}

async function linesOf(value: JsonValue): Promise<readonly string[]> {
  if (value === null) return [];
  if (isList(value)) return value.map((item) => textOf(item));
  if (!isObject(value)) return [textOf(value)];
  if (Object.keys(value).length === 0) return [];
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
}

const textOf = (value: JsonValue): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
