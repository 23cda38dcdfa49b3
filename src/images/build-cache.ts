// What BuildKit keeps of a build beside the image: the stage of the download is as large as the image itself. Only what makes the
// next build faster stays: what is in images anyway, and downloads.

import { setTimeout as wait } from 'node:timers/promises';
import type Docker from 'dockerode';

/** Milliseconds in which nothing gets less. An engine notices late that a build was given up. */
const patience = { built: 2000, failed: 10_000 };
const pause = 150;

interface CacheRecord {
  ID: string;
  /** `regular`: what a step has made. `exec.cachemount`: a directory that outlives its build. */
  Type: string;
  InUse: boolean;
  /** A layer of an image. */
  Shared: boolean;
}

/**
 * Builds, and removes what has come of it and is in no image: files of the host among it, such as its certificates. What another
 * build has made at the same time it would have to make again. Failures to tidy up are not worth an error.
 */
export async function withTidyCache(docker: Docker, build: () => Promise<void>): Promise<void> {
  const before = await records(docker).catch(() => undefined);
  let built = false;
  try {
    await build();
    built = true;
  } finally {
    if (before !== undefined)
      await tidy(
        docker,
        new Set(before.map(({ ID }) => ID)),
        built ? patience.built : patience.failed,
      );
  }
}

async function tidy(docker: Docker, before: ReadonlySet<string>, limit: number): Promise<void> {
  try {
    // One is in use as long as another is made of it, or a step that nobody waits for any longer.
    for (let [deadline, left] = [Date.now() + limit, Infinity]; ;) {
      const found = (await records(docker)).filter(
        ({ ID, Type, Shared }) => !before.has(ID) && Type === 'regular' && !Shared,
      );
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
