// Keeps the image's own lists of users, groups and certificates on the host, of which every run mounts its own version, and the sources of its apt.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { ensureDirectory, writeFileAtomically } from '../host/files.ts';
import { firstFile } from './archive.ts';
import { engineFailure, engineStatus } from './engine-stream.ts';

/** apt's sources, by the names that Debian's images give them: the hosts that `apt-get` inside needs. */
export const aptFiles = {
  '/etc/apt/sources.list': 'apt.list',
  '/etc/apt/sources.list.d/debian.sources': 'apt.sources',
} as const;

/** Place in the image -> name in the directory. */
const keptFiles = {
  '/etc/group': 'group',
  '/etc/ssl/certs/ca-certificates.crt': 'ca-certificates.crt',
  ...aptFiles,
  // Last, because who looks whether the files are there looks for this one.
  '/etc/passwd': 'passwd',
} as const;

/** True if the files are there. */
export const areKept = (directory: string): boolean =>
  Object.values(keptFiles).every((name) => existsSync(path.join(directory, name)));

/**
 * Copies them from a container that is made for it and never started, and labelled as a part of this build. What the image lacks becomes an empty file.
 * @param check throws where the image is of no use; then nothing is kept
 * @throws AiError AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE
 */
export async function keepFiles(
  docker: Docker,
  { image, directory, build }: { image: string; directory: string; build: string },
  check?: (container: Docker.Container) => Promise<void>,
): Promise<void> {
  let container: Docker.Container | undefined;
  try {
    container = await docker.createContainer({
      ...{ Image: image, Cmd: ['true'], Entrypoint: [''] },
      Labels: { 'ai.build': build },
    });
    await check?.(container);
    ensureDirectory(directory);
    for (const [source, name] of Object.entries(keptFiles)) {
      const content = await read(container, source);
      writeFileAtomically(path.join(directory, name), content, { mode: 0o644 });
    }
  } catch (error) {
    throw engineFailure(`give the files of ${image}`, error);
  } finally {
    await container?.remove({ force: true });
  }
}

async function read(container: Docker.Container, source: string): Promise<Uint8Array> {
  try {
    const archive = await container.getArchive({ path: source });
    return firstFile(await buffer(archive)) ?? new Uint8Array();
  } catch (error) {
    if (engineStatus(error) === 404) return new Uint8Array();
    throw error;
  }
}
