// Values as YAML on one line, as people write them: quotes only where YAML, or an older reader of it, would take it otherwise. Pure.

import { isList, isObject, type JsonValue } from '../base/json.ts';

/** @param inFlow within brackets, where a comma ends a text */
export function inlineYaml(value: JsonValue, inFlow = false): string {
  if (typeof value === 'string') return isPlain(value, inFlow) ? value : JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => inlineYaml(item, true)).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(
    ([key, item]) => `${inlineYaml(key, true)}: ${inlineYaml(item, true)}`,
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** Some of what could go without quotes gets them: the rule is to be a short one. */
function isPlain(text: string, inFlow: boolean): boolean {
  const hasForm = /^[\p{L}\p{N}_./~$+](?:[\p{L}\p{M}\p{N}\p{S}\p{P} ]*[^\s:])?$/u.test(text);
  if (!hasForm || /: | #/.test(text) || taken.test(text)) return false;
  return !inFlow || !/[,[\]{}]/.test(text);
}

/** Words and numbers that stand for something else in YAML 1.2 or 1.1. */
const taken = new RegExp(
  `^(?:${[
    /~|null|true|false|yes|no|on|off|y|n/,
    /[-+]?[\d._]+(?:e[-+]?\d+)?|0x[\da-f_]+|0o[0-7_]+|0b[01_]+/,
    /[-+]?\.(?:inf|nan)/,
    // Times of day, which are numbers to the base of 60, and days.
    /\d+(?::\d+)+(?:\.\d*)?|\d{4}-\d\d?-\d\d?.*/,
  ]
    .map(({ source }) => source)
    .join('|')})$`,
  'i',
);
