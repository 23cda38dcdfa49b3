// The settings of a command: defaults, the user's file, the project's files, the environment, the command line.

import { AiError } from '../base/errors.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import {
  environmentLayer,
  resolveSettings,
  type Layer,
  type ResolvedSettings,
} from '../settings/layers.ts';
import {
  readProjectLayers,
  type JudgedFile,
  type ProjectLayers,
  type Where,
} from './project-layers.ts';
import { trustWarnings } from './trust-warnings.ts';
import type { World } from './world.ts';

export interface SettledSettings extends ResolvedSettings {
  /** Those that count, earliest first; the defaults lie below them. */
  layers: readonly Layer[];
  /** The project that the command works in, where a run could start there. */
  project?: ProjectFacts;
  /** The project's files, root first, with what counts of each. */
  files: readonly JudgedFile[];
}

/**
 * Of project files that the user does not trust only what is harmless counts; one line says so.
 * @param where -C and --allow-root-dir, as they were given
 * @throws AiError AI_SETTING_INVALID with everything that is wrong in any layer
 */
export const settle = (
  world: World,
  commandLine: Layer,
  where: Where = {},
): Promise<SettledSettings> => settleWith(world, commandLine, where, undefined);

/** The same for what starts a run: at a terminal the user is asked first. --yes does not answer. */
export const settleRun = (
  world: World,
  commandLine: Layer,
  where: Where = {},
): Promise<SettledSettings> =>
  settleWith(world, commandLine, where, async (project) => {
    if (!project.files.some(({ state }) => state === 'unasked')) return project;
    const { askTrust } = await import('./ask-trust.ts');
    return askTrust(world, project);
  });

async function settleWith(
  world: World,
  commandLine: Layer,
  where: Where,
  ask: ((project: ProjectLayers) => Promise<ProjectLayers>) | undefined,
): Promise<SettledSettings> {
  const config = await readSettingsFile(world.stateDirectory);
  const environment = environmentLayer(world.environment);
  const seen = await readProjectLayers(world, where, [config]);
  const { project, files, ...rest } = ask ? await ask(seen) : seen;
  const warnings = [...environment.warnings, ...trustWarnings({ files, ...rest }, where)];
  for (const text of warnings) world.emit({ type: 'warning', text });
  const wrong = files.flatMap((file) => (file.state === 'trusted' ? file.problems : []));
  if (wrong.length > 0) throw new AiError('AI_SETTING_INVALID', { problems: wrong });
  const ofProject = files.map(({ counting }) => counting);
  const layers = [config, ...ofProject, environment.layer, commandLine];
  return { ...resolveSettings(layers), layers, files, ...(project && { project }) };
}
