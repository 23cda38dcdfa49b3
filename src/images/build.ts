// Builds the image of one assistant from the templates. It gets its name only when it is whole.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AiError } from '../base/errors.ts';
import { proxyVariables } from '../base/proxies.ts';
import { formatSize } from '../base/units.ts';
import type { Base } from './base.ts';
import { BuildOutput } from './build-output.ts';
import { buildTagOf, type BuildRecord } from './build-record.ts';
import { withSystemPath } from '../host/command.ts';
import { hasImageOf, tagImage } from './engine-images.ts';
import { engineMessages, engineStatus, engineText } from './engine-stream.ts';
import { removeBuildTag, removeLeftovers } from './leftovers.ts';
import { looksLikeNetworkTrouble } from './network-trouble.ts';
import { npmRegistry } from './npm.ts';
import { imageReady } from './request.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import type { ImageRequest, ImageServices } from './request.ts';
import { manifestOf } from './package-lock.ts';
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
    fillContext(context, request);
    const buildArguments = {
      BUILD: build,
      ...(await buildArgumentsFor(request, base, context, services)),
    };
    await runBuild(
      context,
      {
        ...{ tag: buildTag, buildArguments, platform: request.platform },
        assistant: request.package.name,
      },
      services,
    );
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
function fillContext(context: string, request: ImageRequest): void {
  const { package: program, version, lock = '', templatesDirectory, caFiles } = request;
  const { dockerfile, start, relay } = readTemplates(templatesDirectory);
  const write = (file: string, content: string, mode: number): void => {
    mkdirSync(path.join(context, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(context, file), content);
    // Whatever the umask: inside, any user has to read it.
    chmodSync(path.join(context, file), mode);
  };
  write('Dockerfile', dockerfile, 0o644);
  write('inside/start', start, 0o755);
  write('inside/relay', relay, 0o644);
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

interface Build {
  tag: string;
  assistant: string;
  buildArguments: Record<string, string>;
  platform: string | undefined;
}

async function runBuild(
  context: string,
  { tag, assistant, buildArguments, platform }: Build,
  services: ImageServices,
): Promise<void> {
  const { docker, emit, interrupt, fresh } = services;
  const output = new BuildOutput();
  try {
    const stream = await docker.buildImage(
      { context, src: ['Dockerfile', 'inside', 'ca', 'assistant'] },
      // A failed step would leave its container behind despite `rm`.
      {
        t: tag,
        rm: true,
        forcerm: true,
        ...(fresh && { nocache: true }),
        buildargs: buildArguments,
        ...(platform !== undefined && { platform }),
        ...(interrupt && { abortSignal: interrupt }),
      },
    );
    for await (const { stream: text, error } of engineMessages(stream)) {
      if (text !== undefined) for (const event of output.take(text)) emit(event);
      if (error !== undefined) throw new Error(error);
    }
  } catch (error) {
    throwIfInterrupted(interrupt, imageReady);
    const lines = [...output.tail, shorten(engineText(error))].join('\n');
    throw new AiError(
      'AI_IMAGE_BUILD_FAILED',
      {
        step:
          output.step ||
          (engineStatus(error) === undefined ? 'sending the files' : 'starting the build'),
        output: lines,
        network: looksLikeNetworkTrouble(lines),
        kept: await hasImageOf(docker, assistant),
      },
      { cause: error },
    );
  }
}

/** The classic builder repeats the whole command, which the step has said already; Podman’s does it in words of its own. */
const shorten = (message: string): string =>
  message
    .replace(/^The command '[\s\S]*' (returned a non-zero code: \d+)$/, 'the command $1')
    .replace(
      /^building at STEP "[\s\S]*": (?:while running runtime: )?([^"]*)$/,
      'the command: $1',
    );
