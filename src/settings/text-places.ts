// Where things stand in a text of YAML, in characters from its beginning, and what is put there. Pure.

import type { Pair, ParsedNode, YAMLMap } from 'yaml';
import type { Form } from './edit-form.ts';

export type Yaml = typeof import('yaml');
export type Map = YAMLMap<ParsedNode, ParsedNode | null>;
export type Item = Pair<ParsedNode, ParsedNode | null>;

/** The end of what an item says: not of the comments after it. */
export function contentEnd(yaml: Yaml, item: Item): number {
  const { key, value } = item;
  const end = value && value.range[0] < value.range[1] ? nodeEnd(yaml, value) : undefined;
  return end ?? colonEnd(item) ?? key.range[1];
}

/** The same of a value. */
export function nodeEnd(yaml: Yaml, node: ParsedNode): number {
  if (!yaml.isCollection(node) || node.flow) return node.range[1];
  const last = node.items.at(-1) as ParsedNode | Item | undefined;
  if (last === undefined) return node.range[1];
  return yaml.isPair(last) ? contentEnd(yaml, last) : nodeEnd(yaml, last);
}

/** Behind the colon; undefined where there is none. */
export function colonEnd({ srcToken }: Item): number | undefined {
  const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon && colon.offset + 1;
}

export const splice = (text: string, from: number, to: number, inserted: string): string =>
  text.slice(0, from) + inserted + text.slice(to);

/** The same with whole lines. */
export function withLines(
  text: string,
  from: number,
  to: number,
  lines: readonly string[],
  { newLine }: Form,
): string {
  const before = text.slice(0, from);
  const open = lines.length > 0 && /[^\n]$/.test(before) ? newLine : '';
  return `${before}${open}${lines.map((line) => line + newLine).join('')}${text.slice(to)}`;
}

export const lineStart = (text: string, offset: number): number =>
  text.lastIndexOf('\n', offset - 1) + 1;

/** The beginning of the next line. What ends with its line has ended there. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** The blanks before what stands first on that line. */
export const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
