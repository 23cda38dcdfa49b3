// What the making of an image is told, and what it may use.

import type Docker from 'dockerode';
import type { NpmPackage } from '../assistants/assistant.ts';
import type { Emit } from '../base/events.ts';

export interface ImageRequest {
  /** See tag.ts. */
  tag: string;
  package: NpmPackage;
  /** Of the package, exact. */
  version: string;
  /** The text of its lock; without one the build makes it, and it is kept for the next one. */
  lock?: string | undefined;
  base: string;
  /** Of the base; without one the build finds out, and it is kept for the next one. */
  digest?: string | undefined;
  /** `linux/arm64`, where the user wants another than the engine's own. */
  platform?: string | undefined;
  templatesDirectory: string;
  /** PEM files that the host trusts beyond the usual certificates. */
  caFiles: readonly string[];
  /** Where the image's own passwd, group and certificates are kept: below the directory of the images. */
  filesDirectory: string;
}

export interface ImageServices {
  docker: Docker;
  emit: Emit;
  /** Asks the user; false where nobody can be asked. */
  confirm: (question: string) => Promise<boolean>;
  /** Of the launcher: PATH and the proxies count. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Make it anew, with nothing from the engine's cache, even where it is there. */
  fresh?: boolean;
  /** Told of every name that an image has got and that nothing had before, with the lock held. */
  onNamed?: (tag: string) => void;
  /** Aborted when the user interrupts. */
  interrupt?: AbortSignal;
}

/** Completes “interrupted before …”. */
export const imageReady = 'the image was ready';
