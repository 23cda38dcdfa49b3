// What the user has said about the settings of projects: `trust.json` in the state directory, which no container sees.

import { messageOf } from '../base/errors.ts';
import { asObject, isList, ownValue, parseJson, type JsonObject } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { whileLocked } from './change-file.ts';
import { quarantine } from './truth.ts';

export interface TrustRecord {
  /** Below the project's root, as `ai trust` shows it. */
  file: string;
  /** Of the content that the answer was about. */
  hash: string;
  trusted: boolean;
}

/** The name of an answer about what an image is built from, as `ai trust --list` shows it. */
export const imageSourceName = (name: string): string => `${name} (image)`;

export interface TrustProject {
  /** All worktrees of a repository share it. */
  id: string;
  /** Where it was when it was last answered for, for people. */
  root: string;
}

/** Oldest answers first. */
export type TrustedProject = TrustProject & { records: readonly TrustRecord[] };

export interface TrustStore {
  projects: readonly TrustedProject[];
  /** Why nothing is trusted, where the file is there and cannot be used. */
  trouble?: string;
}

/** Contents that are remembered of one project. Beyond that the oldest are asked about again. */
const mostRecords = 200;

export const trustFile = (stateDirectory: string): string =>
  path.join(stateDirectory, 'trust.json');

export function readTrust(stateDirectory: string): TrustStore {
  try {
    const text = readTextIfThere(trustFile(stateDirectory));
    if (text === undefined) return { projects: [] };
    const projects = parseProjects(parseJson(text));
    return projects ? { projects } : { projects: [], trouble: 'it is not as ai writes it' };
  } catch (error) {
    return { projects: [], trouble: messageOf(error) };
  }
}

/**
 * Remembers these answers; later ones replace those about the same content.
 * @throws AiError AI_STATE_UNWRITABLE
 */
export const rememberTrust = (
  stateDirectory: string,
  { id, root }: TrustProject,
  answers: readonly TrustRecord[],
): Promise<void> =>
  change(stateDirectory, (projects) => {
    const before = projects.find((project) => project.id === id)?.records ?? [];
    const kept = before.filter(
      (record) => !answers.some((answer) => isSameContent(answer, record)),
    );
    const records = [...kept, ...answers].slice(-mostRecords);
    return [...projects.filter((project) => project.id !== id), { id, root, records }];
  });

/**
 * Forgets a project, yes and no alike.
 * @returns false where there was nothing to forget. @throws AiError AI_STATE_UNWRITABLE
 */
export async function forgetTrust(stateDirectory: string, id: string): Promise<boolean> {
  if (!readTrust(stateDirectory).projects.some((project) => project.id === id)) return false;
  await change(stateDirectory, (projects) => projects.filter((project) => project.id !== id));
  return true;
}

export const isSameContent = (
  a: Pick<TrustRecord, 'file' | 'hash'>,
  b: Pick<TrustRecord, 'file' | 'hash'>,
): boolean => a.file === b.file && a.hash === b.hash;

async function change(
  stateDirectory: string,
  next: (projects: readonly TrustedProject[]) => readonly TrustedProject[],
): Promise<void> {
  const file = trustFile(stateDirectory);
  await whileLocked(stateDirectory, { name: '.trust.json.lock', file }, () => {
    const { projects: before, trouble } = readTrust(stateDirectory);
    // A newer `ai` may have written it.
    if (trouble !== undefined) quarantine({ directory: stateDirectory }, path.basename(file));
    const projects = next(before);
    const document = {
      version,
      projects: projects.map(({ id, root, records }) => ({ id, root, records })),
    };
    writeFileAtomically(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  });
}

const version = 1;

/** Undefined where anything in it is not as it was written: half of it could say the opposite of the whole. */
function parseProjects(document: JsonObject | undefined): readonly TrustedProject[] | undefined {
  const projects = ownValue(document, 'projects');
  if (ownValue(document, 'version') !== version || !isList(projects)) return undefined;
  const parsed = projects.map((project) => parseProject(asObject(project)));
  return parsed.every((project) => project !== undefined) ? parsed : undefined;
}

function parseProject(project: JsonObject | undefined): TrustedProject | undefined {
  const [id, root, list] = ['id', 'root', 'records'].map((key) => ownValue(project, key));
  if (typeof id !== 'string' || typeof root !== 'string' || !isList(list)) return undefined;
  const records = list.map((record) => parseRecord(asObject(record)));
  return records.every((record) => record !== undefined) ? { id, root, records } : undefined;
}

function parseRecord(record: JsonObject | undefined): TrustRecord | undefined {
  const [file, hash, trusted] = ['file', 'hash', 'trusted'].map((key) => ownValue(record, key));
  return typeof file === 'string' && typeof hash === 'string' && typeof trusted === 'boolean'
    ? { file, hash, trusted }
    : undefined;
}
