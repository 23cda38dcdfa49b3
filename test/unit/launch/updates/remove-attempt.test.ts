// Two updates at the same time: neither takes away what the other one has made, tries out, or has switched to.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type Dockerode from 'dockerode';
import { expect, it } from 'vitest';
import { claude } from '../../../../src/assistants/claude.ts';
import { ensureImage } from '../../../../src/images/ensure.ts';
import { acquireLock } from '../../../../src/images/lock.ts';
import { aptFiles } from '../../../../src/images/image-files.ts';
import { filesDirectoryOf } from '../../../../src/images/tag.ts';
import { removeAttempt } from '../../../../src/launch/updates/remove-attempt.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';

const tag = 'ai-in-docker/claude:0123456789ab';

/** A state with the files of the image, and an engine that answers removals with that status. */
function state(status = 200): {
  world: Parameters<typeof removeAttempt>[0];
  docker: Dockerode;
  images: string;
  files: string;
  removed: string[];
} {
  const stateDirectory = temporaryDirectory();
  const images = path.join(stateDirectory, 'images');
  const files = filesDirectoryOf(images, tag);
  mkdirSync(files, { recursive: true });
  for (const name of ['group', 'ca-certificates.crt', 'passwd', ...Object.values(aptFiles)])
    writeFileSync(path.join(files, name), '');
  const removed: string[] = [];
  const docker = {
    getImage: (name: string) => ({
      remove: () => {
        removed.push(name);
        const refusal = Object.assign(new Error('no'), { statusCode: status });
        return status < 300 ? Promise.resolve() : Promise.reject(refusal);
      },
    }),
  } as unknown as Dockerode;
  const world = { stateDirectory, environment: {}, confirm: () => Promise.resolve(false) };
  return { world, docker, images, files, removed };
}

it.each([
  ['goes with its files', 200, false, { asked: 1, kept: false }],
  ['that is gone already leaves no files', 404, false, { asked: 1, kept: false }],
  ['that is in use keeps its files', 409, false, { asked: 1, kept: true }],
  ['that was switched to meanwhile stays', 200, true, { asked: 0, kept: true }],
])('an image that was made in vain %s', async (_, status, wanted, { asked, kept }) => {
  const { world, docker, files, removed } = state(status);
  await removeAttempt(world, docker, { made: [tag], isWanted: () => wanted });
  expect(removed).toHaveLength(asked);
  expect(existsSync(files)).toBe(kept);
});

it('stays while somebody else is making or trying out one, and nobody waits for that', async () => {
  const { world, docker, images, removed } = state();
  const release = await acquireLock(path.join(images, 'build.lock'));
  await removeAttempt(world, docker, { made: [tag], isWanted: () => false });
  expect(removed).toEqual([]);
  release();
});

it('is nobody’s own that somebody else has made while we waited for our turn', async () => {
  const { world, images, files } = state();
  const isThere = [false, true];
  const docker = {
    getImage: () => ({
      inspect: () =>
        isThere.shift() === false
          ? Promise.reject(Object.assign(new Error('none'), { statusCode: 404 }))
          : Promise.resolve({}),
    }),
  } as unknown as Dockerode;
  const named: string[] = [];
  const request = {
    ...{ tag, package: claude.package, version: '1.0.0', base: 'debian', caFiles: [] },
    ...{ templatesDirectory: '/nowhere', filesDirectory: files },
  };
  const services = { ...world, docker, emit: () => undefined };
  await ensureImage(request, { ...services, onNamed: (name) => named.push(name) });
  expect(isThere).toEqual([]);
  expect(named).toEqual([]);
  expect(existsSync(images)).toBe(true);
});
