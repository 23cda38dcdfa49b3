// Which vendor an assistant is sent to: a login at one must never reach another. Pure.

import { createHash } from 'node:crypto';
import type { Assistant } from '../assistants/assistant.ts';
import type { PlannedRoute } from './planned-route.ts';
import type { Variable } from './run-plan.ts';

/** A provider that the run goes to, whatever the variables say: its host. */
type Route = Pick<PlannedRoute, 'host'> | undefined;

export type Given = readonly Pick<Variable, 'name' | 'value'>[];

/**
 * The host of an endpoint that is not the vendor's own, with the port where there is one; undefined for the vendor's own.
 * `malformed` is what no request can be sent to: its text may hold anything, so it is not shown.
 */
export function foreignEndpoint(assistant: Assistant, variables: Given): string | undefined {
  for (const address of addressesOf(assistant, variables)) {
    const url = readUrl(address);
    if (url === undefined) return malformed;
    const isOwn = url.protocol === 'https:' && assistant.endpoint?.own.includes(url.host);
    if (!isOwn) return url.host;
  }
  return undefined;
}

/** True if it is sent to something that is no address. */
export const isMalformed = (assistant: Assistant, variables: Given): boolean =>
  foreignEndpoint(assistant, variables) === malformed;

/** The folder of its state: its name, or one of its own for every endpoint of somebody else. */
export function stateNameOf(assistant: Assistant, variables: Given, route?: Route): string {
  const host = route?.host ?? foreignEndpoint(assistant, variables);
  if (host === undefined) return assistant.name;
  // One sign for one, and an underscore doubled; a hash where that could still make one name of two, or too long a one.
  const readable = host.replaceAll('_', '__').replaceAll(/[^\w.-]/g, '_');
  const isPlain = /^[\w.:[\] -]{1,100}$/.test(host);
  return `${assistant.name}@${isPlain ? readable : `${readable.slice(0, 100)}-${shortHash(host)}`}`;
}

const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Names of variables that this assistant does not get to see at this endpoint; a provider gets nothing that is a vendor's. */
export function withheldVariables(
  assistant: Assistant,
  variables: Given,
  route?: Route,
): readonly string[] {
  const { withheld = [], endpoint, hostVariables } = assistant;
  const secrets = hostVariables.filter(({ secret }) => secret).map(({ name, as = name }) => as);
  if (route !== undefined) return [...withheld, ...secrets, ...(endpoint?.logins ?? [])];
  const isForeign = foreignEndpoint(assistant, variables) !== undefined;
  return [...withheld, ...(isForeign ? (endpoint?.logins ?? []) : [])];
}

/** No host has this name: the real ones come out of a URL, where a space is none of their signs. */
const malformed = 'no address';

const addressesOf = ({ endpoint }: Assistant, variables: Given): readonly string[] =>
  variables
    .filter(({ name, value }) => value !== '' && endpoint?.variables.includes(name))
    .flatMap(({ value }) => endpoint?.addressesIn?.(value) ?? [value]);

function readUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) ? url : undefined;
}
