// What bench/images.mjs needs of us: an image of ours made without any cache, and what the plain one beside it needs.

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { assistants } from '../../src/assistants/registry.ts';
import type { NpmPackage } from '../../src/assistants/assistant.ts';
import { pinnedVersion } from '../../src/assistants/pins.ts';
import { baseImage } from '../../src/base/base-image.ts';
import { provideBase } from '../../src/images/base.ts';
import { buildImage } from '../../src/images/build.ts';
import { npmRegistry } from '../../src/images/npm.ts';
import type { ImageServices } from '../../src/images/request.ts';

export { proxyVariables } from '../../src/base/proxies.ts';
export { npmRegistry, pinnedVersion };

export function packageNamed(name: string): NpmPackage {
  const program = Object.values(assistants).find((one) => one.name === name)?.package;
  if (program === undefined) throw new Error(`no assistant ${name}`);
  return program;
}

const servicesWith = (
  docker: Docker,
  environment: ImageServices['environment'],
): ImageServices => ({
  ...{ docker, environment, emit: () => undefined, confirm: () => Promise.resolve(true) },
});

/** The base as this machine has it. */
export const baseHere = (docker: Docker): ReturnType<typeof provideBase> =>
  provideBase({ name: baseImage, platform: undefined }, servicesWith(docker, process.env));

/** Builds it as `ai` does, under that name. */
export async function buildOurs(
  docker: Docker,
  {
    root,
    directory,
    program,
    tag,
  }: { root: string; directory: string; program: NpmPackage; tag: string },
): Promise<void> {
  const templatesDirectory = path.join(root, 'templates');
  const context = path.join(directory, 'ours');
  mkdirSync(context, { recursive: true });
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  await buildImage(
    {
      ...{
        tag,
        package: program,
        version: pinnedVersion(program),
        base: baseImage,
        templatesDirectory,
      },
      lock: readFileSync(path.join(templatesDirectory, 'locks', `${program.name}.json`), 'utf8'),
      caFiles: extra === undefined ? [] : [extra],
      filesDirectory: path.join(directory, 'files'),
      platform: undefined,
    },
    await baseHere(docker),
    { build: `bench-${process.pid}`, directory: context, root: context },
    servicesWith(docker, process.env),
  );
}
