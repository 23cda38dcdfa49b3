// Whom a secret reaches: its own assistants if any knows the name, else the project that it is of, else whoever asks for it. Pure.

import type { HostVariable } from '../assistants/assistant.ts';
import { assistantsOf } from '../assistants/registry.ts';
import type { Definitions } from '../base/assistant-definition.ts';

export type Reach =
  | { kind: 'assistants'; names: readonly string[] }
  /** Every run of the project that it is of. */
  | { kind: 'project' }
  /** Runs whose setting `env` names it without a value. */
  | { kind: 'named' };

/** What the assistants know of the names of variables. */
export interface KnownNames {
  reachOf: (name: string, isOfProject: boolean) => Reach;
  /** True if an assistant knows it, by the name of the variable or of its file. */
  isKnown: (name: string) => boolean;
  /** The name of its file: several names may stand for one. */
  fileNameOf: (name: string) => string;
  /** The variable of a file, as people know it. */
  variableNameOf: (file: string) => string;
  /** A key goes into a header: it is one word. */
  isKey: (name: string) => boolean;
  /** An assistant's variable that holds no secret: a model, an address. */
  isPlain: (name: string) => boolean;
}

const noDefinitions: Definitions = {};
/** A run asks half a dozen times. */
const made = new WeakMap<Definitions, KnownNames>();

/** @param definitions the assistants of the settings, which know names beside those of the built-in ones */
export function knownNames(definitions: Definitions): KnownNames {
  const whose = Object.keys(definitions).length === 0 ? noDefinitions : definitions;
  const names = made.get(whose) ?? namesOf(whose);
  made.set(whose, names);
  return names;
}

function namesOf(definitions: Definitions): KnownNames {
  // By the name of the variable and by that of its file.
  const known = new Map<string, { assistant: string; variable: HostVariable }[]>();
  for (const [assistant, { hostVariables }] of assistantsOf(definitions))
    for (const variable of hostVariables)
      for (const name of new Set([variable.name, variable.file ?? variable.name]))
        known.set(name, [...(known.get(name) ?? []), { assistant, variable }]);
  const knowing = (name: string) => known.get(name) ?? [];
  const find = (name: string): HostVariable | undefined => knowing(name)[0]?.variable;
  return {
    reachOf: (name, isOfProject) => {
      const names = [...new Set(knowing(name).map(({ assistant }) => assistant))];
      if (names.length > 0) return { kind: 'assistants', names };
      return { kind: isOfProject ? 'project' : 'named' };
    },
    isKnown: (name) => find(name) !== undefined,
    fileNameOf: (name) => {
      const found = find(name);
      return found?.file ?? found?.name ?? name;
    },
    variableNameOf: (file) => find(file)?.name ?? file,
    isKey: (name) => find(name)?.secret === true,
    isPlain: (name) => find(name)?.secret === false,
  };
}
