// Images are made by a real engine: once, whole or not at all, and without what only the making needs.

import { randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { pinnedVersion } from '../../src/assistants/pins.ts';
import { claude } from '../../src/assistants/claude.ts';
import { baseImage } from '../../src/base/base-image.ts';
import { isAiError } from '../../src/base/errors.ts';
import type { AiError } from '../../src/base/errors.ts';
import type { LauncherEvent } from '../../src/base/events.ts';
import { ensureImage } from '../../src/images/ensure.ts';
import type { ImageRequest, ImageServices } from '../../src/images/request.ts';
import { connectToEngine } from '../support/engine.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const docker = connectToEngine();
const stateDirectory = temporaryDirectory();
const templatesDirectory = fileURLToPath(new URL('../../templates', import.meta.url));
/** Names of their own: the images of whoever works on this machine stay as they are. */
const assistant = 'image-test';
const marker = 'MARKER-OF-THE-EXTRA-CERTIFICATE';

/** What BuildKit has kept of earlier builds. */
const cachedBefore = new Set((await keptByBuildKit()).map(({ ID }) => ID));
/** The user's own word to Docker. */
const classic = { ...process.env, DOCKER_BUILDKIT: '0' };

/** A small package with a command stands for the assistant. */
const small: ImageRequest = {
  tag: `ai-in-docker/${assistant}:small`,
  package: { name: assistant, npm: 'prettier', command: 'prettier' },
  version: '3.10.1',
  base: baseImage,
  templatesDirectory,
  caFiles: certificates(),
  filesDirectory: path.join(stateDirectory, 'images', 'small'),
};

afterAll(async () => {
  for (const { Id } of await docker.listImages({ filters: { label: [`ai.image=${assistant}`] } }))
    await docker.getImage(Id).remove({ force: true });
});

describe('an image that is not there', () => {
  it('is made with its progress shown, and its own lists of users and certificates are kept', async () => {
    const events = await ensure(small);

    expect(await run(small.tag, ['prettier', '--version'])).toBe('3.10.1');
    expect(
      await run(small.tag, [
        'sh',
        '-c',
        'git --version && rg --version && touch /home/ai/x && echo ok',
      ]),
    ).toMatch(/ok$/);
    const { Config } = await docker.getImage(small.tag).inspect();
    expect(Config.Labels).toMatchObject({ 'ai.image': assistant, 'ai.version': '3.10.1' });
    expect(Config.Labels['ai.base']).toBeDefined();

    expect((await readdir(small.filesDirectory)).sort()).toEqual([
      'apt.list',
      'apt.sources',
      'ca-certificates.crt',
      'group',
      'passwd',
    ]);
    expect(await readFile(path.join(small.filesDirectory, 'passwd'), 'utf8')).toMatch(
      /^root:x:0:0:/,
    );
    expect(
      await readFile(path.join(small.filesDirectory, 'ca-certificates.crt'), 'utf8'),
    ).toContain('BEGIN CERTIFICATE');

    const work = events.filter(({ type }) => type.startsWith('work-')).slice(-1000);
    expect(work).toContainEqual({ type: 'work-start', title: `image for ${assistant}` });
    expect(work).toContainEqual(
      expect.objectContaining({
        type: 'work-line',
        line: expect.stringMatching(/^added \d/) as string,
      }),
    );
    expect(work.at(-1)).toMatchObject({ type: 'work-end', ok: true });
    expect(await leftovers()).toEqual([]);
  });

  it('has the host’s extra certificates in no layer and nowhere in its history', async () => {
    expect(await savedImageContains(small.tag, 'node_modules/prettier/package.json')).toBe(true);
    expect(await savedImageContains(small.tag, marker)).toBe(false);
  });

  it('is made once by several that want it at the same time', async () => {
    // Not the very same image, or it would be the one that is there already.
    const program = { ...small.package, prepare: 'true' };
    const parallel = { ...small, tag: `ai-in-docker/${assistant}:parallel`, package: program };
    const services = { environment: classic };
    const all = await Promise.all([
      ...[ensure(parallel, services), ensure(parallel, services)],
      ensure(parallel, services),
    ]);
    const builds = all
      .flat()
      .filter((event) => event.type === 'work-end' && event.summary.startsWith('image for'));
    expect(builds).toHaveLength(1);
    // BuildKit knows that it has copied the very same before.
    expect(all.flat()).toContainEqual(
      expect.objectContaining({
        type: 'work-step',
        label: '/opt/ai/assistant into the image',
      }),
    );
  });

  it('is the same of either builder', async () => {
    const [one, other] = await Promise.all(
      ['small', 'parallel'].map((tag) =>
        docker.getImage(`ai-in-docker/${assistant}:${tag}`).inspect(),
      ),
    );
    const { Labels, Env, Cmd } = one!.Config;
    expect(other!.Config).toMatchObject({ Labels, Env, Cmd });
    const files =
      'cd /; find opt/ai home workspace usr/local/bin var/cache etc/apt tmp root | sort';
    expect(await run('ai-in-docker/image-test:parallel', ['sh', '-c', files])).toBe(
      // The place where BuildKit had its cache.
      (await run(small.tag, ['sh', '-c', files])).replace('\nvar/cache/ai\n', '\n'),
    );
    expect(await leftovers()).toEqual([]);
  });

  it('has the packages of Debian that its user wants beside it, on the same tools', async () => {
    const tag = `ai-in-docker/${assistant}:debian`;
    await ensure({ ...small, tag, package: { ...small.package, own: true, debian: ['tree'] } });
    expect(await run(tag, ['sh', '-c', 'tree --version && prettier --version'])).toMatch(
      /^tree v.*\n3\.10\.1$/s,
    );
  });

  it('is not made where the package has no such command', async () => {
    const tag = `ai-in-docker/${assistant}:nonesuch`;
    const program = { ...small.package, own: true as const, command: 'nonesuch' };
    await expect(ensure({ ...small, tag, package: program })).rejects.toSatisfy(
      (error) =>
        isAiError(error, 'AI_IMAGE_BUILD_FAILED') &&
        error.facts.output.includes('prettier has no command nonesuch'),
    );
  });

  it('is the real one for claude, whose binary is in it once', async () => {
    const request: ImageRequest = {
      ...small,
      tag: `ai-in-docker/${assistant}:claude`,
      package: { ...claude.package, name: assistant },
      version: pinnedVersion(claude.package),
      lock: readFileSync(path.join(templatesDirectory, 'locks/claude.json'), 'utf8'),
      filesDirectory: path.join(stateDirectory, 'images', 'claude'),
    };
    await ensure(request);
    expect(await run(request.tag, ['claude', '--version'])).toContain(
      pinnedVersion(claude.package),
    );
    const large = await run(request.tag, ['find', '/opt/ai', '-type', 'f', '-size', '+100M']);
    expect(large.split('\n')).toHaveLength(1);

    // With another file of ours, nothing that takes time is done again.
    const templates = path.join(temporaryDirectory(), 'templates');
    cpSync(templatesDirectory, templates, { recursive: true });
    appendFileSync(path.join(templates, 'inside/start'), '# another one\n');
    const tag = `ai-in-docker/${assistant}:changed`;
    const events = await ensure({ ...request, tag, templatesDirectory: templates });
    expect(events.filter(({ type }) => type === 'work-step')).toEqual([]);
    expect(await run(tag, ['tail', '-n', '1', '/opt/ai/start'])).toBe('# another one');
    expect(await leftovers()).toEqual([]);
  });
});

describe('an image that is there', () => {
  it('is left alone, and nothing is said', async () => {
    const before = await docker.getImage(small.tag).inspect();
    expect(await ensure(small)).toEqual([]);
    expect((await docker.getImage(small.tag).inspect()).Id).toBe(before.Id);
  });

  it('gives the files again where they are missing', async () => {
    const filesDirectory = path.join(stateDirectory, 'images', 'again');
    expect(await ensure({ ...small, filesDirectory })).toEqual([]);
    const names = (await readdir(filesDirectory)).sort();
    expect(names).toEqual((await readdir(small.filesDirectory)).sort());
  });
});

describe.each([
  ['BuildKit', process.env],
  ['the classic builder', classic],
])('a build of %s that fails', (_, usual) => {
  // Another version than what is built already: of that BuildKit would know all steps.
  const failing = { ...small, version: '3.10.0', tag: `ai-in-docker/${assistant}:failing` };

  it('shows the step and its output, leaves the older image in use and nothing else', async () => {
    const error = await failureOf({ ...failing, version: '0.0.0-missing' });
    expect(error.facts).toMatchObject({ network: false, kept: true });
    expect(error.facts.step).toMatch(/^\d+\/\d+ the assistant from npm/);
    expect(error.facts.output).toMatch(/ETARGET[\s\S]*returned a non-zero code: 1$/);
    await expectOnlyTheOldImage();
  });

  it('says so where the network is the trouble, and where no older image is there', async () => {
    // A port of the container's own loopback where nobody listens.
    const proxies = { https_proxy: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };
    const error = await failureOf(
      { ...failing, package: { ...failing.package, name: 'image-test-new' } },
      proxies,
    );
    expect(error.facts).toMatchObject({ network: true, kept: false });
    await expectOnlyTheOldImage();
  });

  it('leaves nothing when it is interrupted', async () => {
    const interrupt = new AbortController();
    const building = ensure(failing, {
      interrupt: interrupt.signal,
      environment: usual,
      emit: (event) => {
        if (event.type === 'work-step' && event.label.startsWith('the assistant from npm'))
          interrupt.abort();
      },
    });
    await expect(building).rejects.toSatisfy((error) => isAiError(error, 'AI_INTERRUPTED'));
    await expectOnlyTheOldImage();
  });

  async function failureOf(
    request: ImageRequest,
    environment = {},
  ): Promise<AiError<'AI_IMAGE_BUILD_FAILED'>> {
    const error: unknown = await ensure(request, {
      environment: { ...usual, ...environment },
    }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (isAiError(error, 'AI_IMAGE_BUILD_FAILED')) return error;
    throw error;
  }

  async function expectOnlyTheOldImage(): Promise<void> {
    expect(await leftovers()).toEqual([]);
    await expect(docker.getImage(failing.tag).inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(await run(small.tag, ['prettier', '--version'])).toBe('3.10.1');
    expect(await readdir(path.join(stateDirectory, 'images'))).not.toContain('build.lock');
  }
});

describe('a base that the user names', () => {
  it('is never replaced by another one', async () => {
    // The name of a host that does not exist by its definition (RFC 2606).
    const base = 'registry.invalid/somebody/base:1';
    const attempt = ensure({ ...small, tag: `ai-in-docker/${assistant}:other-base`, base });
    await expect(attempt).rejects.toSatisfy(
      (error) => isAiError(error, 'AI_BASE_UNREACHABLE') && error.facts.image === base,
    );
  });
});

/** Runs ensureImage and returns what it said. */
async function ensure(
  request: ImageRequest,
  services: Partial<ImageServices> = {},
): Promise<LauncherEvent[]> {
  const events: LauncherEvent[] = [];
  await ensureImage(request, {
    docker,
    emit: (event) => events.push(event),
    confirm: () => Promise.resolve(true),
    environment: process.env,
    ...services,
  });
  return events;
}

/** The certificates of this machine, which TLS to its registries may need, with a text of our own among them. */
function certificates(): string[] {
  const file = path.join(temporaryDirectory(), 'extra.pem');
  // Another one each time: of the same, BuildKit would know all steps of the last run of these tests.
  writeFileSync(file, `${marker}\n${randomUUID()}\n`);
  const ofHost = process.env['NODE_EXTRA_CA_CERTS'];
  return ofHost === undefined ? [file] : [ofHost, file];
}

async function run(image: string, command: readonly string[]): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: [...command],
    Tty: true,
    User: '4321:4321',
  });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true }))
      .toString()
      .replaceAll('\r\n', '\n')
      .trimEnd();
  } finally {
    await container.remove({ force: true });
  }
}

/**
 * Stages of builds that are no part of an image, and containers of their steps. Whoever runs beside this file builds nothing,
 * but may be looking into an image of `ai`: of those only the containers of this file's own count.
 */
async function leftovers(): Promise<string[]> {
  const images = await docker.listImages({ filters: { label: ['ai.build'], dangling: ['true'] } });
  const containers = await docker.listContainers({ all: true, filters: { label: ['ai.build'] } });
  const ofOthers = /^ai-in-docker\/(?!image-test)/;
  const cached = (await keptByBuildKit()).filter(({ ID }) => !cachedBefore.has(ID));
  return [...images, ...containers.filter(({ Image }) => !ofOthers.test(Image))]
    .map(({ Id }) => Id)
    .concat(cached.map((one) => one.Description));
}

/** What of its steps BuildKit has kept that is in no image. Downloads are kept on purpose. */
async function keptByBuildKit(): Promise<Cached[]> {
  const { BuildCache } = (await docker.df()) as { BuildCache: Cached[] | null };
  return (BuildCache ?? []).filter(({ Type, Shared }) => Type === 'regular' && !Shared);
}

interface Cached {
  ID: string;
  Type: string;
  Shared: boolean;
  Description: string;
}

/** Looks through all layers and the configuration of an image. */
async function savedImageContains(image: string, text: string): Promise<boolean> {
  const archive: NodeJS.ReadableStream = await docker.getImage(image).get();
  let seam = Buffer.alloc(0);
  let found = false;
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    const piece = Buffer.concat([seam, chunk]);
    found ||= piece.includes(text);
    seam = piece.subarray(-text.length);
  }
  return found;
}
