// Whether a project's image may be built from what lies there now: a session can write a Dockerfile, and the next run would give
// its logins to whatever comes of that. The user agrees to the content; --yes does not.

import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { filesDirectoryOf } from '../images/tag.ts';
import type { Facts, ProjectFacts } from '../plan/facts.ts';
import type { ImageFacts } from '../plan/image-facts.ts';
import type { ImageSource } from '../plan/project-image-facts.ts';
import { imageSourceName, rememberTrust } from '../state/trust-store.ts';
import { forgetUsedImages, readUsedImage } from '../state/used-images.ts';
import { agreedNow, forgetAgreed, readAgreed, rememberAgreed } from '../state/agreed-sources.ts';
import { fitsOnScreen } from './ask-trust.ts';
import { sourceLines } from './image-source-words.ts';
import { isAtTerminal, type World } from './world.ts';

/**
 * Asks, where anything is new. Without a yes the run gets the last image that the user has agreed to.
 * @throws AiError AI_IMAGE_UNTRUSTED where there was none, AI_IMAGE_SOURCE, AI_STATE_UNWRITABLE
 */
export async function confirmImage(world: World, facts: Facts): Promise<Facts> {
  const { image, project } = facts;
  const { unagreed = [] } = image.project ?? {};
  if (image.project === undefined || unagreed.length === 0) return facts;
  if (await isAgreed(world, project, unagreed)) {
    await agreeTo(world, project, unagreed);
    return { ...facts, image: withoutQuestion(image) };
  }
  return { ...facts, image: lastImage(world, facts, unagreed) };
}

async function isAgreed(
  world: World,
  project: ProjectFacts,
  sources: readonly ImageSource[],
): Promise<boolean> {
  if (!isAtTerminal(world)) return false;
  const details = sourceLines(sources, readAgreed(world.stateDirectory, project.id));
  // Behind more than a screen something could hide: that is for `ai trust`.
  if (!fitsOnScreen(world, details)) {
    const text =
      'what this project’s image is built from is new, and more than a screen: ai trust  shows it and asks';
    world.emit({ type: 'notice', text });
    return false;
  }
  return (await world.consent(imageQuestion, details)) === true;
}

export const imageQuestion = 'Build the image of this project from that?';

/** @throws AiError AI_STATE_UNWRITABLE, AI_IMAGE_SOURCE where something has changed since it was shown */
export async function agreeTo(
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  { id, root }: Pick<ProjectFacts, 'id' | 'root'>,
  sources: readonly ImageSource[],
): Promise<void> {
  const agreed = agreedNow(sources);
  await rememberTrust(
    stateDirectory,
    { id, root },
    sources.map(({ name, hash }) => ({ file: imageSourceName(name), hash, trusted: true })),
  );
  rememberAgreed(stateDirectory, id, agreed);
}

/** What an answer that is taken back has led to: no run goes on with the image of before, and the next question shows all of it. */
export function forgetImages({ stateDirectory }: Pick<World, 'stateDirectory'>, id: string): void {
  forgetUsedImages(stateDirectory, id);
  forgetAgreed(stateDirectory, id);
}

function withoutQuestion(image: ImageFacts): ImageFacts {
  const { project } = image;
  return project ? { ...image, project: { ...project, unagreed: [] } } : image;
}

function lastImage(
  world: World,
  { image, assistant, project }: Facts,
  sources: readonly ImageSource[],
): ImageFacts {
  const names = sources.map(({ name }) => name);
  const used = readUsedImage(world.stateDirectory, {
    assistant: assistant.name,
    project: project.id,
  });
  if (used === undefined || image.project === undefined)
    throw new AiError('AI_IMAGE_UNTRUSTED', { names, assistant: assistant.name });
  world.emit({
    type: 'warning',
    text: `this run gets the image of before, because you have not agreed to ${names.join(', ')} as it is now: ai trust`,
  });
  return {
    ...image,
    tag: used.tag,
    ...(used.version !== undefined && { version: used.version }),
    reason: 'the last one that you have agreed to',
    files: filesDirectoryOf(path.join(world.stateDirectory, 'images'), used.tag),
    project: { ...image.project, stale: true },
  };
}
