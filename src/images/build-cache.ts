// What BuildKit keeps of a build beside the image: the stage of the download is as large as the image itself. Only what makes the
// next build faster stays: what is in images anyway, and downloads.

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';
import { path } from '../base/path.ts';

/** Milliseconds in which nothing gets less. An engine notices late that a build was given up. */
const patience = { built: 2000, failed: 10_000 };
const pause = 150;

export interface CacheRecord {
  ID: string;
  /** Since API 1.42 it is `Parents`. */
  Parent?: string;
  Parents?: readonly string[] | null;
  /** `regular`: what a step has made. `exec.cachemount`: a directory that outlives its build. */
  Type: string;
  /** `mount / from exec /bin/sh -c : "the assistant from npm"; …`, `fileop target` for a copy, `http url …` for a context. */
  Description: string;
  InUse: boolean;
  /** A layer of an image. */
  Shared: boolean;
}

/** Name of the file, in a build's own directory, by which the cache is tidied after one that was killed. */
const noteName = '.cache-before.json';

interface Note {
  /** Ids of the records that were there before the build. */
  before: readonly string[];
  /** What our steps are called, each in the quotes behind `RUN :`. */
  steps: readonly string[];
}

/**
 * Builds, and removes what has come of it and is in no image: files of the host among it, such as its certificates. What others
 * build at the same time is left to them. Failures to tidy up are not worth an error.
 * @param directory the build's own, in which a note of it is kept meanwhile
 */
export async function withTidyCache(
  docker: Docker,
  { directory, dockerfile }: { directory: string; dockerfile: string },
  build: () => Promise<void>,
): Promise<void> {
  const before = await records(docker).catch(() => undefined);
  const note = before && { before: before.map(({ ID }) => ID), steps: stepsOf(dockerfile) };
  if (note) writeFileSync(path.join(directory, noteName), JSON.stringify(note), { mode: 0o600 });
  let built = false;
  try {
    await build();
    built = true;
  } finally {
    if (note) await tidy(docker, note, built ? patience.built : patience.failed);
  }
}

/** The same after a build that was killed. */
export async function tidyAfterDead(docker: Docker, directory: string): Promise<void> {
  let note: Note;
  try {
    note = JSON.parse(readFileSync(path.join(directory, noteName), 'utf8')) as Note;
  } catch {
    // Its builder was another one, or it had not begun.
    return;
  }
  await tidy(docker, note, patience.failed);
}

export const stepsOf = (dockerfile: string): readonly string[] =>
  [...dockerfile.matchAll(/^RUN (?:--\S+ )*: ("[^"\n]+")/gm)].map(([, name = '']) => name);

/**
 * Of the records those that a build of these steps has left: the steps themselves, what was copied on top of them, and contexts that
 * came as an archive, which nobody uses twice (`docker build` sends its own another way).
 */
export function leftBy(all: readonly CacheRecord[], { before, steps }: Note): CacheRecord[] {
  const known = new Map(all.map((record) => [record.ID, record]));
  const earlier = new Set(before);
  const parentsOf = ({ Parent, Parents }: CacheRecord): readonly string[] =>
    [Parent ?? '', ...(Parents ?? [])].filter((id) => id !== '');
  const isStep = ({ Description: text }: CacheRecord): boolean =>
    steps.some((name) => text.includes(` /bin/sh -c : ${name}`));
  const isOnOurs = (record: CacheRecord): boolean =>
    isStep(record) ||
    parentsOf(record).some((id) => {
      const parent = known.get(id);
      return parent !== undefined && isOnOurs(parent);
    });
  const isContext = (record: CacheRecord): boolean =>
    parentsOf(record).length === 0 &&
    /^(http url http:\/\/build-context-|fileop target)/.test(record.Description);
  return all.filter(
    (record) =>
      !earlier.has(record.ID) &&
      record.Type === 'regular' &&
      !record.Shared &&
      (isOnOurs(record) || isContext(record)),
  );
}

async function tidy(docker: Docker, note: Note, limit: number): Promise<void> {
  try {
    // One is in use as long as another is made of it, or a step that nobody waits for any longer.
    for (let [deadline, left] = [Date.now() + limit, Infinity]; ;) {
      const found = leftBy(await records(docker), note);
      if (found.length < left) deadline = Date.now() + limit;
      left = found.length;
      if (left === 0 || Date.now() > deadline) return;
      for (const { ID } of found.filter(({ InUse }) => !InUse)) await prune(docker, ID);
      if (found.some(({ InUse }) => InUse)) await wait(pause);
    }
  } catch {
    // An engine without such a list keeps its cache for itself.
  }
}

/** Engines before 1.42 know no `type`, and list everything. */
async function records(docker: Docker): Promise<CacheRecord[]> {
  const { BuildCache } = await ask<{ BuildCache?: CacheRecord[] | null }>(docker, {
    ...{ method: 'GET', path: '/system/df?', options: { type: 'build-cache' } },
  });
  return BuildCache ?? [];
}

async function prune(docker: Docker, id: string): Promise<void> {
  const options = { all: true, filters: JSON.stringify({ id: [id] }) };
  await ask(docker, { method: 'POST', path: '/build/prune?', options });
}

/** dockerode’s own calls take no options here. */
async function ask<Answer>(
  { modem }: Docker,
  call: { method: string; path: string; options: object },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    modem.dial({ ...call, statusCodes: { 200: true } }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer as Answer);
    });
  });
}
