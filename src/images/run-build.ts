// Sends a build to the engine and follows it to its end.

import { AiError, isAiError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { BuildOutput } from './build-output.ts';
import type { Builder } from './builder.ts';
import { BuildKitOutput } from './buildkit-output.ts';
import { hasImageOf } from './engine-images.ts';
import { engineMessages, engineStatus, engineText } from './engine-stream.ts';
import { looksLikeNetworkTrouble } from './network-trouble.ts';
import { imageReady, type ImageServices } from './request.ts';

export interface Build {
  /** The directory that is sent. */
  context: string;
  /** Names in it. */
  src: readonly string[];
  tag: string;
  assistant: string;
  buildArguments: Readonly<Record<string, string>>;
  /** Its name in the context, where it is not `Dockerfile`. */
  dockerfile?: string;
  target?: string;
  labels?: Readonly<Record<string, string>>;
  builder: Builder;
  /** As engines name it, where it is not their own. */
  platform: string | undefined;
}

/** What stands for a step before the first. */
const beginnings = { sent: 'sending the files', taken: 'starting the build' };

/** True if a build failed before its first step: it was the builder, and not what it was to do. */
export const hasNotBegun = (error: unknown): boolean =>
  isAiError(error, 'AI_IMAGE_BUILD_FAILED') && Object.values(beginnings).includes(error.facts.step);

/** @throws AiError AI_IMAGE_BUILD_FAILED, AI_INTERRUPTED */
export async function runBuild(build: Build, services: ImageServices): Promise<void> {
  const { docker, interrupt } = services;
  const output = build.builder === 'buildkit' ? new BuildKitOutput() : new BuildOutput();
  try {
    await follow(build, output, services);
  } catch (error) {
    throwIfInterrupted(interrupt, imageReady);
    const lines = [...output.tail, shorten(engineText(error))].join('\n');
    throw new AiError(
      'AI_IMAGE_BUILD_FAILED',
      {
        step:
          output.step || (engineStatus(error) === undefined ? beginnings.sent : beginnings.taken),
        output: lines,
        network: looksLikeNetworkTrouble(lines),
        kept: await hasImageOf(docker, build.assistant),
      },
      { cause: error },
    );
  }
}

async function follow(
  { context, src, tag, buildArguments, builder, platform, ...more }: Build,
  output: BuildOutput | BuildKitOutput,
  { docker, emit, interrupt, fresh }: ImageServices,
): Promise<void> {
  const options = {
    t: tag,
    ...(fresh && { nocache: true }),
    // A failed step would leave its container behind despite `rm`.
    ...{ rm: true, forcerm: true, buildargs: { ...buildArguments } },
    ...(more.dockerfile !== undefined && { dockerfile: more.dockerfile }),
    ...(more.target !== undefined && { target: more.target }),
    ...(more.labels && { labels: more.labels }),
    ...(platform !== undefined && { platform }),
    ...(interrupt && { abortSignal: interrupt }),
    // A number: for the text '2' dockerode opens a session, which serves logins at registries. Our base is there already.
    ...(builder === 'buildkit' && { version: 2 as unknown as '2' }),
  };
  const stream = await docker.buildImage({ context, src: [...src] }, options);
  for await (const { stream: text, error, id, aux } of engineMessages(stream)) {
    if (output instanceof BuildOutput) {
      if (text !== undefined) for (const event of output.take(text)) emit(event);
    } else if (id === 'moby.buildkit.trace' && typeof aux === 'string')
      for (const event of output.take(aux)) emit(event);
    if (error !== undefined) throw new Error(error);
  }
}

/** Builders repeat the whole command, which the step has said already, each in words of its own. */
const shorten = (message: string): string =>
  message
    .replace(/^The command '[\s\S]*' (returned a non-zero code: \d+)$/, 'the command $1')
    .replace(
      /^(?:failed to solve: )?(?:executor failed running|process) [\s\S]*exit code: (\d+)$/,
      'the command returned a non-zero code: $1',
    )
    .replace(
      /^building at STEP "[\s\S]*": (?:while running runtime: )?([^"]*)$/,
      'the command: $1',
    );
