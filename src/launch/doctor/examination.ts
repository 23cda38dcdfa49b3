// What all checks of `ai doctor` begin with: the settings as far as they are right, the assistants in question, the engine.

import type { Assistant } from '../../assistants/assistant.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import { AiError, isAiError } from '../../base/errors.ts';
import { onlyPlain } from '../../base/events.ts';
import type { ProjectFacts } from '../../plan/facts.ts';
import { readHost } from '../../read/host-facts.ts';
import { ownerOf } from '../../read/state-facts.ts';
import {
  environmentLayer,
  problemsInEach,
  resolveSettings,
  type Layer,
  type ResolvedSettings,
} from '../../settings/layers.ts';
import { withPreset } from '../../settings/presets.ts';
import type { Settings } from '../../settings/schema.ts';
import { settingsFiles } from '../settings-files.ts';
import { readProjectLayers } from '../project-layers.ts';
import { settle } from '../settle.ts';
import { assistantNamed } from '../which-assistant.ts';
import type { Where, World } from '../world.ts';
import { lookAtEngine, type EngineLook } from './look-engine.ts';

export interface Examination {
  /** Says nothing: what there is to say, the checks do. */
  world: World;
  where: Where;
  settings: Settings;
  /** Where each was set. */
  origins: ResolvedSettings['origins'];
  /** None where no run could start: in the home directory, at /. */
  project: ProjectFacts | undefined;
  /** The one in question: of `-a`, else the default. */
  assistant: Assistant;
  /** That one alone where the user has named it. */
  assistants: readonly Assistant[];
  /** What may leave this machine does. */
  online: boolean;
  /** Label `ai.owner` of this user's runs. */
  owner: string;
  /** Asked once, for all checks that want to know; by the first of them. */
  engine: () => Promise<EngineLook>;
}

export interface ExaminationInput {
  commandLine: Layer;
  where: Where;
  online: boolean;
}

/**
 * Changes nothing. What is wrong with settings in files and variables is for a check to tell, and here as if it were not set.
 * @throws AiError AI_SETTING_INVALID, AI_UNKNOWN_NAME for what the command line itself has wrong
 */
export async function beginExamination(
  world: World,
  { commandLine, where, online }: ExaminationInput,
): Promise<Examination> {
  checkCommandLine(commandLine);
  const silent: World = { ...world, emit: onlyPlain(world.emit) };
  const settled = await settleAnyway(silent, commandLine, where);
  const { settings, origins } = settled;
  const isNamed = commandLine.values.some(({ key }) => key === 'assistant');
  const all = assistantsOf(settings.assistants);
  const assistant = isNamed
    ? assistantNamed(settings, settings.assistant, 'ai doctor -a')
    : (all.get(settings.assistant) ?? assistantNamed(resolveSettings([]).settings, 'claude'));
  const owner = ownerOf(readHost(world.environment, withoutFiles(settings)), world.stateDirectory);
  return {
    ...{ world: settled.world, where, settings, origins },
    ...{ project: settled.project, assistant },
    ...{ assistants: isNamed ? [assistant] : [...all.values()], online, owner },
    engine: once(() =>
      lookAtEngine(settled.world, settings, { assistant, project: settled.project }),
    ),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** Certificates have a check of their own, and nothing else here may depend on them. */
export const withoutFiles = (settings: Settings): Settings => ({ ...settings, caCertificates: [] });

function checkCommandLine(commandLine: Layer): void {
  const problems = problemsInEach([commandLine]);
  if (problems.length > 0) throw new AiError('AI_SETTING_INVALID', { problems });
}

async function settleAnyway(
  world: World,
  commandLine: Layer,
  where: Where,
): Promise<ResolvedSettings & { world: World; project?: ProjectFacts }> {
  try {
    return await settle(world, commandLine, where);
  } catch (error) {
    if (!isAiError(error, 'AI_SETTING_INVALID') && !isAiError(error, 'AI_FILE_UNREADABLE'))
      throw error;
    const files = await settingsFiles(world, where).catch(() => []);
    const { layer } = environmentLayer(world.environment);
    const right = whatIsRight([...files.map((file) => file.layer), layer, commandLine]);
    const { project } = await readProjectLayers(world, where, []).catch(() => ({
      project: undefined,
    }));
    return { ...right, world, ...(project && { project }) };
  }
}

/** Value by value; the defaults alone where what is left does not go together. */
function whatIsRight(layers: readonly Layer[]): ResolvedSettings {
  const right = layers.map((layer) => ({
    ...layer,
    values: layer.values.filter(
      (value) => problemsInEach([{ ...layer, values: [value] }]).length === 0,
    ),
  }));
  try {
    return resolveSettings(withPreset(right));
  } catch {
    return resolveSettings([]);
  }
}
