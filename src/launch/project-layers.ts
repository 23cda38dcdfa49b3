// What of a project's settings counts: all of a file that the user trusts, the harmless part of any other.

import { totalmem } from 'node:os';
import type { SettingProblem } from '../base/errors.ts';
import type { ProjectFacts } from '../plan/facts.ts';
import { usualMemory } from '../plan/limits.ts';
import { readFound } from '../read/project.ts';
import {
  readProjectSettings,
  type ProjectSettings,
  type ProjectSettingsFile,
} from '../read/project-settings.ts';
import { problemsInEach, type Layer, type LayerValue } from '../settings/layers.ts';
import { withPreset } from '../settings/presets.ts';
import { schema } from '../settings/schema.ts';
import { limitsIn, providersIn, sortByTrust, type LimitsBelow } from '../settings/trust.ts';
import { isSameContent, readTrust, trustFile, type TrustRecord } from '../state/trust-store.ts';
import { projectAround, type Where, type World } from './world.ts';

export interface JudgedFile extends ProjectSettingsFile {
  /**
   * `harmless`: there is nothing in it to trust. `unasked` and `refused`: what reaches the host does not count; the user has not
   * answered, or has said no. `invalid`: not trusted, and nothing of it counts because something in it is wrong.
   */
  state: 'harmless' | 'trusted' | 'unasked' | 'refused' | 'invalid';
  /** What reaches the host, whether it counts or not. */
  reaching: readonly LayerValue[];
  /** What counts. */
  counting: Layer;
  /** The layers that it lies on, as far as they count: what is half a definition may be the rest of one. */
  below: readonly Layer[];
  /** Everything that is wrong in it, its values too. */
  wrong: readonly SettingProblem[];
}

export interface ProjectLayers {
  /** None where no run can start: at /, in the home directory, in a directory that is gone. */
  project?: ProjectFacts;
  /** Root first. */
  files: readonly JudgedFile[];
  skipped: ProjectSettings['skipped'];
  /** Why nothing is trusted: the file that says so cannot be used. */
  trouble?: string;
}

/** @param others the layers below: the project's lie on them, and may speak of what these define */
export async function readProjectLayers(
  world: World,
  where: Where,
  others: readonly Layer[],
): Promise<ProjectLayers> {
  const around = projectAround(world, where);
  const project = around && readFound(around);
  if (project === undefined) return { files: [], skipped: [] };
  const found = await readProjectSettings({ ...project, home: world.home });
  const { skipped } = found;
  if (found.files.length === 0) return { project, files: [], skipped };
  const providers = providersIn([...others, ...found.files.map(({ layer }) => layer)]);
  const { projects, trouble } = readTrust(world.stateDirectory);
  const records = projects.find(({ id }) => id === project.id)?.records ?? [];
  const files: JudgedFile[] = [];
  for (const file of found.files) {
    const below = [...others, ...files.map(({ counting }) => counting)];
    files.push(judge(file, { records, providers, below, limits: limitsOf(below) }));
  }
  return {
    project,
    files,
    skipped,
    ...(trouble !== undefined && { trouble: `${trustFile(world.stateDirectory)}: ${trouble}` }),
  };
}

/** The same file with the user's answer. */
export const answered = (file: JudgedFile, trusted: boolean): JudgedFile =>
  trusted ? { ...file, state: 'trusted', counting: file.layer } : { ...file, state: 'refused' };

interface Circumstances {
  records: readonly TrustRecord[];
  providers: readonly string[];
  below: JudgedFile['below'];
  limits: LimitsBelow;
}

/** The user's file may say `secure`: what that brings holds too. */
function limitsOf(below: readonly Layer[]): LimitsBelow {
  const usual = { memory: usualMemory(totalmem()), pids: schema.pids.default };
  return { ...usual, ...limitsIn(withPreset(below)) };
}

function judge(
  file: ProjectSettingsFile,
  { records, providers, below, limits }: Circumstances,
): JudgedFile {
  const { layer } = file;
  const isOwn = ({ origin }: SettingProblem): boolean => origin.startsWith(`${file.file}:`);
  const wrong = [...file.problems, ...problemsInEach([...below, layer]).filter(isOwn)];
  const { harmless, reaching } = sortByTrust(layer, providers, limits);
  const record = records.find((one) => isSameContent(one, { file: file.name, hash: file.hash }));
  const judged = { ...file, wrong, reaching, below };
  if (record?.trusted === true) return { ...judged, state: 'trusted', counting: layer };
  if (wrong.length > 0) return { ...judged, state: 'invalid', counting: { ...layer, values: [] } };
  const state = reaching.length === 0 ? 'harmless' : record === undefined ? 'unasked' : 'refused';
  return { ...judged, state, counting: harmless };
}
