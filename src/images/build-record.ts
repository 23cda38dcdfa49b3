// A directory for each build that goes on: its context, and the record by which the next build finds what a dead one left.

import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import type Docker from 'dockerode';
import { path } from '../base/path.ts';
import { ensureDirectory } from '../host/files.ts';
import { tidyAfterDead } from './build-cache.ts';
import { removeBuildTag, removeContainers, removeLeftovers } from './leftovers.ts';

export interface BuildRecord {
  /** In the labels and in the temporary tag of all that the build makes in the engine. */
  build: string;
  /** Empty at first. */
  directory: string;
  /** Of the whole build, where `directory` is one step's. */
  root: string;
}

const prefix = '.build-';

/** @throws AiError AI_STATE_UNWRITABLE */
export function openRecord(imagesDirectory: string): BuildRecord {
  const build = `${process.pid}-${randomBytes(8).toString('hex')}`;
  const directory = path.join(imagesDirectory, `${prefix}${build}`);
  ensureDirectory(directory);
  return { build, directory, root: directory };
}

export function closeRecord({ root }: Pick<BuildRecord, 'root'>): void {
  rmSync(root, { recursive: true, force: true });
}

/** The name that an image has until it is whole. */
export const buildTagOf = (build: string): string => `ai-in-docker/build:${build}`;

/**
 * Removes what builds have left that were killed: containers, stages, tags, contexts, and BuildKit's cache of them. To be called by the holder of the
 * lock, so that whatever is recorded belongs to nobody alive. Failures to tidy up are not worth an error.
 */
export async function clearDeadBuilds(docker: Docker, imagesDirectory: string): Promise<void> {
  const directories = readdirSync(imagesDirectory).filter((name) => name.startsWith(prefix));
  for (const name of directories) {
    const build = name.slice(prefix.length);
    try {
      await removeContainers(docker, build);
      await removeBuildTag(docker, buildTagOf(build));
      await removeLeftovers(docker, build, false);
      await tidyAfterDead(docker, path.join(imagesDirectory, name));
      closeRecord({ root: path.join(imagesDirectory, name) });
    } catch {
      // The record stays for the next time.
    }
  }
}
