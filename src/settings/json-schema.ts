// The settings as JSON Schema (draft 7), which editors complete and check by: templates/schema.json is made from it. Pure.

import type { JsonObject } from '../base/json.ts';
import { mainFields, schema, settingKeys, type SettingKey } from './schema.ts';
import type { SettingRecord } from './setting.ts';
import { writtenData } from './written.ts';

/** The schema of a settings file. It takes what `resolveSettings` takes, but for what only a program can tell. */
export const settingsSchema = (): JsonObject => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Settings of ai',
  description: 'A config.yaml of ai-in-docker, or the settings in a project.',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'where editors find this schema; ai ignores it' },
    ...Object.fromEntries(topLevelNames().map((name) => [name, schemaOfName(name)])),
  },
  // `image.base: …` as one word; editors are to propose the other form, and propose no patterns.
  patternProperties: Object.fromEntries(
    dottedKeys.map((key) => [`^${key.replaceAll('.', String.raw`\.`)}$`, referenceTo(key)]),
  ),
  definitions: Object.fromEntries(dottedKeys.map((key) => [key, schemaOf(key)])),
});

const dottedKeys = settingKeys.filter((key) => key.includes('.'));

const topLevelNames = (): readonly string[] => [
  ...new Set(settingKeys.map((key) => key.split('.', 1)[0] ?? key)),
];

function schemaOfName(name: string): JsonObject {
  const inside = dottedKeys.filter((key) => key.startsWith(`${name}.`));
  if (inside.length === 0) return schemaOf(name as SettingKey);
  const group = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      inside.map((key) => [key.slice(name.length + 1), referenceTo(key)]),
    ),
  };
  const main = mainFields[name];
  if (main === undefined) return { title: name, ...group };
  return { title: name, description: schema[main].help, anyOf: [referenceTo(main), group] };
}

function schemaOf(key: SettingKey): JsonObject {
  const { type, default: standard, help }: SettingRecord = schema[key];
  const { range } = type;
  const value = writtenData(key, standard);
  return {
    title: key,
    description: help,
    ...type.json,
    // Of a text with a unit (4g) only its form can be checked.
    ...(range && { minimum: range.least, maximum: range.most }),
    ...(value !== undefined && { default: value }),
  };
}

const referenceTo = (key: SettingKey): JsonObject => ({ $ref: `#/definitions/${key}` });
