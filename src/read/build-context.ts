// The context of a project's Dockerfile: which files a build may copy, and one hash of them, kept by what their file system says.

import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { AiError, messageOf } from '../base/errors.ts';
import { copiedPaths } from '../base/dockerfile.ts';
import {
  digestOf,
  hashEach,
  listContext,
  signatureOf,
  type ContextFilter,
  type ContextList,
} from '../host/context-files.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import type { BuildContext } from '../plan/project-image-facts.ts';
import { readProjectFile } from './project-file.ts';

/**
 * Nothing where the Dockerfile copies nothing; of what it names by plain paths only that; else all of the directory.
 * @param dockerfile its path, for the .dockerignore that may stand beside it
 * @param kept a directory of ours for what was hashed before
 * @throws AiError AI_IMAGE_SOURCE where there is too much of it, or it cannot be read
 */
export async function readBuildContext(
  directory: string,
  { dockerfile, text, kept }: { dockerfile: string; text: string; kept: string },
): Promise<BuildContext> {
  const copied = copiedPaths(text);
  if (copied?.length === 0) return { directory, names: [], digest: digestOf(new Map()) };
  const refuse = (why: string, next: string): AiError =>
    new AiError('AI_IMAGE_SOURCE', { file: directory, why, next });
  const filter = await readFilter(directory, dockerfile);
  try {
    let list = listContext(directory, copied, filter);
    // What a link in it leads to is copied too, and on the way to a file there must be none.
    if (
      copied &&
      'entries' in list &&
      (list.entries.some(({ signature }) => isLink(signature)) ||
        copied.some((name) => isBehindLink(directory, name)))
    )
      list = listContext(directory, undefined, filter);
    if ('why' in list) throw refuse(`${list.why}: too much to build an image from`, keepOut);
    return {
      directory,
      names: list.entries.map(({ name }) => name),
      digest: digest(directory, list, kept),
    };
  } catch (error) {
    if (error instanceof AiError) throw error;
    throw refuse(messageOf(error), `ls -l ${directory}`);
  }
}

const keepOut = 'name what it needs in COPY, or keep the rest out by a .dockerignore';

/** stat(2): the kind of a file in the third part of its signature. */
const isLink = (signature: string): boolean =>
  (BigInt(signature.split('\0')[3] ?? '0') & 0o170000n) === 0o120000n;

function isBehindLink(directory: string, name: string): boolean {
  const parents = name.split('/').slice(0, -1);
  return parents.some((_, index) =>
    lstatSync(path.join(directory, ...parents.slice(0, index + 1)), {
      throwIfNoEntry: false,
    })?.isSymbolicLink(),
  );
}

async function readFilter(directory: string, dockerfile: string): Promise<ContextFilter> {
  const text =
    readProjectFile(`${dockerfile}.dockerignore`) ??
    readProjectFile(path.join(directory, '.dockerignore'));
  if (text === undefined) return { isLeftOut: () => false, isFinal: true };
  const { default: dockerignore } = await import('@balena/dockerignore');
  const rules = dockerignore().add(text);
  return { isLeftOut: (name) => rules.ignores(name), isFinal: !/^\s*!/m.test(text) };
}

/** One small file more to read, instead of all of the context. */
function digest(
  directory: string,
  { entries }: Extract<ContextList, { entries: unknown }>,
  kept: string,
): string {
  const signature = signatureOf(entries);
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 24);
  const file = path.join(kept, name);
  const [before, known] = (readRegularFile(file) ?? '').trim().split(' ');
  if (before === signature && known !== undefined) return known;
  const names = entries.map((entry) => entry.name);
  const found = digestOf(hashEach(directory, names));
  try {
    ensureDirectory(kept);
    writeFileAtomically(file, `${signature} ${found}\n`, { mode: 0o600 });
  } catch {
    // A home that is read-only, or full.
  }
  return found;
}
