// Which vendor an assistant is sent to: a login at one must never reach another. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import type { Variable } from './run-plan.ts';

type Given = readonly Pick<Variable, 'name' | 'value'>[];

/**
 * The host of an endpoint that is not the vendor's own, with the port where there is one; undefined for the vendor's own.
 * `malformed` is what no request can be sent to: its text may hold anything, so it is not shown.
 */
export function foreignEndpoint(assistant: Assistant, variables: Given): string | undefined {
  const value = endpointOf(assistant, variables);
  if (value === undefined) return undefined;
  const url = readUrl(value);
  if (url === undefined) return malformed;
  const isOwn = url.protocol === 'https:' && assistant.endpoint?.own.includes(url.host);
  return isOwn ? undefined : url.host;
}

/** True if it is sent to something that is no address. */
export const isMalformed = (assistant: Assistant, variables: Given): boolean =>
  foreignEndpoint(assistant, variables) === malformed;

/** The folder of its state: its name, or one of its own for every endpoint of somebody else. */
export function stateNameOf(assistant: Assistant, variables: Given): string {
  const host = foreignEndpoint(assistant, variables);
  if (host === undefined) return assistant.name;
  // One sign for one, and an underscore doubled, so that no two hosts share a folder.
  return `${assistant.name}@${host.replaceAll('_', '__').replaceAll(/[^\w.-]/g, '_')}`;
}

/** Names of variables that this assistant does not get to see at this endpoint. */
export function withheldVariables(assistant: Assistant, variables: Given): readonly string[] {
  const { withheld = [], endpoint } = assistant;
  const isForeign = foreignEndpoint(assistant, variables) !== undefined;
  return [...withheld, ...(isForeign ? (endpoint?.logins ?? []) : [])];
}

/** No host has this name: the real ones come out of a URL, where a space is none of their signs. */
const malformed = 'no address';

const endpointOf = ({ endpoint }: Assistant, variables: Given): string | undefined =>
  variables.find(({ name }) => name === endpoint?.variable)?.value || undefined;

function readUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) ? url : undefined;
}
