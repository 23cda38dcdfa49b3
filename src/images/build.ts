// Builds the image of one assistant from the templates. It gets its name only when it is whole.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { proxyVariables } from '../base/proxies.ts';
import { formatSize } from '../base/units.ts';
import type { Base } from './base.ts';
import { withTidyCache } from './build-cache.ts';
import { buildTagOf, type BuildRecord } from './build-record.ts';
import { withSystemPath } from '../host/command.ts';
import { builderOf, dockerfileFor, type Builder } from './builder.ts';
import { tagImage } from './engine-images.ts';
import { removeBuildTag, removeLeftovers } from './leftovers.ts';
import { npmRegistry } from './npm.ts';
import { imageReady } from './request.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import type { ImageRequest, ImageServices } from './request.ts';
import { manifestOf } from './package-lock.ts';
import { hasNotBegun, runBuild } from './run-build.ts';
import { readTemplates } from './templates.ts';

/**
 * Builds `request.tag` on the base named, in the directory of the record. A failed or interrupted build leaves nothing in the engine.
 * @throws AiError AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED
 */
export async function buildImage(
  request: ImageRequest,
  base: Base,
  { build, directory: context }: BuildRecord,
  services: ImageServices,
): Promise<void> {
  const { docker, emit, interrupt } = services;
  throwIfInterrupted(interrupt, imageReady);
  const buildTag = buildTagOf(build);
  let built = false;
  emit({ type: 'work-start', title: `image for ${request.package.name}` });
  try {
    const buildArguments = await buildArgumentsFor(request, base, context, services);
    const builder = await builderOf(docker, services.environment);
    const send = async (to: Builder): Promise<void> => {
      fillContext(context, request, to);
      const names = { tag: buildTag, assistant: request.package.name, platform: request.platform };
      // By its label the stages of the classic builder are found again. For BuildKit it would make each step another one.
      const all = { ...buildArguments, BUILD: to === 'classic' ? build : '' };
      await runBuild({ ...names, context, builder: to, buildArguments: all }, services);
    };
    if (builder === 'classic') await send(builder);
    else
      await withTidyCache(docker, () => send(builder)).catch(async (error: unknown) => {
        if (!hasNotBegun(error)) throw error;
        // Something in between takes no builds for BuildKit: a proxy, or an engine that only calls itself Docker's.
        await send('classic');
      });
    throwIfInterrupted(interrupt, imageReady);
    await tagImage(docker, buildTag, request.tag);
    built = true;
  } finally {
    await removeBuildTag(docker, buildTag);
    await removeLeftovers(docker, build, built);
    if (!built)
      emit({ type: 'work-end', ok: false, summary: `no image for ${request.package.name}` });
  }
  const { Size } = await docker.getImage(request.tag).inspect();
  emit({
    type: 'work-end',
    ok: true,
    summary: `image for ${request.package.name}: ${formatSize(Size)}`,
  });
}

/** What the Dockerfile copies. The certificates are only there: no layer of the image and no tag knows of them. */
function fillContext(context: string, request: ImageRequest, builder: Builder): void {
  const { package: program, version, lock = '', templatesDirectory, caFiles } = request;
  const { dockerfile, start, relay, compileCache } = readTemplates(templatesDirectory);
  const write = (file: string, content: string, mode: number): void => {
    mkdirSync(path.join(context, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(context, file), content);
    // Whatever the umask: inside, any user has to read it.
    chmodSync(path.join(context, file), mode);
  };
  write('Dockerfile', dockerfileFor(builder, dockerfile), 0o644);
  write('inside/start', start, 0o755);
  write('inside/relay', relay, 0o644);
  write('inside/compile-cache', compileCache, 0o644);
  write('assistant/package.json', manifestOf(program.npm, version), 0o644);
  write('assistant/package-lock.json', lock, 0o644);
  // Builders refuse to copy a directory that is not there; an empty file stands for "none".
  write(
    'ca/extra.pem',
    caFiles.map((file) => `${readFileSync(file, 'utf8').trimEnd()}\n`).join(''),
    0o644,
  );
}

async function buildArgumentsFor(
  request: ImageRequest,
  base: Base,
  neutralDirectory: string,
  { environment, interrupt }: ImageServices,
): Promise<Record<string, string>> {
  const registry = await npmRegistry({
    environment: withSystemPath(environment),
    cwd: neutralDirectory,
    interrupt,
  });
  const proxies = proxyVariables.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return {
    BASE: base.from,
    BASE_LABEL: base.label,
    PACKAGE: request.package.npm,
    VERSION: request.version,
    COMMAND: request.package.command,
    PREPARE: request.package.prepare ?? '',
    PROBE: request.package.own ? '' : '--version',
    DEBIAN: (request.package.debian ?? []).join(' '),
    ASSISTANT: request.package.name,
    ...(registry !== undefined && { NPM_REGISTRY: registry }),
    ...Object.fromEntries(proxies),
  };
}
