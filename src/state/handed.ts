// What was handed out to a run, kept beside its home: without it nobody could tell what the session has changed.

import { path } from '../base/path.ts';
import { ensureDirectory, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import type { RunState } from './run-state.ts';

export interface HandedFile {
  /** Of the copy in the run. */
  copy: string;
  /** Of the truth then. */
  truth: string;
}

export type Handed = Readonly<Record<string, HandedFile>>;

/** Undefined where the launcher died before it had written it: then there was no start either. */
export function readHanded({ manifest }: RunState): Handed | undefined {
  const text = readTextIfThere(manifest);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Handed);
  } catch {
    return undefined;
  }
}

/** @throws AiError AI_STATE_UNWRITABLE */
export function writeHanded({ manifest }: RunState, handed: Handed): void {
  writeFileAtomically(manifest, JSON.stringify(handed), { mode: 0o600, sync: false });
}

/** The text of a document as it was handed out last, with the paths of the host. */
export const readBase = ({ handed }: RunState, name: string): string | undefined =>
  readTextIfThere(path.join(handed, name));

/** @throws AiError AI_STATE_UNWRITABLE */
export function writeBase({ handed }: RunState, name: string, text: string): void {
  const file = path.join(handed, name);
  ensureDirectory(path.dirname(file));
  writeFileAtomically(file, text, { mode: 0o600, sync: false });
}
