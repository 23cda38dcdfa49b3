// Which assistants have their image: what an engine's list of images says about each.

import path from 'node:path';
import type Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import {
  readImageStates,
  unknownImages,
  type ImageState,
  type ImageStates,
} from '../../../src/launch/image-states.ts';
import { claude as claudeCode } from '../../../src/assistants/claude.ts';
import { pinnedVersion } from '../../../src/assistants/pins.ts';
import { makeWorld } from '../../../src/launch/world.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';

const { settings } = resolveSettings([]);
const world = makeWorld({
  packageRoot: path.join(import.meta.dirname, '../../..'),
  environment: { HOME: '/home/me' },
  directory: '/',
  streams: process,
  emit: () => undefined,
  confirm: () => Promise.resolve(false),
  consent: () => Promise.resolve(false),
});
const of = (states: ImageStates, name: string): ImageState | undefined =>
  states.find(({ assistant }) => assistant.name === name)?.image;
const tag = of(unknownImages(world, settings), 'claude')!.tag;

const image = (tags: string[] | null, assistant: string, more: object = {}): object => ({
  RepoTags: tags,
  Labels: { 'ai.image': assistant },
  Created: 1,
  Size: 10,
  ...more,
});
const engine = (images: readonly object[]): Dockerode =>
  ({ listImages: () => Promise.resolve(images) }) as unknown as Dockerode;

describe('the image of an assistant', () => {
  it.each<[string, object[], string, number | undefined]>([
    ['nothing', [], 'missing', undefined],
    ['what it wants', [image(['other', tag], 'claude')], 'built', 10],
    ['it under Podman’s name', [image([`localhost/${tag}`], 'claude')], 'built', 10],
    ['an older one', [image(['ai-in-docker/claude:0'], 'claude')], 'outdated', 10],
    [
      'several older ones',
      [image(['a:1'], 'claude'), image(['a:2'], 'claude', { Created: 2, Size: 20 })],
      'outdated',
      20,
    ],
    [
      'one of another assistant',
      [image(['ai-in-docker/gemini:0'], 'gemini')],
      'missing',
      undefined,
    ],
    ['one without a name', [image(null, 'gemini')], 'missing', undefined],
  ])('where there is %s', async (_what, images, state, size) => {
    const states = await readImageStates(world, settings, engine(images));
    const [claude, glm] = ['claude', 'glm'].map((name) => of(states, name));
    expect(claude).toEqual({ tag, version: pinnedVersion(claudeCode.package), state, size });
    // The same program, so the same image.
    expect(glm).toEqual(claude);
  });

  it('is asked for, and a refusal is the engine’s', async () => {
    const refusing = {
      listImages: () => Promise.reject(Object.assign(new Error('no'), { statusCode: 403 })),
    } as unknown as Dockerode;
    await expect(readImageStates(world, settings, refusing)).rejects.toMatchObject({
      code: 'AI_ENGINE_REFUSED',
    });
  });
});
