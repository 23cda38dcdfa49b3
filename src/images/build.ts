// Builds the image of one assistant from the templates. It gets its name only when it is whole.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AiError } from '../base/errors.ts';
import { proxyVariables } from '../base/proxies.ts';
import { formatSize } from '../base/units.ts';
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
import { readTemplates } from './templates.ts';

/**
 * Builds `request.tag` on the base named, in the directory of the record. A failed or interrupted build leaves nothing in the engine.
 * @throws AiError AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED
 */
export async function buildImage(
  request: ImageRequest,
  base: string,
  record: BuildRecord,
  services: ImageServices,
): Promise<void> {
  const { name } = request.package;
  await buildTagged(
    { tag: request.tag, title: `image for ${name}`, assistant: name },
    record,
    services,
    async (context) => {
      fillContext(context, request);
      return {
        src: ['Dockerfile', 'inside', 'ca'],
        buildArguments: await buildArgumentsFor(request, base, context, services),
      };
    },
  );
}

export interface TaggedBuild {
  tag: string;
  /** For people: `image for claude`. */
  title: string;
  /** Whose image of before stays, where this one fails. */
  assistant: string;
  labels?: Readonly<Record<string, string>>;
}

/** What is sent: names in the context, and how it is built. The proxies of the host come by themselves. */
export interface BuildInput {
  src: readonly string[];
  buildArguments: Readonly<Record<string, string>>;
  /** Its name in the context, where it is not `Dockerfile`. */
  dockerfile?: string;
  target?: string;
}

/**
 * Builds what `fill` puts into the directory of the record. It gets its tag only when it is whole.
 * @throws AiError AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED, and what `fill` throws
 */
export async function buildTagged(
  { tag, title, assistant, labels }: TaggedBuild,
  { build, directory: context }: BuildRecord,
  services: ImageServices,
  fill: (context: string) => Promise<BuildInput>,
): Promise<void> {
  const { docker, emit, interrupt } = services;
  throwIfInterrupted(interrupt, imageReady);
  const buildTag = buildTagOf(build);
  let built = false;
  emit({ type: 'work-start', title });
  try {
    const input = await fill(context);
    const buildArguments = { BUILD: build, ...input.buildArguments, ...proxiesOf(services) };
    await runBuild(
      context,
      { ...input, tag: buildTag, buildArguments, assistant, ...(labels && { labels }) },
      services,
    );
    throwIfInterrupted(interrupt, imageReady);
    await tagImage(docker, buildTag, tag);
    built = true;
  } finally {
    await removeBuildTag(docker, buildTag);
    await removeLeftovers(docker, build, built);
    if (!built) emit({ type: 'work-end', ok: false, summary: `no ${title}` });
  }
  const { Size } = await docker.getImage(tag).inspect();
  emit({ type: 'work-end', ok: true, summary: `${title}: ${formatSize(Size)}` });
}

const proxiesOf = ({ environment }: ImageServices): Readonly<Record<string, string>> =>
  Object.fromEntries(
    proxyVariables.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );

/** What the Dockerfile copies. The certificates are only there: no layer of the image and no tag knows of them. */
function fillContext(context: string, { templatesDirectory, caFiles }: ImageRequest): void {
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
  writeCertificates(context, caFiles);
}

/** As `ca/extra.pem`. Builders refuse to copy a directory that is not there; an empty file stands for "none". */
export function writeCertificates(context: string, caFiles: readonly string[]): void {
  const file = path.join(context, 'ca/extra.pem');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, caFiles.map((one) => `${readFileSync(one, 'utf8').trimEnd()}\n`).join(''));
  chmodSync(file, 0o644);
}

async function buildArgumentsFor(
  request: ImageRequest,
  base: string,
  neutralDirectory: string,
  { environment, interrupt }: ImageServices,
): Promise<Record<string, string>> {
  const registry = await npmRegistry({
    environment: withSystemPath(environment),
    cwd: neutralDirectory,
    interrupt,
  });
  return {
    BASE: base,
    PACKAGE: request.package.npm,
    VERSION: request.version,
    COMMAND: request.package.command,
    PREPARE: request.package.prepare ?? '',
    PROBE: request.package.own ? '' : '--version',
    DEBIAN: (request.package.debian ?? []).join(' '),
    ASSISTANT: request.package.name,
    ...(registry !== undefined && { NPM_REGISTRY: registry }),
  };
}

interface Build extends BuildInput, Pick<TaggedBuild, 'assistant' | 'labels'> {
  tag: string;
}

async function runBuild(
  context: string,
  { tag, assistant, buildArguments, src, labels, dockerfile, target }: Build,
  services: ImageServices,
): Promise<void> {
  const { docker, emit, interrupt } = services;
  const output = new BuildOutput();
  try {
    const stream = await docker.buildImage(
      { context, src: [...src] },
      // A failed step would leave its container behind despite `rm`.
      {
        t: tag,
        rm: true,
        forcerm: true,
        buildargs: buildArguments,
        ...(labels && { labels }),
        ...(dockerfile !== undefined && { dockerfile }),
        ...(target !== undefined && { target }),
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
