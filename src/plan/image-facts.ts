// The image that a run wants, as plain data.

import type { ProjectImage } from './project-image-facts.ts';

export interface ImageFacts {
  tag: string;
  /** Of the assistant's package in it; absent in a ready image of somebody else's. */
  version?: string;
  /** The text of npm's lock that it is made by, where there is one. */
  lock?: string;
  /** Of its base, where a registry has said it. */
  digest?: string;
  /** `linux/arm64`, where the user wants another than the engine's own. */
  platform?: string;
  /** Why that tag, for people. */
  reason: string;
  /** Directory with the image's own `passwd`, `group` and `ca-certificates.crt`, kept from the build. */
  files: string;
  /** A ready image of somebody else's: what ours have in them is mounted into it, as these texts. */
  foreign?: { start: string; relay: string };
  /** It is the project's own, built on the assistant's. */
  project?: ProjectImage;
}

/**
 * The files kept of what nobody but us and Debian has made: a ready image, a devcontainer or a Dockerfile has no say in what a run
 * of it reaches. Undefined where there are none.
 */
export function ownFilesOf({
  files,
  foreign,
  project,
}: Pick<ImageFacts, 'files' | 'foreign' | 'project'>): string | undefined {
  if (foreign !== undefined) return undefined;
  const isOurs = project?.steps.every(({ kind }) => kind === 'packages') ?? true;
  return isOurs ? files : project?.parent.files;
}
