// Keeps the image's own lists of users, groups and certificates on the host, of which every run mounts its own version, and the sources of its apt.

import { existsSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { path } from '../base/path.ts';
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

/** The image to look into, and the build that the container for it is labelled as a part of. */
export interface LookedInto {
  image: string;
  build: string;
}

/**
 * Copies them from a container that is made for it and never started. What the image lacks becomes an empty file.
 * @param directories get the same each
 * @param check throws where the image is of no use; then nothing is kept
 * @throws AiError AI_ENGINE_REFUSED, AI_STATE_UNWRITABLE
 */
export async function keepFiles(
  docker: Docker,
  { directories, ...where }: LookedInto & { directories: readonly string[] },
  check?: (container: Docker.Container) => Promise<void>,
): Promise<void> {
  await lookInto(docker, where, async (container) => {
    await check?.(container);
    directories.forEach((directory) => ensureDirectory(directory));
    for (const [source, name] of Object.entries(keptFiles)) {
      const content = await read(container, source);
      for (const directory of directories)
        writeFileAtomically(path.join(directory, name), content, { mode: 0o644 });
    }
  });
}

/** One file of an image, empty where it has none. @throws AiError AI_ENGINE_REFUSED */
export async function readImageFile(
  docker: Docker,
  where: LookedInto,
  source: string,
): Promise<Uint8Array> {
  let content = new Uint8Array();
  await lookInto(docker, where, async (container) => {
    content = Uint8Array.from(await read(container, source));
  });
  return content;
}

async function lookInto(
  docker: Docker,
  { image, build }: LookedInto,
  look: (container: Docker.Container) => Promise<void>,
): Promise<void> {
  let container: Docker.Container | undefined;
  try {
    container = await docker.createContainer({
      ...{ Image: image, Cmd: ['true'], Entrypoint: [''] },
      Labels: { 'ai.build': build },
    });
    await look(container);
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
