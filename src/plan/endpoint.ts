// Which vendor an assistant is sent to: a login at one must never reach another. Pure.

import { createHash } from 'node:crypto';
import type { Assistant } from '../assistants/assistant.ts';
import { isTelling, looksSecret, soundsSecret } from '../base/secret-patterns.ts';
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

/**
 * True of the names of variables that this assistant does not get to see at this endpoint. A provider gets nothing that is a
 * vendor's, and the assistant there nothing that would send it on.
 */
export function isWithheld(
  assistant: Assistant,
  variables: Given,
  route?: Route,
): (name: string) => boolean {
  const { withheld = [], endpoint, hostVariables } = assistant;
  const logins = endpoint?.logins ?? [];
  if (route === undefined) {
    const isForeign = foreignEndpoint(assistant, variables) !== undefined;
    return (name) => withheld.includes(name) || (isForeign && logins.includes(name));
  }
  const known = hostVariables
    .filter(({ anywhere }) => anywhere !== true)
    .flatMap(({ name, as = name }) => [name, as]);
  const names = new Set([...withheld, ...logins, ...known, ...definedKeys(assistant)]);
  return (name) => names.has(name) || diverts(assistant, name);
}

/** Keys among the variables that the user's definition fixes: whose they are, nobody knows. */
const definedKeys = ({ environment }: Assistant): readonly string[] =>
  Object.entries(environment.defined ?? {})
    .filter(([name, value]) => looksSecret(value) || (soundsSecret(name) && isTelling(value)))
    .map(([name]) => name);

/** True if it would win over the way to a provider, or go along with what is sent there. */
export const diverts = ({ providers }: Pick<Assistant, 'providers'>, name: string): boolean =>
  providers?.diverting?.some((pattern) => matches(pattern, name)) === true;

/** `*` stands for any signs. */
function matches(pattern: string, name: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return name === pattern;
  return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
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
