// Says that an image is for another kind of processor than the engine has, and refuses one that cannot run there at all.

import type Docker from 'dockerode';
import { AiError } from '../base/errors.ts';
import { findImage } from './engine-images.ts';
import { engineFailure } from './engine-stream.ts';
import { isEmulated } from './platform.ts';
import type { ImageServices } from './request.ts';

/** How long an emulated shell may take to do nothing; milliseconds. */
const patience = 60_000;

export interface CheckedImage {
  image: string;
  /** The setting that names another one. */
  setting: string;
  /** The container that tries it is labelled as a part of this build. */
  build: string;
}

/**
 * Looks at an image that is used for the first time. Only one for another processor costs more than two questions: a shell in
 * it is started once, since nobody but the engine's machine knows what it emulates.
 * @throws AiError AI_IMAGE_PLATFORM, AI_ENGINE_REFUSED
 */
export async function checkPlatform(
  { image, setting, build }: CheckedImage,
  { docker, emit }: Pick<ImageServices, 'docker' | 'emit'>,
): Promise<void> {
  const [found, { Arch: engine }] = await Promise.all([findImage(docker, image), docker.version()]);
  const architecture = found?.Architecture;
  if (found === undefined || architecture === undefined || !isEmulated(architecture, engine))
    return;
  if (!(await canRun(docker, image, build)))
    throw new AiError('AI_IMAGE_PLATFORM', { image, architecture, engine, setting });
  emit({
    type: 'warning',
    text: `${image} is for ${architecture} and the engine runs ${engine}: it is emulated, which is slower`,
  });
}

async function canRun(docker: Docker, image: string, build: string): Promise<boolean> {
  let container: Docker.Container | undefined;
  try {
    container = await docker.createContainer({
      ...{ Image: image, Entrypoint: ['/bin/sh'], Cmd: ['-c', 'exit 42'], User: '65534:65534' },
      Labels: { 'ai.build': build },
      HostConfig: { NetworkMode: 'none' },
    });
    await container.start();
    const late = AbortSignal.timeout(patience);
    const { StatusCode: code } = (await container.wait({ abortSignal: late })) as {
      StatusCode: number;
    };
    return code === 42;
  } catch (error) {
    // An engine that could not make it says so in words of its own; one that could not start the program says no more than that.
    if (container === undefined) throw engineFailure(`try ${image}`, error);
    return false;
  } finally {
    await container?.remove({ force: true });
  }
}
