// The name of an image says what went into it, so that the engine itself is the only record of what is built.

import { createHash } from 'node:crypto';
import type { NpmPackage } from '../assistants/assistant.ts';
import type { Templates } from './templates.ts';

export interface ImageIngredients {
  package: NpmPackage;
  version: string;
  /** Name of the base image, as the user knows it: one made on this machine goes under the name that it stands for. */
  base: string;
  templates: Templates;
}

/** `ai-in-docker/claude:<12 hex digits>`. Certificates and proxies of the host are no part of it. */
export function imageTag({ package: program, version, base, templates }: ImageIngredients): string {
  const { npm, command, prepare, own, debian } = program;
  const { dockerfile, start, relay, compileCache } = templates;
  const files = [dockerfile, start, relay, compileCache];
  const ingredients = JSON.stringify([npm, command, prepare, version, base, ...files, own, debian]);
  const digest = createHash('sha256').update(ingredients).digest('hex').slice(0, 12);
  return `ai-in-docker/${program.name}:${digest}`;
}
