// The context of a project's Dockerfile: which files a build may copy, and one hash of them, kept by what their file system says.

import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { AiError, messageOf } from '../base/errors.ts';
import { copiedPaths, namesGit } from '../base/dockerfile.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import {
  digestOf,
  hashEach,
  listContext,
  signatureOf,
  type ContextEntry,
  type ContextFilter,
  type ContextList,
} from '../host/context-files.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import type { BuildContext } from '../plan/project-image-facts.ts';
import { readProjectFile, realPathOf } from './project-file.ts';

export interface ContextInput {
  /** Its path, for the .dockerignore that may stand beside it. */
  dockerfile: string;
  text: string;
  /** A directory of ours for what was hashed before. */
  kept: string;
  /** Which of these names below a directory are hidden from runs. */
  maskedAmong: (directory: string, names: readonly string[]) => Promise<ReadonlySet<string>>;
}

/**
 * Nothing where the Dockerfile copies nothing; of what it names by plain paths only that; else all of the directory, but for a `.git`
 * that nobody names: each commit would be another image. Nothing that runs are not to see.
 * @throws AiError AI_IMAGE_SOURCE where there is too much of it, it cannot be read, or it is hidden and named
 */
export async function readBuildContext(
  directory: string,
  { dockerfile, text, kept, maskedAmong }: ContextInput,
): Promise<BuildContext> {
  const copied = copiedPaths(text);
  if (copied?.length === 0) return { directory, names: [], digest: digestOf(new Map()) };
  const refuse = (why: string, next: string): AiError =>
    new AiError('AI_IMAGE_SOURCE', { file: directory, why, next });
  const filter = await readFilter(directory, dockerfile, text);
  const find = async (): Promise<Found> => {
    const list = listCopied(directory, copied, filter);
    if ('why' in list) throw refuse(`${list.why}: too much to build an image from`, keepOut);
    const names = list.entries.map(({ name }) => name);
    const masked = withTargets(directory, names, await maskedAmong(directory, names));
    const named = copied?.find((name) => masked.has(name));
    if (named !== undefined)
      throw refuse(`mask hides ${named} in it, which it copies`, 'take it out of COPY, or of mask');
    return { entries: list.entries.filter(({ name }) => !masked.has(name)), masked };
  };
  try {
    const found = await find();
    return {
      directory,
      names: found.entries.map(({ name }) => name),
      digest: await digest(directory, found.entries, { kept, find }),
      ...(found.masked.size > 0 && { masked: found.masked.size }),
    };
  } catch (error) {
    if (error instanceof AiError) throw error;
    throw refuse(messageOf(error), `ls -l ${directory}`);
  }
}

interface Found {
  entries: readonly ContextEntry[];
  masked: ReadonlySet<string>;
}

/** What a link in it leads to is copied too, and on the way to a file there must be none. */
function listCopied(
  directory: string,
  copied: readonly string[] | undefined,
  filter: ContextFilter,
): ContextList {
  const list = listContext(directory, copied, filter);
  const hasLinks =
    copied &&
    'entries' in list &&
    (list.entries.some(({ signature }) => isLink(signature)) ||
      copied.some((name) => isBehindLink(directory, name)));
  return hasLinks ? listContext(directory, undefined, filter) : list;
}

/** With a link, what it leads to is hidden. */
function withTargets(
  directory: string,
  names: readonly string[],
  masked: ReadonlySet<string>,
): ReadonlySet<string> {
  const targets = [...masked].flatMap((name) => realPathOf(path.join(directory, name)) ?? []);
  const isTarget = (name: string): boolean =>
    targets.some((target) => isInside(path.join(directory, name), target));
  return masked.size === 0 ? masked : new Set([...masked, ...names.filter(isTarget)]);
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

async function readFilter(
  directory: string,
  dockerfile: string,
  source: string,
): Promise<ContextFilter> {
  const text =
    readProjectFile(`${dockerfile}.dockerignore`) ??
    readProjectFile(path.join(directory, '.dockerignore'));
  const isNever = (name: string): boolean =>
    name === '.git' && ![source, text ?? ''].some(namesGit);
  if (text === undefined) return { isLeftOut: () => false, isNever, isFinal: true };
  const { default: dockerignore } = await import('@balena/dockerignore');
  const rules = dockerignore().add(text);
  return { isLeftOut: (name) => rules.ignores(name), isNever, isFinal: !/^\s*!/m.test(text) };
}

/** Milliseconds in which a file may change twice without another ctime: file systems count in ticks of the kernel. */
const tick = 100;

/**
 * One small file more to read, instead of all of the context. It is no part of a run, and a look that only shows may write it: it
 * says again what lies there, and whoever comes next is spared the reading.
 */
async function digest(
  directory: string,
  entries: readonly ContextEntry[],
  { kept, find }: { kept: string; find: () => Promise<Found> },
): Promise<string> {
  const signature = signatureOf(entries);
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 24);
  const file = path.join(kept, name);
  const [before, known] = (readRegularFile(file) ?? '').trim().split(' ');
  if (before === signature && known !== undefined) return known;
  const began = Date.now();
  const names = entries.map((entry) => entry.name);
  const found = digestOf(hashEach(directory, names));
  // What was changed while it was read would be taken for what was read, for good.
  const isRecent = entries.some(({ changed }) => Number(changed / 1_000_000n) > began - tick);
  if (isRecent || signatureOf((await find()).entries) !== signature) return found;
  try {
    ensureDirectory(kept);
    writeFileAtomically(file, `${signature} ${found}\n`, { mode: 0o600 });
  } catch {
    // A home that is read-only, or full.
  }
  return found;
}
