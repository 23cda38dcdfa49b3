// How a new value is written into a settings file, so that it looks as the rest of that file does. Pure.

import { isDeepStrictEqual } from 'node:util';
import { isList, isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { inlineYaml } from './inline-yaml.ts';

export interface Form {
  kind: 'yaml' | 'json';
  /** One step to the right. */
  unit: string;
  newLine: string;
}

/** The step that the text takes itself, else two blanks. */
export function unitOf(text: string, kind: Form['kind']): string {
  const found = kind === 'json' ? /^([ \t]+)"/m.exec(text) : /^( +)[^\s#-]/m.exec(text);
  return found?.[1] ?? '  ';
}

/** `key: value` as lines of YAML. */
export function blockLines(
  form: Form,
  indent: string,
  name: string,
  value: JsonValue,
): readonly string[] {
  const key = `${indent}${inlineYaml(name, true)}:`;
  const inner = indent + form.unit;
  if (isList(value) && value.length > 0)
    return [key, ...value.map((item) => `${inner}- ${inlineYaml(item)}`)];
  if (isObject(value) && Object.keys(value).length > 0)
    return [
      key,
      ...Object.entries(value).flatMap(([word, part]) => blockLines(form, inner, word, part)),
    ];
  return [value === null ? key : `${key} ${inlineYaml(value)}`];
}

/** What stood there becomes a part of the new value: it keeps its lines, with the comments in them, further in. */
export function movedBlock(
  form: Form,
  indent: string,
  old: { text: string; data: unknown },
  value: JsonObject | readonly JsonValue[],
): readonly string[] | undefined {
  const inner = indent + form.unit;
  const isOld = (part: JsonValue): boolean => isDeepStrictEqual(part, old.data);
  if (!isObject(value) || !Object.values(value).some(isOld)) return undefined;
  const lines = old.text.trimEnd().split(/\r?\n/);
  return Object.entries(value).flatMap(([word, part]) =>
    isOld(part)
      ? [`${inner}${inlineYaml(word, true)}:`, ...lines.map((line) => form.unit + line)]
      : blockLines(form, inner, word, part),
  );
}

/** On one line; JSON whose values stand on lines of their own gets some, from that column on. */
export function flowText(
  { kind, unit, newLine }: Form,
  value: JsonValue,
  indent: string | undefined,
  inFlow = true,
): string {
  if (kind === 'yaml') return inlineYaml(value, inFlow);
  const lines = JSON.stringify(value, null, indent === undefined ? 0 : unit).split('\n');
  return lines.join(`${newLine}${indent ?? ''}`);
}
