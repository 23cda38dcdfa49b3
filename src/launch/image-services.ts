// The image of a run, wired to the engine: made or pulled where it is not there, with the files of it that the run needs.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { isFromNpm } from '../assistants/assistant.ts';
import { pinnedVersion } from '../assistants/pins.ts';
import type { Endpoint } from '../engines/docker/endpoint.ts';
import type { Engine } from '../engines/engine.ts';
import { foreignDirectory } from '../images/foreign-directory.ts';
import type { ImageServices } from '../images/request.ts';
import type { Facts } from '../plan/facts.ts';
import type { World } from './world.ts';

export interface RunImage {
  /** Directory with the image's own passwd, group and certificates. */
  files: () => string;
  /** @throws AiError */
  needFiles: () => Promise<void>;
  /** @throws AiError */
  ensure: () => Promise<void>;
}

export function runImage(
  world: World,
  facts: Facts,
  engine: Engine,
  { endpoint, interrupt }: { endpoint: Endpoint; interrupt: AbortSignal },
): RunImage {
  const { tag, foreign, files } = facts.image;
  let directory = files;
  const hasFiles = (): boolean => existsSync(path.join(directory, 'passwd'));
  const services = async (): Promise<ImageServices> => {
    const { openDocker } = await import('../engines/docker/library.ts');
    return {
      docker: await openDocker(endpoint),
      emit: world.emit,
      confirm: world.confirm,
      environment: world.environment,
      interrupt,
    };
  };
  const build = async (): Promise<void> => {
    const { package: program } = facts.assistant;
    if (!isFromNpm(program)) throw new Error(`${program.name} is no package of npm`);
    const { ensureImage } = await import('../images/ensure.ts');
    await ensureImage(
      {
        tag,
        package: program,
        version: pinnedVersion(program),
        base: facts.settings['image.base'],
        templatesDirectory: world.templates,
        caFiles: facts.host.caFiles,
        filesDirectory: files,
      },
      await services(),
    );
  };
  const provide = async (): Promise<void> => {
    const { ensureForeignImage } = await import('../images/foreign.ts');
    const request = { image: tag, assistant: facts.assistant.name, imagesDirectory: files };
    directory = await ensureForeignImage(request, await services());
  };
  const ensure = foreign === undefined ? build : provide;
  return {
    files: () => directory,
    ensure,
    needFiles: async () => {
      // One question to the engine: nothing else is loaded where all is there already.
      const id = foreign && (await engine.imageId(tag));
      if (id !== undefined) directory = foreignDirectory(files, id);
      if (!hasFiles()) await ensure();
    },
  };
}
