// Which assistants an update is about: several may be one package, and some are ready images of somebody else's.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isFromNpm, type Assistant, type NpmPackage } from '../../assistants/assistant.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import type { Settings } from '../../settings/schema.ts';
import { assistantNamed } from '../which-assistant.ts';
import type { World } from '../world.ts';
import { imagesIn } from './chosen.ts';

export type Target =
  /** `names`: the assistants that are this package. */
  | { kind: 'package'; program: NpmPackage; assistant: Assistant; names: readonly string[] }
  | { kind: 'ready'; image: string; assistant: Assistant }
  /** It is on the user's PATH, or nowhere. */
  | { kind: 'own'; assistant: Assistant };

/**
 * @param words names of assistants; `all` of them; `here`: the default one, and those that something is kept of on this machine
 * @throws AiError AI_UNKNOWN_NAME
 */
export function targetsOf(
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  settings: Settings,
  words: readonly string[] | 'all' | 'here',
): readonly Target[] {
  const all = [...assistantsOf(settings.assistants).values()];
  const here = words === 'here' ? packagesHere(stateDirectory) : [];
  const isMeant = ({ name, package: program }: Assistant): boolean =>
    words === 'all' || name === settings.assistant || here.includes(program.name);
  const chosen = Array.isArray(words)
    ? words.map((word: string) => assistantNamed(settings, word))
    : all.filter(isMeant);
  const targets = new Map<string, Target>();
  for (const assistant of chosen) {
    const target = targetOf(assistant, all);
    const key = target.kind === 'package' ? `${target.program.name} ${target.program.npm}` : '';
    targets.set(key || `${target.kind} ${assistant.name}`, target);
  }
  return [...targets.values()];
}

function targetOf(assistant: Assistant, all: readonly Assistant[]): Target {
  const { package: program, image } = assistant;
  if (image !== undefined) return { kind: 'ready', image, assistant };
  if (!isFromNpm(program)) return { kind: 'own', assistant };
  const same = all.filter((one) => one.image === undefined && isSame(one.package, program));
  const first = same.find(({ name }) => name === program.name) ?? assistant;
  return { kind: 'package', program, assistant: first, names: same.map(({ name }) => name) };
}

const isSame = (one: Assistant['package'], other: NpmPackage): boolean =>
  one.name === other.name && one.npm === other.npm && one.version === other.version;

/** Names of the packages that have an image or an installation here. Nobody is asked. */
export function packagesHere(stateDirectory: string): readonly string[] {
  const installed = namesIn(path.join(stateDirectory, 'native'));
  return [...new Set([...imagesHere(stateDirectory), ...installed])];
}

/** True where a run of it may have an image here. */
export const hasImageHere = (
  { stateDirectory }: Pick<World, 'stateDirectory'>,
  { program }: { program: NpmPackage },
): boolean => imagesHere(stateDirectory).includes(program.name);

const imagesHere = (stateDirectory: string): readonly string[] =>
  namesIn(imagesIn({ stateDirectory })).flatMap(
    (name) => /^ai-in-docker-(.+)-[0-9a-f]{12}$/.exec(name)?.[1] ?? [],
  );

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
