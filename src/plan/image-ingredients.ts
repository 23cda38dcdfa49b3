// What an image was made of, as far as it is kept to say later what has changed: names and hashes, versions and packages in clear. Pure.

import { diffLines } from '../base/line-diff.ts';
import { packageName, readPackage } from '../base/packages.ts';

export interface Ingredients {
  /** Of the image of the run. */
  tag: string;
  version?: string;
  /** Of the base, or a ready image instead of all of it. */
  base: string;
  /** A short hash of the lock of the assistant's packages, where that is known. */
  lock?: string;
  /** Files of `ai` itself that go into it, by what they are to people: a short hash of each. */
  own: Readonly<Record<string, string>>;
  /** As the setting has them: `ripgrep`, `npm:pnpm`. */
  packages: readonly string[];
  /** What a project has it built from, by name. */
  sources: Readonly<Record<string, SourcePrint>>;
}

export interface SourcePrint {
  hash: string;
  /** Of each text a short hash of every line, joined by line ends. */
  lines: Readonly<Record<string, string>>;
  /** Of the files that it copies, by name. */
  files?: Readonly<Record<string, string>>;
}

/** Lines that say what has changed, each a few words; none where nothing has that is known. */
export function changesBetween(
  assistant: string,
  before: Ingredients,
  now: Ingredients,
): readonly string[] {
  return [
    ...(before.version !== now.version
      ? [
          `${assistant} ${before.version ?? '(a ready image)'} -> ${now.version ?? '(a ready image)'}`,
        ]
      : []),
    ...lockChanges(before, now),
    ...(before.base !== now.base ? [`base: ${before.base} -> ${now.base}`] : []),
    ...ownChanges(before.own, now.own),
    ...packageChanges(before.packages, now.packages),
    ...sourceChanges(before.sources, now.sources),
  ];
}

/** A version brings its lock: that it is another one goes without saying. */
const lockChanges = (before: Ingredients, now: Ingredients): readonly string[] =>
  before.version === now.version && before.lock && now.lock && before.lock !== now.lock
    ? ['packages that the assistant consists of']
    : [];

function ownChanges(before: Ingredients['own'], now: Ingredients['own']): readonly string[] {
  const changed = namesOf(before, now).filter((name) => before[name] !== now[name]);
  return changed.length === 0 ? [] : [`ai itself: ${changed.join(', ')}`];
}

/** `image.packages: + pip:ruff, - jq, pnpm@9 -> pnpm@10`. */
function packageChanges(before: readonly string[], now: readonly string[]): readonly string[] {
  const byName = (list: readonly string[]): ReadonlyMap<string, string> =>
    new Map(list.map((text) => [keyOf(text), text]));
  const [old, fresh] = [byName(before), byName(now)];
  const parts = [
    ...[...fresh].flatMap(([key, text]) => {
      const was = old.get(key);
      if (was === undefined) return [`+ ${text}`];
      return was === text ? [] : [`${was} -> ${text}`];
    }),
    ...[...old].flatMap(([key, text]) => (fresh.has(key) ? [] : [`- ${text}`])),
  ];
  return parts.length === 0 ? [] : [`image.packages: ${parts.join(', ')}`];
}

function keyOf(text: string): string {
  const [installer, name] = readPackage(text) ?? ['', text];
  return `${installer}:${packageName(name)}`;
}

function sourceChanges(
  before: Ingredients['sources'],
  now: Ingredients['sources'],
): readonly string[] {
  return namesOf(before, now).flatMap((name) => {
    const [old, fresh] = [before[name], now[name]];
    if (old === undefined) return [`new: ${name}`];
    if (fresh === undefined) return [`no longer: ${name}`];
    if (old.hash === fresh.hash) return [];
    const texts = namesOf(old.lines, fresh.lines).flatMap((file) => {
      const count = changedLines(old.lines[file] ?? '', fresh.lines[file] ?? '');
      return count === 0 ? [] : [`${file} changed (${count} ${count === 1 ? 'line' : 'lines'})`];
    });
    const files = fileChanges(old.files ?? {}, fresh.files ?? {});
    return [...texts, ...(files === '' ? [] : [`what ${name} copies: ${files}`])];
  });
}

const mostFiles = 5;

/** `+ a.json, b.json changed, - c.json`, for information: not all of many. */
function fileChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string {
  const parts = changedFiles(before, now);
  const more = parts.length - mostFiles;
  return `${parts.slice(0, mostFiles).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Each file by which two states differ, in words: all of them. */
export const changedFiles = (
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] =>
  namesOf(before, now).flatMap((name) => {
    if (before[name] === now[name]) return [];
    if (before[name] === undefined) return [`+ ${name}`];
    return now[name] === undefined ? [`- ${name}`] : [`${name} changed`];
  });

/** A line that became another one counts once. */
export function changedLines(before: string, now: string): number {
  const lines = diffLines(before, now);
  const count = (sign: string): number => lines.filter((line) => line.sign === sign).length;
  return Math.max(count('+'), count('-'));
}

const namesOf = (
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): readonly string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];
