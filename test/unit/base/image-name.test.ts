// Names of images, as users write them and engines list them.

import { expect, it } from 'vitest';
import { digestFor, exactName, parseImageName } from '../../../src/base/image-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;

it.each([
  ['node', { repository: 'node' }],
  ['node:24-slim', { repository: 'node', tag: '24-slim' }],
  ['localhost:5000/base', { repository: 'localhost:5000/base' }],
  ['localhost:5000/base:1', { repository: 'localhost:5000/base', tag: '1' }],
  [`host/base@${digest}`, { repository: 'host/base', digest }],
  [`localhost:5000/base:1@${digest}`, { repository: 'localhost:5000/base', tag: '1', digest }],
])('%s has its parts', (name, parts) => {
  expect(parseImageName(name)).toEqual(parts);
});

it.each([
  ['node:24', digest, `node@${digest}`],
  ['localhost:5000/base:1', digest, `localhost:5000/base@${digest}`],
  ['node:24', undefined, 'node:24'],
  [`node:24@${digest}`, undefined, `node@${digest}`],
  // What the user has said beats what a registry has.
  [`node@${digest}`, other, `node@${digest}`],
])('%s with %s is exactly %s', (name, known, exact) => {
  expect(exactName(name, known)).toBe(exact);
});

it.each([
  ['node:24', [`mirror.invalid/node@${other}`, `node@${digest}`], digest],
  ['docker.io/library/node:24', [`node@${digest}`], digest],
  ['node:24', [`docker.io/library/node@${digest}`], digest],
  ['localhost:5000/node:24', [`node@${other}`, `localhost:5000/node@${digest}`], digest],
  // Made on this machine, or pulled by another name only.
  ['node:24', [], undefined],
  ['node:24', [`localhost:5000/node@${digest}`], undefined],
  ['node:24', ['node@md5:1'], undefined],
])('%s among %j has its digest', (name, listed, found) => {
  expect(digestFor(name, listed)).toBe(found);
});
