// What a file of the truth becomes when a session has changed its copy: by its rule, from texts alone. Pure.

import type {
  AssistantState,
  Credential,
  CredentialFile,
  PathPlace,
} from '../assistants/assistant.ts';
import {
  isJsonWithComments,
  isObject,
  isSame,
  objectOf,
  ownValue,
  parseJsonValue,
  type JsonValue,
} from '../base/json.ts';
import type { PathPair } from '../plan/run-plan.ts';
import { mergeJson } from './merge-json.ts';
import { mergeCredentials, type LoginContext } from './merge-logins.ts';
import { renameTables, toInside, toOutside } from './project-paths.ts';

export interface Rule {
  name: string;
  credential: CredentialFile | undefined;
  places: readonly PathPlace[];
  /** The key of tables in TOML that are called by paths. */
  tables: string | undefined;
}

export function ruleOf({ credentials, paths = [] }: AssistantState, name: string): Rule {
  const places = paths.filter(({ file }) => file === name);
  const [tables] = places.flatMap(({ at }) => ('toml' in at ? [at.toml] : []));
  return { name, credential: credentials.find(({ file }) => file === name), places, tables };
}

/** It is merged by its values, not taken whole. Settings with comments in them are taken whole, so that these stay. */
export const isDocument = (rule: Rule, text?: string): boolean =>
  rule.credential !== undefined ||
  (rule.name.endsWith('.json') && (text === undefined || !hasComments(rule, text)));

const hasComments = (rule: Rule, text: string): boolean =>
  text.trim() !== '' && readDocument(rule, text) === undefined && isJsonWithComments(text);

/** The value in a file that is a document; undefined where it is none, also where it is empty. */
export function readDocument(rule: Rule, text: string | undefined): JsonValue | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  // Encrypted by the assistant: a text like any other.
  if (rule.credential?.opaque) return text;
  const value = parseJsonValue(text);
  return isObject(value) || (rule.credential === undefined && value !== undefined)
    ? value
    : undefined;
}

/** True for what should be a document and cannot be read as one. */
export const isDamaged = (rule: Rule, text: string): boolean =>
  text.trim() !== '' && readDocument(rule, text) === undefined && isDocument(rule, text);

/** The text of a document for a run. */
export function insideText(
  rule: Rule,
  text: string,
  { paths, lend }: { paths: readonly PathPair[]; lend: boolean },
): string {
  if (rule.tables !== undefined) return renameTables(text, rule.tables, paths, 'inside');
  const document = isDocument(rule) ? readDocument(rule, text) : undefined;
  if (document === undefined) return text;
  const inside = toInside(lend ? lent(rule, document) : document, rule.places, paths);
  return isSame(inside, document) ? text : write(rule, inside, text);
}

/** The text as the truth would have it. */
export function outsideText(
  rule: Rule,
  text: string,
  { base, paths }: { base: string | undefined; paths: readonly PathPair[] },
): string {
  if (rule.tables !== undefined) return renameTables(text, rule.tables, paths, 'outside');
  if (rule.places.length === 0) return text;
  const document = readDocument(rule, text);
  if (document === undefined) return text;
  const outside = toOutside(document, readDocument(rule, base), rule.places, paths);
  return isSame(outside, document) ? text : write(rule, outside, text);
}

/** Of a document: all texts as the truth would have them. Undefined: the truth stays as it is. */
export function mergedText(
  rule: Rule,
  texts: { base: string | undefined; truth: string | undefined; session: string },
  context: LoginContext,
): string | undefined {
  const session = readDocument(rule, texts.session);
  // Blank, cut off, scribbled over: no change that anybody wanted.
  if (session === undefined) return undefined;
  const truth = readDocument(rule, texts.truth);
  const base = readDocument(rule, texts.base);
  // Where the truth has no such file, seeds that the session has left as they were do not make one.
  const isNew = truth === undefined && rule.credential === undefined && isObject(session);
  const versions = { base, truth: isNew ? {} : truth, session };
  const merged =
    rule.credential === undefined
      ? mergeJson(versions)
      : mergeCredentials(versions, rule.credential, context);
  if (merged === undefined || isSame(merged, truth)) return undefined;
  if (truth === undefined && isSame(merged, {})) return undefined;
  return isSame(merged, session) ? texts.session : write(rule, merged, texts.session);
}

/** True if there is a login in it. */
export const holdsLogin = (rule: Rule, document: JsonValue | undefined): boolean =>
  loginsIn(rule, document).length > 0;

/** What can be told of the logins in it. */
export function loginsIn(
  { credential }: Rule,
  document: JsonValue | undefined,
): readonly Credential[] {
  if (credential === undefined || document === undefined) return [];
  return credential.logins.flatMap((way) =>
    valuesAt(document, way).flatMap((value) => credential.read(value) ?? []),
  );
}

/** The document without its logins. */
export function withoutLogins({ credential }: Rule, document: JsonValue): JsonValue | undefined {
  return (credential?.logins ?? []).reduce<JsonValue | undefined>(
    (rest, way) => (rest === undefined ? rest : changeAt(rest, way, () => undefined)),
    document,
  );
}

/** The document with the logins of another one, and all else as it is: a running assistant keeps its settings. */
export function withLogins(rule: Rule, text: string, from: JsonValue): string {
  const document = readDocument(rule, text);
  if (document === undefined) return text;
  const ways = rule.credential?.logins ?? [];
  const changed = ways.reduce<JsonValue | undefined>(
    (rest, way) => loginsFrom(way, rest, from),
    document,
  );
  return changed === undefined || isSame(changed, document) ? text : write(rule, changed, text);
}

function loginsFrom(
  [key, ...rest]: readonly string[],
  own: JsonValue | undefined,
  from: JsonValue | undefined,
): JsonValue | undefined {
  if (key === undefined) return from;
  const [mine, theirs] = [own, from].map((value) => (isObject(value) ? value : undefined));
  if (own !== undefined && mine === undefined) return own;
  const names = new Set([...Object.keys(mine ?? {}), ...Object.keys(theirs ?? {})]);
  const entries = [...names].flatMap((name) => {
    const value = ownValue(mine, name);
    const changed =
      key === '*' || key === name ? loginsFrom(rest, value, ownValue(theirs, name)) : value;
    return changed === undefined ? [] : [[name, changed] as const];
  });
  return own === undefined && entries.length === 0 ? undefined : objectOf(entries);
}

function lent({ credential }: Rule, document: JsonValue): JsonValue {
  if (credential === undefined) return document;
  return credential.logins.reduce<JsonValue>(
    (rest, way) => changeAt(rest, way, credential.lend) ?? rest,
    document,
  );
}

function valuesAt(value: JsonValue, [key, ...rest]: readonly string[]): readonly JsonValue[] {
  if (key === undefined) return [value];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, JsonValue]) =>
    key === '*' || key === name ? valuesAt(inner, rest) : [],
  );
}

function changeAt(
  value: JsonValue,
  [key, ...rest]: readonly string[],
  change: (value: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  if (key === undefined) return change(value);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, JsonValue]) => {
      const changed = key === '*' || key === name ? changeAt(inner, rest, change) : inner;
      return changed === undefined ? [] : [[name, changed] as const];
    }),
  );
}

/** In the form that assistants write, with the comments that stand on top of the text before. */
function write(rule: Rule, document: JsonValue, before: string): string {
  if (rule.credential?.opaque && typeof document === 'string') return document;
  const [comments = ''] = /^(?:[ \t]*\/\/.*\n)*/.exec(before) ?? [];
  return `${comments}${JSON.stringify(document, null, 2)}\n`;
}
