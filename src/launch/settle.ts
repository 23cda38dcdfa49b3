// The settings of a command: defaults, the user's file, the project's files, the environment, the command line.

import { AiError, isAiError, type SettingProblem } from '../base/errors.ts';
import { path } from '../base/path.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import { writableSource } from '../read/extra-mounts.ts';
import { settingsFile } from '../read/home.ts';
import { readSettingsFile } from '../read/settings-file.ts';
import {
  environmentLayer,
  problemsInEach,
  resolveSettings,
  settingOf,
  type Layer,
  type ResolvedSettings,
} from '../settings/layers.ts';
import { overruledBySecure, withPreset } from '../settings/presets.ts';
import type { SettingKey } from '../settings/schema.ts';
import { wantsPlain } from '../settings/wants-plain.ts';
import { readProjectLayers, type JudgedFile, type ProjectLayers } from './project-layers.ts';
import { trustWarnings } from './trust-warnings.ts';
import { distrust, type Where, type World } from './world.ts';

export interface SettledSettings extends ResolvedSettings {
  /** True for what the user has set, wherever; not for what only a project's file says. */
  isSetByUser: (key: SettingKey) => boolean;
  /** Those that count, earliest first; the defaults lie below them. */
  layers: readonly Layer[];
  /** The project that the command works in, where a run could start there. */
  project?: ProjectFacts;
  /** The project's files, root first, with what counts of each. */
  files: readonly JudgedFile[];
  /** The world of before, whose programs do not come from where runs with these settings write. */
  world: World;
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
  const { layer: config, problems: unreadable } = await readConfig(world);
  const environment = environmentLayer(world.environment);
  const ofUser = [config, environment.layer, commandLine];
  const speak = (layers: readonly Layer[]): void => {
    if (wantsPlain(layers)) world.emit({ type: 'plain' });
  };
  // Before the first question.
  speak(ofUser);
  const seen = await readProjectLayers(world, where, [config]);
  const { project, files, ...rest } = ask ? await ask(seen) : seen;
  const given = [config, ...files.map(({ counting }) => counting), environment.layer, commandLine];
  speak(given);
  const warnings = [...environment.warnings, ...trustWarnings({ files, ...rest }, where)];
  for (const text of warnings) world.emit({ type: 'warning', text });
  const layers = withPreset(given);
  const overruled = overruledBySecure(given);
  if (overruled.length > 0)
    world.emit({ type: 'warning', text: `secure overrules: ${overruled.join(', ')}` });
  // It was trusted when it was right: by another version, perhaps.
  const wrong = files.flatMap((file) => (file.state === 'trusted' ? file.problems : []));
  const lost = [...unreadable, ...wrong];
  if (lost.length > 0)
    throw new AiError('AI_SETTING_INVALID', { problems: [...lost, ...problemsInEach(layers)] });
  const resolved = resolveSettings(layers);
  const directory = path.resolve(world.directory, where.directory ?? '.');
  return {
    ...resolved,
    world: distrust(
      world,
      resolved.settings.mounts.flatMap((text) => writableSource(text, directory, world.home) ?? []),
    ),
    isSetByUser: (key) =>
      ofUser.some(({ values }) => values.some((value) => settingOf(value.key) === key)),
    layers,
    files,
    ...(project && { project }),
  };
}

/** What is wrong with its form is said together with everything else. */
async function readConfig({
  stateDirectory,
}: World): Promise<{ layer: Layer; problems: readonly SettingProblem[] }> {
  try {
    return { layer: await readSettingsFile(stateDirectory), problems: [] };
  } catch (error) {
    if (!isAiError(error, 'AI_SETTING_INVALID')) throw error;
    const { problems } = error.facts;
    return { layer: { origin: settingsFile(stateDirectory), values: [] }, problems };
  }
}
