// Which image one version of an assistant's package is: its name, and all that it is made of.

import type { NpmPackage } from '../assistants/assistant.ts';
import { lockFor } from '../images/locks.ts';
import { wantedPlatform } from '../images/platform.ts';
import { filesDirectoryOf, imageTag } from '../images/tag.ts';
import type { Templates } from '../images/templates.ts';
import type { PackageVersion, Versions } from '../images/versions.ts';
import type { ImageFacts } from '../plan/image-facts.ts';

export interface ImageSurroundings {
  /** The setting `image.base`. */
  base: string;
  bases: Versions['bases'];
  environment: Readonly<Record<string, string | undefined>>;
  templates: Templates;
  templatesDirectory: string;
  /** `images` of the state. */
  images: string;
}

export function imageOf(
  program: NpmPackage,
  chosen: PackageVersion,
  { base, bases, environment, templates, templatesDirectory, images }: ImageSurroundings,
): ImageFacts {
  const { version } = chosen;
  const lock = lockFor(program, chosen, { templates: templatesDirectory, images });
  const digest = bases[base];
  const platform = wantedPlatform(environment);
  const tag = imageTag({ package: program, version, lock, base, digest, platform, templates });
  const { debian } = program;
  const more = debian === undefined ? '' : `, with ${debian.join(', ')}`;
  return {
    ...{ tag, version },
    ...(lock !== undefined && { lock }),
    ...(digest !== undefined && { digest }),
    ...(platform !== undefined && { platform }),
    reason: `${program.npm} ${version} on ${base}${more}`,
    files: filesDirectoryOf(images, tag),
  };
}
