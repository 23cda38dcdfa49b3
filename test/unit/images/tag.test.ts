// The tag changes with everything that goes into an image, and with nothing else.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { imageTag } from '../../../src/images/tag.ts';
import type { ImageIngredients } from '../../../src/images/tag.ts';
import { readTemplates } from '../../../src/images/templates.ts';

const ingredients: ImageIngredients = {
  package: { name: 'claude', npm: '@maker/claude', command: 'claude' },
  version: '1.2.3',
  base: 'node:24-slim',
  templates: {
    dockerfile: 'FROM base',
    start: 'exec "$@"',
    relay: 'listen()',
    compileCache: 'enable()',
  },
};
const tag = imageTag(ingredients);
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const exact: Partial<ImageIngredients> = { lock: '{"lockfileVersion":3}', digest };

// Whoever changes what goes into a name changes it for everybody: all images are built once more then.
it('is this one on every machine', () => {
  expect(tag).toBe('ai-in-docker/claude:2c11cb7c26ce');
  expect(imageTag({ ...ingredients, ...exact })).toBe('ai-in-docker/claude:74979b552619');
});

it('is the repository of the assistant and twelve hex digits', () => {
  expect(tag).toMatch(/^ai-in-docker\/claude:[0-9a-f]{12}$/);
});

it('is the same for the same ingredients', () => {
  expect(imageTag({ ...ingredients, templates: { ...ingredients.templates } })).toBe(tag);
});

it.each<[string, Partial<ImageIngredients>]>([
  ['the package', { package: { ...ingredients.package, npm: '@other/claude' } }],
  ['what its installation ends with', { package: { ...ingredients.package, prepare: 'true' } }],
  ['the version', { version: '1.2.4' }],
  ['its lock', { lock: exact.lock }],
  ['the packages of Debian', { package: { ...ingredients.package, debian: ['tree'] } }],
  ['the base', { base: 'node:24' }],
  ['the digest of the base', { digest }],
  ['the platform that is wanted', { platform: 'linux/arm64' }],
  ['the Dockerfile', { templates: { ...ingredients.templates, dockerfile: 'FROM base\n' } }],
  ['the relay', { templates: { ...ingredients.templates, relay: 'listen(1)' } }],
  ['what Node loads first', { templates: { ...ingredients.templates, compileCache: 'enable(1)' } }],
  ['the first process', { templates: { ...ingredients.templates, start: 'exec env "$@"' } }],
])('changes with %s', (_, change) => {
  expect(imageTag({ ...ingredients, ...change })).not.toBe(tag);
});

it('stays the same whatever the order of keys', () => {
  const reversed = <T extends object>(object: T): T =>
    Object.fromEntries(Object.entries(object).reverse()) as T;
  const given = { ...ingredients, ...exact };
  const shuffled = {
    ...given,
    package: reversed(given.package),
    templates: reversed(given.templates),
  };
  expect(imageTag(reversed(shuffled))).toBe(imageTag(given));
});

it('is the same for a base by its digest, whatever the name says beside it', () => {
  const by = (base: string): string => imageTag({ ...ingredients, base });
  expect(by(`node@${digest}`)).toBe(imageTag({ ...ingredients, digest }));
  expect(by(`node:24@${digest}`)).toBe(by(`node@${digest}`));
});

it('stays the same with what only an installation on the host needs', () => {
  expect(imageTag({ ...ingredients, package: { ...ingredients.package, node: 22 } })).toBe(tag);
});

it('does not confuse text that moves from one ingredient to the next', () => {
  expect(imageTag({ ...ingredients, version: '1', base: '2' })).not.toBe(
    imageTag({ ...ingredients, version: '12', base: '' }),
  );
});

it('is made from the templates as they lie in the package', () => {
  const directory = fileURLToPath(new URL('../../../templates', import.meta.url));
  expect(readTemplates(directory)).toEqual({
    dockerfile: readFileSync(path.join(directory, 'Dockerfile'), 'utf8'),
    start: readFileSync(path.join(directory, 'inside/start'), 'utf8'),
    relay: readFileSync(path.join(directory, 'inside/relay'), 'utf8'),
    compileCache: readFileSync(path.join(directory, 'inside/compile-cache'), 'utf8'),
  });
});
