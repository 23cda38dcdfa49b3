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
  base: string;
  templatesDirectory: string;
  /** PEM files that the host trusts beyond the usual certificates. */
  caFiles: readonly string[];
  /** Where the image's own passwd, group and certificates are kept. */
  filesDirectory: string;
}

export interface ImageServices {
  docker: Docker;
  emit: Emit;
  /** Asks the user; false where nobody can be asked. */
  confirm: (question: string) => Promise<boolean>;
  /** Of the launcher: PATH and the proxies count. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user interrupts. */
  interrupt?: AbortSignal;
}

/** Completes “interrupted before …”. */
export const imageReady = 'the image was ready';
