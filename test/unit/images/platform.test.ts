// Which images an engine's machine runs by itself, and what the user's own word for it is.

import { expect, it } from 'vitest';
import { isEmulated, wantedPlatform } from '../../../src/images/platform.ts';

it.each([
  ['amd64', 'amd64', false],
  ['arm64', 'arm64', false],
  ['arm64', 'amd64', true],
  ['amd64', 'arm64', true],
  // 32-bit programs: every amd64 runs them, not every arm64.
  ['386', 'amd64', false],
  ['arm', 'arm64', true],
  // Some engines do not say.
  ['', 'amd64', false],
  [undefined, 'arm64', false],
])('an image for %s on an engine of %s is emulated: %s', (image, engine, emulated) => {
  expect(isEmulated(image, engine)).toBe(emulated);
});

it('takes the platform from docker’s own variable, where that says something', () => {
  expect(wantedPlatform({ DOCKER_DEFAULT_PLATFORM: 'linux/arm64' })).toBe('linux/arm64');
  expect(wantedPlatform({ DOCKER_DEFAULT_PLATFORM: '' })).toBeUndefined();
  expect(wantedPlatform({})).toBeUndefined();
});
