// Which vendor an assistant is sent to: a login at one must never reach another. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import type { Variable } from './run-plan.ts';

type Given = readonly Pick<Variable, 'name' | 'value'>[];

/** The host of an endpoint that is not the vendor's own, with the port where there is one; undefined for the vendor's own. */
export function foreignEndpoint({ endpoint }: Assistant, variables: Given): string | undefined {
  if (endpoint === undefined) return undefined;
  const value = variables.find(({ name }) => name === endpoint.variable)?.value;
  if (value === undefined || value === '') return undefined;
  if (!URL.canParse(value)) return value;
  const { protocol, host } = new URL(value);
  return protocol === 'https:' && endpoint.own.includes(host) ? undefined : host || value;
}

/** The folder of its state: its name, or one of its own for every endpoint of somebody else. */
export function stateNameOf(assistant: Assistant, variables: Given): string {
  const host = foreignEndpoint(assistant, variables);
  if (host === undefined) return assistant.name;
  return `${assistant.name}@${host.replaceAll(/[^A-Za-z0-9.-]+/g, '_')}`;
}

/** Names of variables that this assistant does not get to see at this endpoint. */
export function withheldVariables(assistant: Assistant, variables: Given): readonly string[] {
  const { withheld = [], endpoint } = assistant;
  const isForeign = foreignEndpoint(assistant, variables) !== undefined;
  return [...withheld, ...(isForeign ? (endpoint?.logins ?? []) : [])];
}
