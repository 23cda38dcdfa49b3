// What the image of a run is made of, for the record of images used and for the words about what has changed since.

import { createHash } from 'node:crypto';
import { hasPackages, writePackages } from '../base/packages.ts';
import { hashEach } from '../host/context-files.ts';
import { exactName } from '../base/image-name.ts';
import { readTemplates } from '../images/templates.ts';
import { changesBetween, type Ingredients, type SourcePrint } from '../plan/image-ingredients.ts';
import type { BuildContext, ImageSource } from '../plan/project-image-facts.ts';
import { readUsedImage } from '../state/used-images.ts';
import { readProjectTemplates } from './look-project-image.ts';
import { usedPlace, type ImageWanted } from './remember-image.ts';
import type { World } from './world.ts';

/** Contents of more files than this are told by one hash alone. */
const mostFiles = 500;

export function ingredientsOf(
  { templates }: Pick<World, 'templates'>,
  { assistant, settings, image }: ImageWanted,
): Ingredients {
  const { dockerfile, start, relay, compileCache } = readTemplates(templates);
  const { version, lock, digest, project, foreign } = image;
  const packages = settings['image.packages'];
  const own: Readonly<Record<string, string>> = {
    ...(!foreign && {
      Dockerfile: dockerfile,
      'start script': start,
      relay,
      'compiled code': compileCache,
    }),
    ...(project &&
      stepTemplates(
        templates,
        project.steps.map(({ kind }) => kind),
      )),
  };
  return {
    tag: image.tag,
    ...(version !== undefined && { version }),
    base: assistant.image ?? exactName(settings['image.base'], digest),
    ...(lock !== undefined && { lock: short(lock) }),
    own: Object.fromEntries(Object.entries(own).map(([name, text]) => [name, short(text)])),
    packages: project && hasPackages(packages) ? writePackages(packages) : [],
    sources: Object.fromEntries(project?.sources.map((one) => [one.name, printOf(one)]) ?? []),
  };
}

function stepTemplates(
  templates: string,
  kinds: readonly string[],
): Readonly<Record<string, string>> {
  const { packages, devcontainer } = readProjectTemplates(templates);
  return {
    ...(kinds.includes('packages') && { 'how packages are installed': packages }),
    ...(kinds.includes('devcontainer') && { 'how it goes into a devcontainer': devcontainer }),
  };
}

function printOf({ hash, texts, context }: ImageSource): SourcePrint {
  const names = context?.names ?? [];
  return {
    hash,
    lines: Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, text.split('\n').map(short).join('\n')]),
    ),
    ...(context && names.length <= mostFiles && filesIn(context)),
  };
}

/** Only to tell what has changed: what cannot be read now is for the build to say. */
function filesIn({ directory, names }: BuildContext): Pick<SourcePrint, 'files'> {
  try {
    const hashes = [...hashEach(directory, names)];
    return { files: Object.fromEntries(hashes.map(([name, print]) => [name, short(print)])) };
  } catch {
    return {};
  }
}

const short = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Said before an image is built, where there was another one before. */
export function sayWhatChanges(
  world: Pick<World, 'templates' | 'stateDirectory' | 'emit'>,
  wanted: ImageWanted,
): void {
  const { name: assistant } = wanted.assistant;
  const before =
    readUsedImage(world.stateDirectory, usedPlace(wanted)) ??
    readUsedImage(world.stateDirectory, { assistant });
  const now = ingredientsOf(world, wanted);
  if (before === undefined || before.tag === now.tag) return;
  const changes = changesBetween(assistant, before, now);
  const said = changes.length > 0 ? changes : ['something else that ai builds it from'];
  for (const text of said.slice(0, mostLines))
    world.emit({ type: 'note', text: `changed since the last image: ${text}` });
}

const mostLines = 8;
