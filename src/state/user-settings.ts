// Writes one setting into the user's config.yaml, and nothing else in it: comments, order and form stay as they are.

import { chownSync, lstatSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Document } from 'yaml';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import {
  ensureDirectory,
  readTextIfThere,
  unwritable,
  writeFileAtomically,
} from '../host/files.ts';
import { acquireLock } from '../host/lock.ts';

export interface Written {
  /** `config.yaml` of the state directory, as the user knows it. */
  file: string;
  /** False where it said so already, and was not written. */
  changed: boolean;
}

/**
 * Sets a top-level key. A file that is a link stays one: what it leads to is written.
 * @throws AiError AI_SETTING_INVALID for a file that is no YAML mapping, AI_FILE_UNREADABLE, AI_STATE_UNWRITABLE
 */
export async function writeUserSetting(
  stateDirectory: string,
  key: string,
  value: string | readonly string[],
): Promise<Written> {
  const file = path.join(stateDirectory, 'config.yaml');
  ensureDirectory(stateDirectory);
  const release = await lock(file);
  try {
    const target = targetOf(file);
    const text = readTextIfThere(target) ?? '';
    const next = await withSetting(file, text, key, value);
    if (next === text) return { file, changed: false };
    const before = statSync(target, { throwIfNoEntry: false });
    writeFileAtomically(target, next, { mode: before ? before.mode & 0o777 : 0o600 });
    keepOwner(target, before);
    return { file, changed: true };
  } finally {
    release();
  }
}

async function lock(file: string): Promise<() => void> {
  const place = path.join(path.dirname(file), '.config.yaml.lock');
  try {
    return await acquireLock(place, { before: `${file} was written` });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw unwritable(file, error);
  }
}

/** People keep their settings elsewhere and link to them. */
function targetOf(file: string): string {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file;
  try {
    return realpathSync(file);
  } catch (error) {
    const cause = `it is a link to ${readlinkSync(file)}, where nothing is`;
    throw new AiError('AI_STATE_UNWRITABLE', { path: file, cause }, { cause: error });
  }
}

/** Root may set it for a user. */
function keepOwner(file: string, before: Stats | undefined): void {
  const own = process.getuid?.();
  if (own === 0 && before && before.uid !== own) chownSync(file, before.uid, before.gid);
}

/** The text with that setting, changed in one place if that will do. */
async function withSetting(
  file: string,
  text: string,
  key: string,
  value: string | readonly string[],
): Promise<string> {
  const { parseDocument, LineCounter, isMap, isScalar } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const wrong = (offset: number, problem: string): AiError => {
    const origin = `${file}:${lines.linePos(offset).line}`;
    return new AiError('AI_SETTING_INVALID', { problems: [{ origin, key: '', problem }] });
  };
  const [error] = document.errors;
  if (error) throw wrong(error.pos[0], error.message.split('\n')[0] ?? 'is not YAML');
  const { contents } = document;
  if (contents !== null && !isMap(contents)) throw wrong(0, 'must hold `key: value` lines');

  const wanted = { ...readAll(document, wrong), [key]: value };
  const says = (changed: string): boolean => {
    const read = parseDocument(changed);
    return read.errors.length === 0 && isSame(asRecord(read), wanted);
  };
  if (says(text)) return text;
  const pair = contents?.items.find((item) => isScalar(item.key) && item.key.value === key);
  const [from, to] = (pair?.value as { range?: [number, number] } | null | undefined)?.range ?? [];
  const end = text === '' || text.endsWith('\n') ? '' : newLine(text);
  const written = typeof value === 'string' ? value : `[${value.map(quoted).join(', ')}]`;
  const inPlace =
    from === undefined || to === undefined
      ? `${text}${end}${key}: ${written}${newLine(text)}`
      : `${text.slice(0, from)}${from === to ? ' ' : ''}${written}${text.slice(to)}`;
  if (says(inPlace)) return inPlace;
  document.set(key, value);
  const rewritten = document.toString({ lineWidth: 0 });
  if (says(rewritten)) return rewritten;
  throw wrong(from ?? 0, `${key} cannot be changed without changing other settings`);
}

function readAll(
  document: Document,
  wrong: (offset: number, problem: string) => AiError,
): Record<string, unknown> {
  try {
    return asRecord(document);
  } catch (error) {
    // An alias of something that is not there.
    throw wrong(0, messageOf(error));
  }
}

/** JSON is YAML. */
const quoted = (text: string): string => JSON.stringify(text);

const newLine = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

const asRecord = (document: Document): Record<string, unknown> =>
  (document.toJS() ?? {}) as Record<string, unknown>;

const isSame = (a: object, b: object): boolean => sorted(a) === sorted(b);
const sorted = (record: object): string =>
  JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
