// What is wrong in the files and variables that settings come from, and what of a project waits for the user's trust.

import { environmentLayer } from '../../settings/layers.ts';
import {
  problemsInPlaces,
  settingsFiles,
  type CheckedFile,
  type SettingsFile,
} from '../settings-files.ts';
import { readProjectLayers } from '../project-layers.ts';
import { trustCommand } from '../trust-warnings.ts';
import type { Examination } from './examination.ts';

export interface SettingsFacts {
  checked: readonly CheckedFile[];
  files: readonly Pick<SettingsFile, 'file' | 'owner' | 'state' | 'isThere'>[];
  /** Files of the project that nobody reads: links, and what is too large. */
  ignored: readonly { file: string; why: string }[];
  /** Variables that look like mistyped settings. */
  mistyped: readonly string[];
  /** Shows what the project's files would do, and asks. */
  trust: string;
}

/** @throws AiError AI_FILE_UNREADABLE */
export async function lookAtSettings({ world, where }: Examination): Promise<SettingsFacts> {
  const files = await settingsFiles(world, where);
  return {
    // What nobody trusts counts for nothing: it is said as what it is.
    checked: (await problemsInPlaces(world, where)).filter(({ name }) => counts(files, name)),
    files,
    ignored: (await readProjectLayers(world, where, [])).skipped,
    mistyped: environmentLayer(world.environment).warnings,
    trust: trustCommand(where),
  };
}

const counts = (files: readonly SettingsFile[], name: string): boolean =>
  files.find(({ file }) => file === name)?.state !== 'invalid';
