import { expect, it } from 'vitest';
import { judgeImages, removable, type SeenImage } from '../../../src/images/wanted-images.ts';

const hour = 3600 * 1000;
const now = 1000 * 24 * hour;
let ids = 0;
const image = (tag: string, age = 2 * hour, more: Partial<SeenImage> = {}): SeenImage => ({
  ...{ id: `i${++ids}`, tag, assistant: 'claude', version: '1', size: 1, created: now - age },
  ...more,
});

const derived = { parent: 'claude:old' };
const images = {
  next: image('claude:next'),
  // Made by another state directory, and just what the next run here wants.
  nextOfOthers: image('claude:next-other'),
  kept: image('claude:kept'),
  old: image('claude:old'),
  oldInUse: image('claude:used'),
  other: image('claude:other'),
  project: image('claude-project:a', 29 * 24 * hour, derived),
  oldProject: image('claude-project:b', 31 * 24 * hour, derived),
  usedProject: image('claude-project:c', 31 * 24 * hour, derived),
  stage: image('', 2 * hour),
  freshStage: image('', hour / 2),
};
const judged = judgeImages(Object.values(images), {
  next: new Set(['claude:next', 'claude:next-other']),
  kept: new Set(['claude:kept']),
  used: new Set(['claude-project:c']),
  isOurs: (tag) => !tag.endsWith('other'),
  containers: new Map([[images.oldInUse.id, ['run1']]]),
  now,
});

it.each([
  ['next', 'next'],
  ['nextOfOthers', 'next'],
  ['kept', 'kept'],
  ['old', 'old'],
  ['oldInUse', 'old'],
  ['other', 'other'],
  ['project', 'project'],
  ['oldProject', 'old'],
  ['usedProject', 'project'],
  ['stage', 'stage'],
] as const)('%s is there for: %s', (name, use) => {
  expect(judged.find(({ id }) => id === images[name].id)?.use).toBe(use);
});

it('what nobody wants and nothing uses could go, and nothing else', () => {
  const { old, oldProject, stage } = images;
  expect(
    removable(judged, now)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([old, oldProject, stage].map(({ id }) => id).sort());
});

it('another name of a wanted image is no image that nobody wants', () => {
  const first = image('claude:first');
  const names = [first, { ...first, tag: 'claude:exact' }, image('claude:old')];
  const all = judgeImages(names, {
    ...{ next: new Set(['claude:exact']), kept: new Set(), used: new Set() },
    ...{ isOurs: () => true, containers: new Map(), now },
  });
  expect(all.map(({ tag }) => tag).sort()).toEqual(['claude:exact', 'claude:old']);
  expect(removable(all, now).map(({ tag }) => tag)).toEqual(['claude:old']);
});
