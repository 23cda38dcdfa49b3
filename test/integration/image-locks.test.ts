// The same inputs make the same image: by npm's lock, which the first build of a version leaves, and whose integrity counts.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NpmPackage } from '../../src/assistants/assistant.ts';
import { baseImage } from '../../src/base/base-image.ts';
import { isAiError } from '../../src/base/errors.ts';
import type { LauncherEvent } from '../../src/base/events.ts';
import { ensureImage } from '../../src/images/ensure.ts';
import { locksDirectory } from '../../src/images/locks.ts';
import { readTemplates } from '../../src/images/templates.ts';
import type { ImageFacts } from '../../src/plan/image-facts.ts';
import { imageOf } from '../../src/launch/image-of.ts';
import { connectToEngine } from '../support/engine.ts';
import { parseLock } from '../support/release-locks.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const docker = connectToEngine();
const templatesDirectory = fileURLToPath(new URL('../../templates', import.meta.url));
const assistant = 'lock-test';
/** A small package with a command stands for the assistant. */
const program: NpmPackage = {
  ...{ name: assistant, npm: 'prettier', command: 'prettier', version: '3.10.0' },
  prepare: 'echo made-now > /opt/ai/assistant/prepared',
};

afterAll(removeImages);

describe('a version that nobody has locked', () => {
  const images = path.join(temporaryDirectory(), 'images');
  const before = imageIn(images, program);
  let after: ImageFacts;

  beforeAll(async () => {
    await ensure(images, before);
    after = imageIn(images, program);
  });

  it('leaves its lock after the first build, with every integrity and without a registry', () => {
    expect(before.lock).toBeUndefined();
    const { packages } = parseLock(after.lock ?? '');
    expect(packages['node_modules/prettier']).toMatchObject({ version: '3.10.0' });
    expect(packages['node_modules/prettier']?.integrity).toMatch(/^sha512-/);
    expect(after.lock).not.toMatch(/resolved|https?:\/\/(?!opencollective|github)[^"]*prettier/);
  });

  it('is not built again, though its name says more from then on', async () => {
    expect(after.tag).not.toBe(before.tag);
    expect(await ensure(images, after)).toEqual([]);
    expect((await docker.getImage(after.tag).inspect()).Id).toBe(
      (await docker.getImage(before.tag).inspect()).Id,
    );
  });

  it('is the same to the byte where somebody else builds it, under the same name', async () => {
    const here = await treeOf(after.tag);
    expect(here).toMatch(/ node_modules\/prettier\/package\.json$/m);
    expect(here).toMatch(/ prepared$/m);
    await removeImages();

    const elsewhere = path.join(temporaryDirectory(), 'state', 'images');
    const umask = process.umask(0o077);
    try {
      const reordered = Object.fromEntries(Object.entries(program).reverse()) as unknown;
      const first = imageIn(elsewhere, reordered as NpmPackage);
      expect(first.tag).toBe(before.tag);
      const events = await ensure(elsewhere, first);
      expect(events.some(({ type }) => type === 'work-line')).toBe(true);
    } finally {
      process.umask(umask);
    }
    expect(imageIn(elsewhere, program).tag).toBe(after.tag);
    expect(await treeOf(after.tag)).toBe(here);
  });
});

describe('a lock', () => {
  it('whose integrity is another one fails the build, says so and changes nothing', async () => {
    const images = path.join(temporaryDirectory(), 'images');
    const kept = path.join(locksDirectory(images), 'prettier@3.10.0.json');
    await ensure(images, imageIn(images, program));
    const lock = readFileSync(kept, 'utf8').replace(/sha512-\w{8}/, 'sha512-AAAAAAAA');
    const image = { ...imageIn(images, program), tag: `ai-in-docker/${assistant}:wrong`, lock };

    await expect(ensure(images, image)).rejects.toSatisfy(
      (error) =>
        isAiError(error, 'AI_IMAGE_BUILD_FAILED') &&
        error.facts.output.includes('EINTEGRITY') &&
        error.facts.kept,
    );
    await expect(docker.getImage(image.tag).inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(readFileSync(kept, 'utf8')).not.toBe(lock);
  });
});

/** As a launch sees it. */
function imageIn(images: string, wanted: NpmPackage): ImageFacts {
  return imageOf(
    wanted,
    { version: '3.10.0' },
    {
      ...{ base: baseImage, bases: {}, environment: {}, images, templatesDirectory },
      templates: readTemplates(templatesDirectory),
    },
  );
}

/** @returns what was said */
async function ensure(images: string, image: ImageFacts): Promise<LauncherEvent[]> {
  const events: LauncherEvent[] = [];
  const certificates = process.env['NODE_EXTRA_CA_CERTS'];
  await ensureImage(
    {
      ...{ ...image, package: program, version: '3.10.0', base: baseImage, templatesDirectory },
      caFiles: certificates === undefined ? [] : [certificates],
      filesDirectory: image.files,
    },
    {
      ...{ docker, environment: process.env, confirm: () => Promise.resolve(true) },
      emit: (event) => events.push(event),
    },
  );
  expect(path.dirname(image.files)).toBe(images);
  return events;
}

/** Every file of the assistant: kind, mode, owner, time, what is in it or where it leads. */
async function treeOf(image: string): Promise<string> {
  const script = `cd /opt/ai/assistant
    find . -mindepth 1 -printf '%y %m %u %T@ %l %P\\n' | LC_ALL=C sort -k6
    find . -type f -exec sha256sum {} + | LC_ALL=C sort -k2`;
  const container = await docker.createContainer({ Image: image, Cmd: ['sh', '-euc', script] });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString();
  } finally {
    await container.remove({ force: true });
  }
}

async function removeImages(): Promise<void> {
  const filters = { label: [`ai.image=${assistant}`] };
  for (const { Id: id } of await docker.listImages({ filters }))
    await docker.getImage(id).remove({ force: true });
}
