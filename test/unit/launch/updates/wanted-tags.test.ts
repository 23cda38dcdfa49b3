// What other projects and terminals want of the images is wanted, too, wherever `ai image prune` is called.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { claude } from '../../../../src/assistants/claude.ts';
import { lookAtImage } from '../../../../src/launch/look.ts';
import { wantedTags } from '../../../../src/launch/updates/look-at-images.ts';
import { resolveSettings } from '../../../../src/settings/layers.ts';
import { rememberUsedImage, usedImages } from '../../../../src/state/used-images.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';

const { settings } = resolveSettings([]);
const templates = new URL('../../../../templates', import.meta.url).pathname;
const place = (environment: Record<string, string> = {}) => {
  const stateDirectory = temporaryDirectory();
  mkdirSync(path.join(stateDirectory, 'images'));
  return { templates, stateDirectory, environment };
};
const tagOn = (base: string, world: ReturnType<typeof place>): string =>
  lookAtImage(world, claude, { ...settings, 'image.base': base }).tag;

it('an image on any base that is known here, or set in the user’s file', async () => {
  const world = place();
  const bases = { 'node:22': `sha256:${'a'.repeat(64)}` };
  writeFileSync(path.join(world.stateDirectory, 'images/versions.json'), JSON.stringify({ bases }));
  writeFileSync(path.join(world.stateDirectory, 'config.yaml'), 'image.base: mine\n');
  const { next } = await wantedTags(world, { ...settings, 'image.base': 'of-this-project' });
  for (const base of ['of-this-project', 'mine', 'node:22', settings['image.base']])
    expect(next, base).toContain(tagOn(base, world));
  expect(next).not.toContain(tagOn('another', world));
});

it('the image of the engine’s own platform, where another one is asked for', async () => {
  const world = place({ DOCKER_DEFAULT_PLATFORM: 'linux/arm64' });
  const { next } = await wantedTags(world, settings);
  expect(next).toContain(tagOn(settings['image.base'], world));
  expect(next).toContain(tagOn(settings['image.base'], { ...world, environment: {} }));
});

it('the image that an assistant was last run in', () => {
  const { stateDirectory } = place();
  const made = { base: 'b', own: {}, packages: [], sources: {} };
  rememberUsedImage(stateDirectory, { assistant: 'claude' }, { tag: 'one', ...made });
  rememberUsedImage(stateDirectory, { assistant: 'claude', project: 'p' }, { tag: 'two', ...made });
  expect([...usedImages(stateDirectory)].sort()).toEqual(['one', 'two']);
});
