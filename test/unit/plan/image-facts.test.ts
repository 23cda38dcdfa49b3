// Whose word about an image counts.

import { expect, it } from 'vitest';
import { ownFilesOf } from '../../../src/plan/image-facts.ts';
import type { ProjectImage, ProjectStep } from '../../../src/plan/project-image-facts.ts';

const packages: ProjectStep = {
  kind: 'packages',
  tag: 'p',
  packages: { apt: [], npm: [], pip: [] },
};
const devcontainer: ProjectStep = { kind: 'devcontainer', tag: 'd', image: 'evil' };
const dockerfile: ProjectStep = {
  kind: 'dockerfile',
  tag: 'f',
  build: { text: '', context: { directory: '/', names: [], digest: '' }, args: {} },
};
const project = (...steps: readonly ProjectStep[]): ProjectImage => ({
  parent: { tag: 'a', files: '/parent', reason: '' },
  ...{ steps, sources: [], unagreed: [], unused: [] },
});

it.each<[string, Parameters<typeof ownFilesOf>[0], string | undefined]>([
  ['the assistant’s own', { files: '/own' }, '/own'],
  ['with packages', { files: '/own', project: project(packages) }, '/own'],
  ['a devcontainer', { files: '/own', project: project(devcontainer, packages) }, '/parent'],
  ['a Dockerfile', { files: '/own', project: project(dockerfile) }, '/parent'],
  ['a ready one', { files: '/own', foreign: { start: '', relay: '' } }, undefined],
  [
    'a Dockerfile on a ready one',
    { files: '/own', foreign: { start: '', relay: '' }, project: project(dockerfile) },
    undefined,
  ],
])('what an image says of registries counts as far as it is ours: %s', (_what, image, files) => {
  expect(ownFilesOf(image)).toBe(files);
});
