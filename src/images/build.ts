// Builds the image of one assistant from the templates. It gets its name only when it is whole.

import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { path } from '../base/path.ts';
import { proxyVariables } from '../base/proxies.ts';
import { formatSize } from '../base/units.ts';
import type { Base } from './base.ts';
import { withTidyCache } from './build-cache.ts';
import { buildTagOf, type BuildRecord } from './build-record.ts';
import { withSystemPath } from '../host/command.ts';
import { builderOf, dockerfileFor, type Builder } from './builder.ts';
import { cacheWord } from './cache-word.ts';
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
  record: BuildRecord,
  services: ImageServices,
): Promise<void> {
  const { name } = request.package;
  await buildTagged(
    {
      ...{ tag: request.tag, title: `image for ${name}`, assistant: name },
      platform: request.platform,
    },
    record,
    services,
    async (context, builder) => {
      fillContext(context, request, builder, services);
      return {
        src: ['Dockerfile', 'inside', 'ca', 'assistant'],
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
  /** As engines name it, where it is not their own. */
  platform?: string | undefined;
}

/** What is sent: names in the context, and how it is built. The proxies of the host come by themselves. */
export interface BuildInput {
  src: readonly string[];
  buildArguments: Readonly<Record<string, string>>;
  /** Its name in the context, where it is not `Dockerfile`. */
  dockerfile?: string;
  target?: string;
  /** What BuildKit keeps of it is the user's own affair. */
  keepsCache?: true;
}

/**
 * Builds what `fill` puts into the directory of the record. It gets its tag only when it is whole.
 * @throws AiError AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED, and what `fill` throws
 */
export async function buildTagged(
  { tag, title, assistant, labels, platform }: TaggedBuild,
  { build, directory: context, root }: BuildRecord,
  services: ImageServices,
  fill: (context: string, builder: Builder) => Promise<BuildInput>,
): Promise<void> {
  const { docker, emit, interrupt } = services;
  throwIfInterrupted(interrupt, imageReady);
  const buildTag = buildTagOf(build);
  let built = false;
  emit({ type: 'work-start', title });
  try {
    const builder = await builderOf(docker, services.environment);
    const send = async (to: Builder): Promise<void> => {
      const { keepsCache, ...input } = await fill(context, to);
      // By its label the stages of the classic builder are found again. For BuildKit it would make each step another one.
      const BUILD = to === 'classic' ? build : '';
      const buildArguments = { BUILD, ...input.buildArguments, ...proxiesOf(services) };
      const what = { ...input, ...{ context, tag: buildTag, buildArguments, builder: to } };
      const run = (): Promise<void> =>
        runBuild({ ...what, assistant, platform, ...(labels && { labels }) }, services);
      if (to === 'classic' || keepsCache) return run();
      const dockerfile = readFileSync(path.join(context, 'Dockerfile'), 'utf8');
      await withTidyCache(docker, { directory: root, dockerfile }, run);
    };
    await send(builder).catch(async (error: unknown) => {
      if (builder === 'classic' || !hasNotBegun(error)) throw error;
      // Something in between takes no builds for BuildKit: a proxy, or an engine that only calls itself Docker's.
      for (const name of readdirSync(context))
        rmSync(path.join(context, name), { recursive: true, force: true });
      await send('classic');
    });
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
function fillContext(
  context: string,
  request: ImageRequest,
  builder: Builder,
  { fresh }: ImageServices,
): void {
  const { package: program, version, lock = '', templatesDirectory, caFiles } = request;
  const { dockerfile, start, relay, compileCache } = readTemplates(templatesDirectory);
  const write = (file: string, content: string, mode: number): void => {
    mkdirSync(path.join(context, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(context, file), content);
    // Whatever the umask: inside, any user has to read it.
    chmodSync(path.join(context, file), mode);
  };
  const word = fresh ? undefined : cacheWord(path.dirname(request.filesDirectory));
  write('Dockerfile', dockerfileFor(builder, dockerfile, word), 0o644);
  write('inside/start', start, 0o755);
  write('inside/relay', relay, 0o644);
  write('inside/compile-cache', compileCache, 0o644);
  write('assistant/package.json', manifestOf(program.npm, version), 0o644);
  write('assistant/package-lock.json', lock, 0o644);
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
  base: Base,
  neutralDirectory: string,
  { environment, interrupt }: ImageServices,
): Promise<Record<string, string>> {
  const registry = await npmRegistry({
    environment: withSystemPath(environment),
    cwd: neutralDirectory,
    interrupt,
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
  };
}
