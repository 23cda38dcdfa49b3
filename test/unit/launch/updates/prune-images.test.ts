// Between the question and the yes others go on: what they have begun to use or want stays.

import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type Dockerode from 'dockerode';
import { expect, it } from 'vitest';
import { lookForPrune, removeImages } from '../../../../src/launch/updates/prune-images.ts';
import type { World } from '../../../../src/launch/world.ts';
import { resolveSettings } from '../../../../src/settings/layers.ts';
import { rememberUsedImage } from '../../../../src/state/used-images.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';

it('judges again while nothing is built, updated or tried out', async () => {
  const { settings } = resolveSettings([]);
  const stateDirectory = temporaryDirectory();
  const images = path.join(stateDirectory, 'images');
  const tags = ['old', 'used', 'wanted'].map((name) => `ai-in-docker/claude:${name}`);
  for (const tag of tags)
    mkdirSync(path.join(images, tag.replaceAll(/[/:]/g, '-')), { recursive: true });
  const containers: object[] = [];
  const removed: string[] = [];
  const docker = {
    listImages: ({ filters }: { filters: { label: string[] } }) =>
      Promise.resolve(
        filters.label.includes('ai.image')
          ? tags.map((tag) => ({ Id: tag, RepoTags: [tag], Labels: {}, Size: 1, Created: 1 }))
          : [],
      ),
    listContainers: () => Promise.resolve(containers),
    df: () => Promise.resolve({}),
    getImage: (name: string) => ({
      remove: () => {
        expect(existsSync(path.join(images, 'build.lock'))).toBe(true);
        removed.push(name);
        return Promise.resolve();
      },
    }),
  } as unknown as Dockerode;
  const world = {
    templates: new URL('../../../../templates', import.meta.url).pathname,
    ...{ stateDirectory, environment: process.env, emit: () => undefined },
  } as unknown as World;

  const { images: agreed } = await lookForPrune(world, settings, docker);
  expect(agreed.map(({ tag }) => tag)).toEqual(tags);
  containers.push({ ImageID: tags[1], Labels: {}, Names: ['/somebody'] });
  const ingredients = { tag: tags[2] ?? '', base: 'b', own: {}, packages: [], sources: {} };
  rememberUsedImage(stateDirectory, { assistant: 'claude' }, ingredients);
  const interrupt = new AbortController().signal;
  const result = await removeImages(world, settings, { docker, images: agreed, interrupt });
  expect(result.removed.map(({ tag }) => tag)).toEqual([tags[0]]);
  expect(removed).toEqual([tags[0]]);
});
