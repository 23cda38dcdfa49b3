// Values that a command of the host gives when a run starts: `command:op read …` in a file of the user's.

import type { ValueType, VariableMap } from './types.ts';
import { variables } from './types.ts';

/** What a run executes on the host to get the value. */
export interface CommandReference {
  readonly command: string;
}

/** Variables of the setting `env`: a text, null for the value of that name on the host, or what a command prints. */
export type EnvironmentMap = Readonly<Record<string, string | null | CommandReference>>;

const prefix = 'command:';

/** The command that a text stands for; undefined for a text that is meant as it is. */
export function commandIn(text: string): string | undefined {
  const command = text.startsWith(prefix) ? text.slice(prefix.length).trim() : '';
  return command === '' ? undefined : command;
}

export const asReference = (command: string): string => `${prefix}${command}`;

/** As `variables`; only in files of settings a text may stand for a command. Flags and AI_ENV are taken as they are. */
export const environment: ValueType<EnvironmentMap> = {
  expected: variables.expected,
  json: variables.json,
  fromText: (text) => variables.fromText(text),
  fromFlag: (text) => variables.fromFlag?.(text),
  fromData: (data) => {
    const found = variables.fromData(data);
    return found && withReferences(found);
  },
  toData: (map) =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [name, written(value)])),
  at: (name) => variables.at?.(name) && oneValue,
  combine: (earlier, later) => ({ ...earlier, ...later }),
  // Whatever stands behind the name may be a secret.
  shown: (data) =>
    typeof data === 'string' ? `“${data.replace(/=.*$/s, '=…')}”` : 'what is there',
};

const oneValue: ValueType<string | null | CommandReference> = {
  expected: 'a text, or command: and what prints it',
  json: { type: ['string', 'number', 'boolean', 'null'] },
  fromText: (text) => text,
  fromData: (data) => environment.fromData({ A: data })?.['A'],
  toData: written,
  shown: () => 'what is there',
};

function written(value: string | null | CommandReference): string | null {
  return typeof value === 'object' && value !== null ? asReference(value.command) : value;
}

const withReferences = (map: VariableMap): EnvironmentMap =>
  Object.fromEntries(
    Object.entries(map).map(([name, value]) => {
      const command = value === null ? undefined : commandIn(value);
      return [name, command === undefined ? value : { command }];
    }),
  );
