// Files of variables, KEY=VALUE lines: `env` in the state directory, and those that the user names. Data, never run by a shell.

import { statSync } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readTextIfThere } from '../host/files.ts';

/** Bytes. */
export const largestEnvFile = 1024 ** 2;

export interface EnvFile {
  values: Readonly<Record<string, string>>;
  /** Numbers of the lines that are neither a variable nor empty nor a comment. */
  strange: readonly number[];
}

export interface OwnEnvFile extends EnvFile {
  path: string;
  /** Others on this machine can read it. */
  isOpen: boolean;
  /** Why what is there is not read. */
  problem?: string;
}

/** The user's own. Empty where there is none; a line that is none is passed over, as the shell functions before did. */
export function readEnvFile(stateDirectory: string): OwnEnvFile {
  const file = path.join(stateDirectory, 'env');
  const nothing = { path: file, values: {}, strange: [], isOpen: false };
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return nothing;
    // A pipe would keep us waiting.
    if (!stats.isFile()) return { ...nothing, problem: 'it is not a regular file' };
    if (stats.size > largestEnvFile) return { ...nothing, problem: 'it is larger than 1 MiB' };
    const text = readTextIfThere(file) ?? '';
    return { path: file, ...parseEnvFile(text), isOpen: (stats.mode & 0o077) !== 0 };
  } catch (error) {
    // Somebody else's file: no variables then.
    return { ...nothing, problem: messageOf(error) };
  }
}

/**
 * `KEY=VALUE`, `export KEY=VALUE`. `#` begins a comment at the beginning of a line, and after white space behind a value. A value
 * in quotes may have several lines; in double quotes `\n`, `\r`, `\t`, `\"`, `\\`, `\$` and `` \` `` stand for what they do in
 * other such files. Nothing is ever substituted. Of two of one name the later one counts.
 */
export function parseEnvFile(text: string): EnvFile {
  const found = new Map<string, string>();
  const strange: number[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name = '', rest = ''] =
      /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/.exec(line) ?? [];
    if (name === '') {
      strange.push(at + 1);
      continue;
    }
    const quoted = readQuoted(rest.trimStart(), lines.slice(at + 1, at + 1 + mostLines));
    found.set(name, quoted?.value ?? withoutComment(rest));
    at += quoted?.more ?? 0;
  }
  return { values: Object.fromEntries(found), strange };
}

const mostLines = 1000;

/** A value in quotes, and how many of the following lines it takes; undefined where there is no end to it. */
function readQuoted(
  first: string,
  following: readonly string[],
): { value: string; more: number } | undefined {
  const quote = first[0];
  if (quote !== '"' && quote !== "'") return undefined;
  const pattern = quote === '"' ? /^"((?:[^"\\]|\\[^])*)"\s*(?:#.*)?$/ : /^'([^']*)'\s*(?:#.*)?$/;
  const whole = (value: string): string => (quote === '"' ? unescaped(value) : value);
  const [, onFirst] = pattern.exec(first) ?? [];
  if (onFirst !== undefined) return { value: whole(onFirst), more: 0 };
  // As it was before there were escapes: everything between the first quote and the last.
  const line = first.trimEnd();
  if (line.length > 1 && line.endsWith(quote)) return { value: line.slice(1, -1), more: 0 };
  if (first.slice(1).includes(quote)) return undefined;
  const end = following.findIndex((line) => line.includes(quote));
  if (end < 0) return undefined;
  const [, value] = pattern.exec([first, ...following.slice(0, end + 1)].join('\n')) ?? [];
  return value === undefined ? undefined : { value: whole(value), more: end + 1 };
}

const escapes: Partial<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescaped = (value: string): string =>
  value.replaceAll(/\\([nrt"\\$`])/g, (_, sign: string) => escapes[sign] ?? sign);

const withoutComment = (value: string): string => value.replace(/\s#.*$/, '').trim();
