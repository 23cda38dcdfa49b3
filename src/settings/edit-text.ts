// The ways to write one change into a text of settings, the least intrusive first. Whoever takes one makes sure of what it says.

import type { Document, ParsedNode } from 'yaml';
import type { JsonObject, JsonValue } from '../base/json.ts';
import { valueAt, type Edit } from './edit-data.ts';
import { blockLines, flowText, movedBlock, unitOf, type Form } from './edit-form.ts';
import { inlineYaml } from './inline-yaml.ts';
import {
  contentEnd,
  colonEnd,
  indentAt,
  lineEnd,
  lineStart,
  nodeEnd,
  splice,
  withLines,
  type Item,
  type Map,
  type Yaml,
} from './text-places.ts';

/** The place of a change: an item of a map that there is, or a map that gets another one. */
interface Spot {
  text: string;
  form: Form;
  map: Map | undefined;
  item: Item | undefined;
  name: string;
  value: JsonValue | undefined;
}

/** @param wanted all that the text is to say in the end */
export function* textsWith(
  yaml: Yaml,
  { text, form }: { text: string; form: Form['kind'] },
  edit: Edit,
  wanted: JsonObject,
): Generator<string> {
  const document = yaml.parseDocument(text, {
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'error',
  });
  const spot = spotOf(yaml, document, edit.path, wanted, {
    text,
    form: { kind: form, unit: unitOf(text, form), newLine: text.includes('\r\n') ? '\r\n' : '\n' },
  });
  if (spot.value === undefined) yield* without(yaml, spot);
  else if (spot.item === undefined) yield* withItem(yaml, spot, spot.value);
  else yield* withValue(yaml, spot, spot.item, spot.value);
  if (form === 'json') yield `${JSON.stringify(wanted, null, unitOf(text, form))}\n`;
  else yield* rewritten(document, edit, spot.form);
}

function spotOf(
  yaml: Yaml,
  { contents }: Document.Parsed,
  path: readonly string[],
  wanted: JsonObject,
  source: Pick<Spot, 'text' | 'form'>,
): Spot {
  let map = yaml.isMap<ParsedNode, ParsedNode | null>(contents) ? contents : undefined;
  for (const [depth, name] of path.entries()) {
    const item = map?.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === name);
    const rest = path.slice(depth + 1);
    const inside = item?.value;
    if (rest.length === 0 || !yaml.isMap<ParsedNode, ParsedNode | null>(inside))
      // What stands there may be an alias: then it gets a value of its own.
      return { ...source, map, item, name, value: valueAt(wanted, path.slice(0, depth + 1)) };
    map = inside;
  }
  throw new Error('a change without a name');
}

/** As the library writes it, which keeps comments but has a form of its own. */
function* rewritten(
  document: Document.Parsed,
  { path, value }: Edit,
  { newLine }: Form,
): Generator<string> {
  try {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
    yield document.toString({ lineWidth: 0 }).replaceAll('\n', newLine);
  } catch {
    // Something else than a map on the way, or an alias whose anchor has gone.
  }
}

function* withItem(yaml: Yaml, spot: Spot, value: JsonValue): Generator<string> {
  const { text, form, map, name } = spot;
  const last = map?.items.at(-1);
  if (map?.flow) {
    yield withFlowItem(yaml, spot, map, value);
    return;
  }
  if (form.kind === 'json') return;
  const indent = last ? indentAt(text, last.key.range[0]) : '';
  const lines = blockLines(form, indent, name, value);
  if (indent === '') yield withLines(text, text.length, text.length, lines, form);
  const end = last ? lineEnd(text, contentEnd(yaml, last)) : 0;
  yield withLines(text, end, end, lines, form);
}

function withFlowItem(yaml: Yaml, { text, form, name }: Spot, map: Map, value: JsonValue): string {
  const [start, end] = map.range ?? [0, 0];
  const [first] = map.items;
  const last = map.items.at(-1);
  const outer = indentAt(text, start);
  const isOnLines = first
    ? text.slice(start, first.key.range[0]).includes('\n')
    : form.kind === 'json';
  const indent = isOnLines
    ? first
      ? indentAt(text, first.key.range[0])
      : outer + form.unit
    : outer;
  const key = form.kind === 'json' ? JSON.stringify(name) : inlineYaml(name, true);
  const pair = `${key}: ${flowText(form, value, isOnLines ? indent : undefined)}`;
  const lead = isOnLines ? `${form.newLine}${indent}` : ' ';
  if (last) return splice(text, contentEnd(yaml, last), contentEnd(yaml, last), `,${lead}${pair}`);
  const close = isOnLines ? `${form.newLine}${outer}` : ' ';
  return splice(text, start, end, `{${lead}${pair}${close}}`);
}

function* withValue(yaml: Yaml, spot: Spot, item: Item, value: JsonValue): Generator<string> {
  const { text, form, map, name } = spot;
  const colon = colonEnd(item);
  if (colon === undefined) return;
  const inFlow = map?.flow === true || form.kind === 'json';
  const old = item.value;
  const isBlock = yaml.isCollection(old) && old.flow !== true;
  const hasParts = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  const [from, to] = old?.range && old.range[0] < old.range[1] ? old.range : [colon, colon];
  if (yaml.isSeq(old) && isBlock && Array.isArray(value))
    yield* withItems(yaml, spot, old.items, colon, value);
  if (hasParts && !inFlow && (isBlock || !yaml.isCollection(old))) {
    // Comments behind the key, or behind the value that was there, stay behind the key.
    const end = isBlock ? lineEnd(text, colon) : lineEnd(text, to);
    const comment = text.slice(isBlock ? colon : to, end).trimEnd();
    const head = text.slice(lineStart(text, item.key.range[0]), colon) + comment;
    const indent = indentAt(text, item.key.range[0]);
    const lines = [head, ...blockLines(form, indent, name, value).slice(1)];
    const after = isBlock ? lineEnd(text, contentEnd(yaml, item)) : end;
    const moved = isBlock
      ? movedBlock(form, indent, { text: text.slice(end, after), data: old.toJSON() }, value)
      : undefined;
    if (moved)
      yield withLines(text, lineStart(text, item.key.range[0]), after, [head, ...moved], form);
    yield withLines(text, lineStart(text, item.key.range[0]), after, lines, form);
  }
  const isOnLines =
    text.slice(from, to).includes('\n') || (form.kind === 'json' && text.includes('\n'));
  const inline = flowText(
    form,
    value,
    isOnLines && inFlow ? indentAt(text, item.key.range[0]) : undefined,
    inFlow,
  );
  if (isBlock) {
    const end = lineEnd(text, colon);
    const line = `${text.slice(lineStart(text, colon), colon)} ${inline}${text.slice(colon, end).trimEnd()}`;
    yield withLines(
      text,
      lineStart(text, colon),
      lineEnd(text, contentEnd(yaml, item)),
      [line],
      form,
    );
    return;
  }
  const lead = from === colon ? ' ' : '';
  const tail = text.slice(from, to).endsWith('\n') ? form.newLine : '';
  yield splice(text, from, to, `${lead}${inline}${tail}`);
  // With what stands before the value: an anchor, a tag.
  yield splice(text, colon, to, ` ${inline}${tail}`);
}

/** A list whose items stay where they are, with the comments between them; new ones come to its end. */
function* withItems(
  yaml: Yaml,
  { text, form }: Spot,
  items: readonly ParsedNode[],
  colon: number,
  value: readonly JsonValue[],
): Generator<string> {
  const left = [...value];
  let at = lineEnd(text, colon);
  let kept = text.slice(0, at);
  let indent = '';
  for (const item of items) {
    const start = lineStart(text, item.range[0]);
    const end = lineEnd(text, nodeEnd(yaml, item));
    indent = /^ */.exec(text.slice(start))?.[0] ?? '';
    const stays = yaml.isScalar(item) && item.value === left[0];
    if (stays) left.shift();
    kept += text.slice(at, stays ? end : start);
    at = end;
  }
  const added = left.map((item) => `${indent}- ${inlineYaml(item)}`);
  yield withLines(kept + text.slice(at), kept.length, kept.length, added, form);
}

function* without(yaml: Yaml, { text, form, map, item }: Spot): Generator<string> {
  if (item === undefined || map === undefined) return;
  const [start] = item.key.range;
  const end = contentEnd(yaml, item);
  const line = lineStart(text, start);
  const ownLines = withLines(text, line, lineEnd(text, end), [], form);
  const isAlone = text.slice(line, start).trim() === '';
  if (!map.flow) {
    if (!isAlone) return;
    yield ownLines;
    yield withLines(
      withoutIndent(text, lineEnd(text, end), indentAt(text, start)),
      line,
      lineEnd(text, end),
      [],
      form,
    );
    return;
  }
  const index = map.items.indexOf(item);
  const next = map.items[index + 1];
  const before = map.items[index - 1];
  const between = before ? text.slice(contentEnd(yaml, before), start) : '';
  // A comment behind the comma before it.
  if (isAlone && between.includes('#')) yield ownLines;
  if (before) yield splice(text, contentEnd(yaml, before), end, '');
  else if (next) yield splice(text, start, next.key.range[0], '');
  else yield splice(text, map.range?.[0] ?? 0, map.range?.[1] ?? 0, '{}');
}

/** Comments from there on less far to the right: else they could become lines of the text before. */
function withoutIndent(text: string, from: number, indent: string): string {
  const [comments = ''] = /^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(text.slice(from)) ?? [];
  const moved = comments.replaceAll(/^[ \t]+#/gm, `${indent}#`);
  return text.slice(0, from) + moved + text.slice(from + comments.length);
}
