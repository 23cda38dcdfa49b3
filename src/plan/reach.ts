// Whom a secret reaches: its own assistants if any knows the name, else the project that it is of, else whoever asks for it. Pure.

import { assistants } from '../assistants/registry.ts';
import type { Assistant, HostVariable } from '../assistants/assistant.ts';

export type Reach =
  | { kind: 'assistants'; names: readonly string[] }
  /** Every run of the project that it is of. */
  | { kind: 'project' }
  /** Runs whose setting `env` names it without a value. */
  | { kind: 'named' };

export function reachOf(name: string, isOfProject: boolean): Reach {
  const names = assistantsThatKnow(name);
  if (names.length > 0) return { kind: 'assistants', names };
  return { kind: isOfProject ? 'project' : 'named' };
}

/** By the name of the variable, or of its file. */
export const assistantsThatKnow = (name: string): readonly string[] =>
  all()
    .filter(({ of: { hostVariables } }) => hostVariables.some((known) => isCalled(known, name)))
    .map((one) => one.name);

/** The name of its file: several names may stand for one. */
export const fileNameOf = (name: string): string => {
  const known = find(name);
  return known?.file ?? known?.name ?? name;
};

/** The variable of a file, as people know it. */
export const variableNameOf = (file: string): string => find(file)?.name ?? file;

/** A key goes into a header: it is one word. */
export const isKey = (name: string): boolean => find(name)?.secret === true;

/** An assistant's variable that holds no secret: a model, an address. */
export const isPlain = (name: string): boolean => find(name)?.secret === false;

const find = (name: string): HostVariable | undefined =>
  all()
    .flatMap(({ of: { hostVariables } }) => hostVariables)
    .find((known) => isCalled(known, name));

const isCalled = ({ name, file }: HostVariable, wanted: string): boolean =>
  name === wanted || file === wanted;

const all = (): { name: string; of: Assistant }[] =>
  Object.entries(assistants).map(([name, of]) => ({ name, of }));
