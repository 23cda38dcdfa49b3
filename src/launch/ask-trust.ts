// Asks at a launch whether the settings of a project that reach the host may count. Only the user says yes, and once for a content.

import type { ProjectFacts } from '../plan/facts.ts';
import { effectsOf } from '../settings/effects.ts';
import { rememberTrust } from '../state/trust-store.ts';
import { answered, type JudgedFile, type ProjectLayers } from './project-layers.ts';
import { isAtTerminal, type World } from './world.ts';

/** Lines that a screen shows at once: behind more of them something could hide. */
const mostLines = 40;

/** @throws AiError AI_STATE_UNWRITABLE */
export async function askTrust(world: World, layers: ProjectLayers): Promise<ProjectLayers> {
  const { project, files } = layers;
  const asked = files.filter(({ state }) => state === 'unasked');
  const details = asked.flatMap(effectLines);
  if (project === undefined || !isAtTerminal(world) || details.length > mostLines) return layers;
  const trusted = await world.consent(trustQuestion, details);
  await rememberAnswer(world, project, asked, trusted);
  return {
    ...layers,
    files: files.map((file) => (asked.includes(file) ? answered(file, trusted) : file)),
  };
}

export const trustQuestion = 'Trust these settings of the project?';

/** The answer about what was read and shown, by its hash. @throws AiError AI_STATE_UNWRITABLE */
export const rememberAnswer = (
  { stateDirectory }: World,
  { id, root }: ProjectFacts,
  files: readonly JudgedFile[],
  trusted: boolean,
): Promise<void> =>
  rememberTrust(
    stateDirectory,
    { id, root },
    files.map(({ name, hash }) => ({ file: name, hash, trusted })),
  );

/** The file and, below it, what it would do: every line of it, whatever its values are. */
export const effectLines = ({ name, reaching, below }: JudgedFile): readonly string[] => [
  `${name} would`,
  ...effectsOf(reaching, below).map((line) => `    ${line}`),
];
