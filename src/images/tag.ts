// The name of an image says what went into it, so that the engine itself is the only record of what is built.

import { createHash } from 'node:crypto';
import type { NpmPackage } from '../assistants/assistant.ts';
import { exactName } from '../base/image-name.ts';
import { path } from '../base/path.ts';
import type { Templates } from './templates.ts';

export interface ImageIngredients {
  package: NpmPackage;
  version: string;
  /** The text of npm's lock of that version; none before the first build of a version that no release has locked. */
  lock?: string | undefined;
  /** Name of the base image, as the user knows it: one made on this machine goes under the name that it stands for. */
  base: string;
  /** Of that base, where a registry has said it. */
  digest?: string | undefined;
  /** `linux/arm64`, where the user wants another than the engine's own. */
  platform?: string | undefined;
  templates: Templates;
}

/**
 * `ai-in-docker/claude:<12 hex digits>`, the same on every machine. Of the machine itself nothing is in it: neither
 * certificates, proxies and registries nor who builds it, where and when.
 */
export function imageTag(ingredients: ImageIngredients): string {
  const { package: program, version, lock, base, digest, platform, templates } = ingredients;
  const { npm, command, prepare, own, debian } = program;
  const { dockerfile, start, relay, compileCache } = templates;
  // A list, which has an order of its own, whatever the order of keys.
  const all = [
    ...[npm, version, lock && hashOf(lock), command, prepare, own, debian],
    ...[exactName(base, digest), platform, dockerfile, start, relay, compileCache],
  ];
  return `ai-in-docker/${program.name}:${hashOf(JSON.stringify(all)).slice(0, 12)}`;
}

/** Where of that image the files are kept that runs need. */
export const filesDirectoryOf = (imagesDirectory: string, tag: string): string =>
  path.join(imagesDirectory, tag.replaceAll(/[^A-Za-z0-9._-]/g, '-'));

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
