// For `ai trust`: what the image of a project would be built from, if its settings counted.

import { AiError, isAiError } from '../base/errors.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import type { ImageSource } from '../plan/project-image-facts.ts';
import { environmentLayer, resolveSettings, type Layer } from '../settings/layers.ts';
import { withPreset } from '../settings/presets.ts';
import type { Settings } from '../settings/schema.ts';
import { readAgreed } from '../state/agreed-sources.ts';
import { sourceLines } from './image-source-words.ts';
import { lookAtRunImage } from './look.ts';
import type { ProjectLayers } from './project-layers.ts';
import { assistantNamed } from './which-assistant.ts';
import type { World } from './world.ts';

export interface TrustSources {
  unagreed: readonly ImageSource[];
  /** What there is to agree to. */
  lines: readonly string[];
}

const none: TrustSources = { unagreed: [], lines: [] };

/** What is wrong with a stranger's Dockerfile is a line: whoever only wants to see what is there, or to say no, need not mend it. */
export async function trustSources(
  world: World,
  config: Layer,
  project: ProjectFacts,
  { files }: Pick<ProjectLayers, 'files'>,
): Promise<TrustSources> {
  const settings = settingsOf(world, [config, ...files.map(({ layer }) => layer)]);
  if (settings === undefined) return none;
  try {
    const assistant = assistantNamed(settings, settings.assistant);
    const image = await lookAtRunImage(world, assistant, settings, project);
    const unagreed = image.project?.unagreed ?? [];
    return { unagreed, lines: sourceLines(unagreed, readAgreed(world.stateDirectory, project.id)) };
  } catch (error) {
    if (!isAiError(error, 'AI_IMAGE_SOURCE')) throw error;
    const { file, why } = error.facts;
    return { ...none, lines: [`no image can be built from ${file}: ${why}`] };
  }
}

/** Undefined where something in them is wrong: that is said elsewhere. */
function settingsOf({ environment }: World, layers: readonly Layer[]): Settings | undefined {
  try {
    return resolveSettings(withPreset([...layers, environmentLayer(environment).layer])).settings;
  } catch (error) {
    if (error instanceof AiError) return undefined;
    throw error;
  }
}
