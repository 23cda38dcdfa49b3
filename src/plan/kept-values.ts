// Where the value of a variable stands on the host: its environment, the user's secrets, the file of variables. Pure.

import { path } from '../base/path.ts';
import { commandIn } from '../settings/references.ts';
import type { Facts, KeptFacts, Texts } from './facts.ts';
import type { Variable } from './run-plan.ts';

/** Where values may stand. */
export interface KeyPlaces {
  host: Pick<Facts['host'], 'environment'>;
  secrets: Facts['secrets'];
  state: Pick<Facts['state'], 'global'>;
  kept?: KeptFacts | undefined;
}

/** The directory of the secrets that every project may use, absolute. */
export const secretsDirectory = (global: string): string => path.join(global, 'secrets');

/** The file of one of them. */
export const secretFile = (global: string, name: string): string =>
  path.join(secretsDirectory(global), name);

/** The directory of a project's own. */
export const projectSecrets = (stateDirectory: string, projectId: string): string =>
  path.join(stateDirectory, 'projects', projectId, 'secrets');

export interface FoundValue {
  /** Empty for what a command has not printed yet. */
  value: string;
  /** Where it stands, where a shell can be told. */
  from?: NonNullable<Variable['from']>;
  /** Of the host's environment; whatever else there is the user keeps as a secret. */
  isOfHost: boolean;
}

/**
 * The strongest of the places: the host's environment, the project's secrets, those of all projects, the file of variables. What is
 * empty is not there.
 * @param file the name of its file of secrets, where that is another one
 */
export function findValue(
  { host, secrets, state, kept }: KeyPlaces,
  name: string,
  file = name,
): FoundValue | undefined {
  const given = own(host.environment, name);
  if (given) return { value: given, from: { variable: name }, isOfHost: true };
  const ofProject = kept && own(kept.project.values, file);
  if (ofProject) return resolve(ofProject, kept, path.join(kept.project.directory, file));
  const ofAll = own(secrets, file);
  if (ofAll) return resolve(ofAll, kept, secretFile(state.global, file));
  const inFile = kept && own(kept.envFile, name);
  return inFile ? resolve(inFile, kept) : undefined;
}

/** A text of a file: what it says, or what the command that it names has printed. */
export function resolve(text: string, kept: KeptFacts | undefined, file?: string): FoundValue {
  const command = commandIn(text);
  if (command !== undefined) return { ...printedBy(command, kept), isOfHost: false };
  return { value: text, isOfHost: false, ...(file !== undefined && { from: { file } }) };
}

export const printedBy = (
  command: string,
  kept: KeptFacts | undefined,
): Pick<FoundValue, 'value'> & { from: { command: string } } => ({
  value: own(kept?.printed ?? {}, command) ?? '',
  from: { command },
});

/** True if it has a value, or will have one: that of a command is not known in a preview. */
export const isGiven = ({ value, from }: Pick<Variable, 'value' | 'from'>): boolean =>
  value !== '' || isPrinted(from);

export const isPrinted = (from: Variable['from']): boolean =>
  from !== undefined && 'command' in from;

/** Names come from files and command lines: `constructor` is one like any other. */
export const own = (texts: Texts, name: string): string | undefined =>
  Object.hasOwn(texts, name) ? texts[name] : undefined;
