// What a project's own image is to be built from, as it lies there: the Dockerfile of the settings, and the devcontainer.

import { createHash } from 'node:crypto';
import { whyNotOnParent } from '../base/dockerfile.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside } from '../base/paths.ts';
import type { BuildContext, DockerfileBuild, ImageSource } from '../plan/project-image-facts.ts';
import { readBuildContext, type ContextInput } from './build-context.ts';
import { readDevcontainer } from './devcontainer.ts';
import { exists, readProjectFile, realPathOf } from './project-file.ts';

export interface ImagePlaces {
  root: string;
  home: string;
  /** Where sessions write. */
  writable: readonly string[];
  /** A directory of ours for hashes of contexts. */
  kept: string;
  maskedAmong: ContextInput['maskedAmong'];
}

export interface FoundSource<T> {
  made: T;
  source: ImageSource;
  /** A session can change it. */
  isOpen: boolean;
}

/** @throws AiError AI_IMAGE_SOURCE, AI_IMAGE_UNFIT */
export async function readDockerfile(
  named: string,
  { root, home, writable, ...more }: ImagePlaces,
): Promise<FoundSource<DockerfileBuild>> {
  // What stands in a project's file is absolute already; the user's own counts from the project.
  const file = path.resolve(root, named.replace(/^~(?=\/|$)/, home));
  const refuse = (why: string): AiError =>
    new AiError('AI_IMAGE_SOURCE', { file, why, next: 'check the setting image.dockerfile' });
  if (!exists(file)) throw refuse('there is no such file');
  const real = realPathOf(file);
  if (real === undefined) throw refuse('it is a link that leads nowhere');
  if (isInside(file, root) && !isInside(real, root))
    throw refuse('it is a link that leads out of the project');
  const text = readProjectFile(real);
  if (text === undefined) throw refuse('it is no file of at most 64 kB that can be read');
  const why = whyNotOnParent(text);
  if (why !== undefined)
    throw new AiError('AI_IMAGE_SOURCE', {
      file,
      why,
      next: 'let it begin with ARG AI_IMAGE and FROM ${AI_IMAGE}: that is the assistant’s image',
    });
  const context = await readBuildContext(path.dirname(real), { dockerfile: real, text, ...more });
  const name = isInside(real, root) ? path.relative(root, real) : real;
  const made = { text, context, args: {} };
  const openPlaces = [root, ...writable.map((one) => realPathOf(one) ?? one)];
  return {
    made,
    source: sourceOf(name, { [name]: text }, made),
    isOpen: openPlaces.some((open) => isInside(real, open) || copiesFrom(open, context)),
  };
}

/** What a Dockerfile beside the project copies may lie in it. */
const copiesFrom = (open: string, { directory, names }: BuildContext): boolean =>
  isInside(open, directory) && names.some((name) => isInside(path.join(directory, name), open));

export interface FoundDevcontainer extends FoundSource<
  { image: string } | { build: DockerfileBuild }
> {
  unused: readonly string[];
}

/** @throws AiError AI_IMAGE_SOURCE */
export async function readDevcontainerImage({
  root,
  kept,
  maskedAmong,
}: ImagePlaces): Promise<FoundDevcontainer> {
  const { name, text, unused, made } = readDevcontainer(root);
  if ('image' in made)
    return {
      made,
      unused,
      isOpen: true,
      // What else stands in it is an editor's.
      source: sourceOf(name, { [name]: text }, made),
    };
  const { dockerfile, context: directory, args, target } = made;
  const content = readProjectFile(dockerfile);
  if (content === undefined)
    throw new AiError('AI_IMAGE_SOURCE', {
      file: dockerfile,
      why: 'it is no file of at most 64 kB that can be read',
      next: `correct build.dockerfile in ${name}`,
    });
  const context = await readBuildContext(directory, {
    dockerfile,
    text: content,
    kept,
    maskedAmong,
  });
  const build = { text: content, context, args, ...(target !== undefined && { target }) };
  const texts = { [name]: text, [path.relative(root, dockerfile)]: content };
  return { made: { build }, unused, isOpen: true, source: sourceOf(name, texts, build) };
}

function sourceOf(
  name: string,
  texts: ImageSource['texts'],
  made: DockerfileBuild | { image: string },
): ImageSource {
  const parts =
    'image' in made
      ? [made.image]
      : [made.text, made.context.digest, Object.entries(made.args), made.target ?? null];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const hasContext = !('image' in made) && made.context.names.length > 0;
  return { name, hash, texts, ...(hasContext && { context: made.context }) };
}
