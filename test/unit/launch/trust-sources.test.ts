// What `ai trust` is told of a project's image, and what of the project never gets into one.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { claude } from '../../../src/assistants/claude.ts';
import { lookAtRunImage } from '../../../src/launch/look.ts';
import { trustSources } from '../../../src/launch/trust-sources.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import { readProject } from '../../../src/read/project.ts';
import { parseSettings } from '../../../src/read/settings-text.ts';
import { resolveSettings, type Layer } from '../../../src/settings/layers.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const worldAt = (home: string): World =>
  makeWorld({
    packageRoot: path.join(import.meta.dirname, '../../..'),
    environment: { HOME: home },
    directory: '/',
    streams: process,
    emit: () => undefined,
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });

const begin = 'ARG AI_IMAGE\nFROM ${AI_IMAGE}\n';
const home = temporaryDirectory();
const root = path.join(home, 'app');
const world = worldAt(home);
mkdirSync(path.join(root, 'config'), { recursive: true });
for (const name of ['.env', 'config/.env', 'config/a', 'b'])
  writeFileSync(path.join(root, name), 'x');
const { stateDirectory } = world;
const project = readProject(root, { home, stateDirectory, allowAnyRoot: false });
const layer = async (text: string): Promise<Layer> => ({
  origin: 'x',
  values: await parseSettings('x', text),
});

it('a Dockerfile that cannot be used is a line, and no end of the command', async () => {
  const config = await layer('image: { dockerfile: D }\n');
  writeFileSync(path.join(root, 'D'), 'FROM evil\n');
  expect(await trustSources(world, config, project, { files: [] })).toEqual({
    unagreed: [],
    lines: [
      `no image can be built from ${root}/D: its last stage is FROM evil, not FROM \${AI_IMAGE}`,
    ],
  });
  writeFileSync(path.join(root, 'D'), `${begin}RUN x\n`);
  const { unagreed, lines } = await trustSources(world, config, project, { files: [] });
  expect(unagreed).toMatchObject([{ name: 'D' }]);
  expect(lines).toContain('    RUN x');
});

it('what mask matches in the project is in no context, and the reason says so', async () => {
  writeFileSync(path.join(root, 'D'), `${begin}COPY . /x\n`);
  const { settings } = resolveSettings([
    await layer('image: { dockerfile: D }\nmask: [.env, /b]\n'),
  ]);
  const image = await lookAtRunImage(world, claude, settings, project);
  expect(image.project?.sources[0]?.context?.names).toEqual(['D', 'config/a']);
  expect(image.reason).toContain('by D (image.dockerfile), without 3 of its files (mask)');
});
