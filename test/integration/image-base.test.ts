// A base that a registry has is built on by its digest, from the first build on, and images of another processor are said.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NpmPackage } from '../../src/assistants/assistant.ts';
import { isAiError } from '../../src/base/errors.ts';
import type { LauncherEvent } from '../../src/base/events.ts';
import { changeVersions } from '../../src/images/change-versions.ts';
import { ensureImage } from '../../src/images/ensure.ts';
import { ensureForeignImage } from '../../src/images/foreign.ts';
import { newestBase } from '../../src/images/newest-base.ts';
import type { ImageServices } from '../../src/images/request.ts';
import { readTemplates } from '../../src/images/templates.ts';
import { readVersions, versionsFile } from '../../src/images/versions.ts';
import { imageOf } from '../../src/launch/image-of.ts';
import type { ImageFacts } from '../../src/plan/image-facts.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { connectToEngine } from '../support/engine.ts';
import { loadTree } from '../support/image-archive.ts';
import { startLocalRegistry, type LocalRegistry } from '../support/local-registry.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const docker = connectToEngine();
const assistant = 'base-test';
const version = '1.0.0';
const templatesDirectory = smallTemplates();
const images = path.join(temporaryDirectory(), 'images');
const program = (npm: string): NpmPackage => ({ name: assistant, npm, command: 'it', version });

let registry: LocalRegistry;
let base: string;
beforeAll(async () => {
  registry = await startLocalRegistry();
  base = `${registry.host}/team/base:1`;
  pushBase('first');
  run('docker', 'image', 'rm', base);
});
afterAll(async () => {
  registry.close();
  await removeImages();
});

describe('a base that a registry has', () => {
  let first: string;
  let image: ImageFacts;

  it('is known by its digest from the first build on, which is not repeated for it', async () => {
    const before = imageOn(base);
    await ensure(before);
    first = readVersions(images).bases[base] ?? '';
    expect(first).toMatch(/^sha256:/);
    image = imageOn(base);
    expect(image).toMatchObject({ digest: first });
    expect(image.tag).not.toBe(before.tag);
    expect(await ensure(image)).toEqual([]);
    expect(await labelsOf(image.tag)).toMatchObject({ 'ai.base': `${base}@${first}` });
  });

  it('stays the same when its name means another one in the registry, and in the engine', async () => {
    pushBase('second');
    expect(imageOn(base).tag).toBe(image.tag);
    const another = imageOn(base, 'another');
    await ensure(another, 'another');
    expect(await contentOf(another.tag)).toBe('first');
    expect(await labelsOf(another.tag)).toMatchObject({ 'ai.base': `${base}@${first}` });
  });

  it('is another one once that is chosen', async () => {
    const newest = await newestBase(base, services());
    const second = newest.reached ? newest.digest : undefined;
    expect(second).toMatch(/^sha256:/);
    expect(second).not.toBe(first);
    expect(imageOn(base).tag).toBe(image.tag);
    await changeVersions(images, (versions) => ({ ...versions, bases: { [base]: second ?? '' } }));

    const renewed = imageOn(base);
    expect(renewed.tag).not.toBe(image.tag);
    await ensure(renewed);
    expect(await contentOf(renewed.tag)).toBe('second');
  });

  it('is what its user has named by a digest, and nothing is noted of that', async () => {
    const before = readFileSync(path.join(images, versionsFile), 'utf8');
    const exact = base.replace(/:1$/, `@${first}`);
    const named = imageOn(exact, 'named');
    await ensure(named, 'named', exact);
    expect(await contentOf(named.tag)).toBe('first');
    expect(imageOn(exact, 'named').digest).toBeUndefined();
    expect(readFileSync(path.join(images, versionsFile), 'utf8')).toBe(before);
  });

  it('is not replaced where it is gone and its registry is silent', async () => {
    registry.close();
    await removeImages();
    const repository = base.replace(/:1$/, '');
    await expect(ensure(imageOn(base, 'late'), 'late')).rejects.toSatisfy(
      (error) =>
        isAiError(error, 'AI_BASE_UNREACHABLE') &&
        error.facts.image === `${repository}@${readVersions(images).bases[base] ?? ''}`,
    );
  });
});

describe('an image for another kind of processor', () => {
  const other = process.arch === 'arm64' ? 'amd64' : 'arm64';
  const engine = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const [able, unable] = ['ai-test/platform:able', 'ai-test/platform:unable'];

  beforeAll(() => {
    // What emulates is a part of the kernel; here stands in for it that the programs are not what their image says.
    loadSmall(able, (program) => program);
    loadSmall(unable, (program) => {
      // The kind of machine in the head of an ELF file, elf(5): none that there is.
      program.writeUInt16LE(0xfeed, 18);
      return program;
    });
  });
  afterAll(async () => {
    for (const name of [able, unable]) await docker.getImage(name).remove({ force: true });
  });

  it('is said at its first run, and only then', async () => {
    const request = { image: able, assistant, imagesDirectory: images };
    const events = [
      ...(await heard((services) => ensureForeignImage(request, services))),
      ...(await heard((services) => ensureForeignImage(request, services))),
    ];
    expect(events).toEqual([
      {
        type: 'warning',
        text: `${able} is for ${other} and the engine runs ${engine}: it is emulated, which is slower`,
      },
    ]);
  });

  it.each([
    [`assistants.${assistant}.image`, 'a ready one'],
    ['image.base', 'a base'],
  ])('is refused where the engine cannot run it: %s', async (setting, what) => {
    const attempt =
      what === 'a base'
        ? ensure(imageOn(unable, what), what, unable)
        : ensureForeignImage({ image: unable, assistant, imagesDirectory: images }, services());
    await expect(attempt).rejects.toMatchObject({
      code: 'AI_IMAGE_PLATFORM',
      facts: { image: unable, architecture: other, engine, setting },
    });
    const filters = { ancestor: [unable] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  });

  function loadSmall(name: string, change: (program: Buffer) => Buffer): void {
    const tree = temporaryDirectory();
    mkdirSync(path.join(tree, 'bin'));
    const busybox = readFileSync(
      execFileSync('sh', ['-c', 'command -v busybox']).toString().trim(),
    );
    writeFileSync(path.join(tree, 'bin/sh'), change(busybox), { mode: 0o755 });
    loadTree(name, other, tree);
  }
});

/** As ours are made, without what takes time: the base, and what ai reads out of an image. */
function smallTemplates(): string {
  const directory = temporaryDirectory();
  mkdirSync(path.join(directory, 'inside'));
  for (const name of ['start', 'relay', 'compile-cache'])
    writeFileSync(path.join(directory, 'inside', name), '');
  writeFileSync(
    path.join(directory, 'Dockerfile'),
    `ARG BASE
FROM \${BASE}
COPY assistant/ /opt/ai/assistant/
ARG PACKAGE
ARG BASE_LABEL
LABEL ai.image=${assistant} ai.test=\${PACKAGE} ai.base="\${BASE_LABEL}"
`,
  );
  return directory;
}

/** Under the same name, whatever was there before; the engine has it then, too. */
function pushBase(content: string): void {
  const context = temporaryDirectory();
  writeFileSync(
    path.join(context, 'Dockerfile'),
    `FROM ${busyboxImage}\nLABEL ai-test.base=1\nRUN echo ${content} >/content\n`,
  );
  run('docker', 'build', '--quiet', '--tag', base, context);
  run('docker', 'push', '--quiet', base);
}

/** Those that were built, then the bases below them. */
async function removeImages(): Promise<void> {
  for (const label of [`ai.image=${assistant}`, 'ai-test.base'])
    for (const { Id: id } of await docker.listImages({ filters: { label: [label] } }))
      await docker.getImage(id).remove({ force: true });
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** As a launch sees it. */
const imageOn = (name: string, npm = 'it'): ImageFacts =>
  imageOf(
    program(npm),
    { version },
    {
      ...{ base: name, bases: readVersions(images).bases, environment: {}, images },
      ...{ templatesDirectory, templates: readTemplates(templatesDirectory) },
    },
  );

/** @returns what was said */
const ensure = (image: ImageFacts, npm = 'it', name = base): Promise<LauncherEvent[]> =>
  heard((services) =>
    ensureImage(
      {
        ...{ ...image, package: program(npm), version, base: name, templatesDirectory },
        ...{ caFiles: [], filesDirectory: image.files },
      },
      services,
    ),
  );

async function heard(
  work: (services: ImageServices) => Promise<unknown>,
): Promise<LauncherEvent[]> {
  const events: LauncherEvent[] = [];
  await work({ ...services(), emit: (event) => events.push(event) });
  return events;
}

function services(): ImageServices {
  return {
    ...{ docker, environment: process.env, emit: () => undefined },
    confirm: () => Promise.resolve(false),
  };
}

const labelsOf = async (image: string): Promise<Record<string, string>> =>
  (await docker.getImage(image).inspect()).Config.Labels;

async function contentOf(image: string): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['cat', '/content'],
    Tty: true,
  });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true })).toString().trim();
  } finally {
    await container.remove({ force: true });
  }
}
