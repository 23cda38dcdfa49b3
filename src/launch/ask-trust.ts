// Asks at a launch whether the settings of a project that reach the host may count. Only the user says yes, and once for a content.

import { showOnOneLine } from '../base/quote.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import { effectsOf } from '../settings/effects.ts';
import { rememberTrust } from '../state/trust-store.ts';
import { answered, type JudgedFile, type ProjectLayers } from './project-layers.ts';
import { isAtTerminal, type World } from './world.ts';

/** @throws AiError AI_STATE_UNWRITABLE */
export async function askTrust(world: World, layers: ProjectLayers): Promise<ProjectLayers> {
  const { project, files } = layers;
  const asked = files.filter(({ state }) => state === 'unasked');
  const details = asked.flatMap(effectLines);
  if (project === undefined || asked.length === 0 || !isAtTerminal(world)) return layers;
  // Behind more than a screen something could hide: that is for `ai trust`.
  if (!fitsOnScreen(world, details)) return layers;
  const trusted = await world.consent(trustQuestion, details);
  if (trusted === undefined) return layers;
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

/** Whether the terminal shows all of it at once, with a question below it. */
export function fitsOnScreen({ streams }: World, lines: readonly string[]): boolean {
  const { columns = 80, rows = 24 } = streams.stderr as Partial<NodeJS.WriteStream>;
  // What is not ASCII may be two columns wide; each line begins with `ai: `.
  const widthOf = (line: string): number =>
    showOnOneLine(line).replaceAll(/[^ -~]/gu, 'xx').length + 4;
  const needed = lines.reduce((sum, line) => sum + Math.ceil(widthOf(line) / columns), 0);
  return needed + 2 <= rows;
}

/** The file and, below it, what it would do: every line of it, whatever its values are. */
export const effectLines = ({ name, reaching, below }: JudgedFile): readonly string[] => [
  `${name} would`,
  ...effectsOf(reaching, below).map((line) => `    ${line}`),
];
