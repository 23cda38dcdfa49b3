// The environment inside: what makes the session work, what the assistant needs, what the user added. Pure.

import type { Assistant, Variables } from '../assistants/assistant.ts';
import {
  bypassVariables,
  proxyValues,
  runProxyVariables,
  type ProxyValues,
} from '../base/proxies.ts';
import { browserVariables } from './browser.ts';
import type { Facts, Texts } from './facts.ts';
import { egressVariables } from './egress.ts';
import { isWithheld } from './endpoint.ts';
import { gitHubVariables } from './github.ts';
import { exchangeInside, extraCaFile, home } from './inside.ts';
import { definedVariables, hostVariables, variablesInside } from './given-variables.ts';
import { isPrinted, own, resolve } from './kept-values.ts';
import type { PlannedRoute } from './planned-route.ts';
import { localPlace } from './provider-url.ts';
import type { Variable } from './run-plan.ts';

export interface EnvironmentContext {
  tty: boolean;
  userName: string;
  exchange?: boolean;
  /** Programs inside find the way to the user's browser. */
  browser?: boolean;
  /** Those of the ssh agent. */
  ssh?: readonly Variable[];
  /** The port of the proxy to allowed hosts, where the run has one. */
  egressPort?: number | undefined;
  /** The way to the model, where that is a provider's. */
  route?: PlannedRoute | undefined;
}

/** Later ones win by name. */
export function planEnvironment(
  facts: Pick<Facts, 'host' | 'settings' | 'secrets' | 'state' | 'endpoints' | 'kept'>,
  assistant: Assistant,
  context: EnvironmentContext,
): readonly Variable[] {
  const { host, settings } = facts;
  const { route } = context;
  const given = withSecretsInside([
    ...hostVariables(facts, assistant, route),
    ...variablesInside(facts, settings),
  ]);
  const all = [
    ...sessionVariables(host, context),
    ...browserVariables(context.browser === true),
    ...(context.egressPort === undefined
      ? proxyVariables(facts)
      : egressVariables(context.egressPort)),
    ...assistantVariables(assistant, [...definedVariables(assistant), ...given]),
    ...exchangeVariables(assistant, context.exchange === true),
    ...(context.ssh ?? []),
    ...gitHubVariables(facts),
    ...given,
  ];
  const unique = [...new Map(all.map((variable) => [variable.name, variable])).values()];
  const isKept = isWithheld(assistant, [...unique, ...facts.endpoints], route);
  const values = Object.fromEntries(unique.map(({ name, value }) => [name, value]));
  const ofRoute = routeVariables(values, assistant, route);
  const names = new Set(ofRoute.map(({ name }) => name));
  return [...unique.filter(({ name }) => !isKept(name) && !names.has(name)), ...ofRoute];
}

/**
 * What sends an assistant to a provider. Nothing that the user or the host says wins over it.
 * @param given the other variables, which may name a proxy
 */
export function routeVariables(
  given: Texts,
  { providers }: Assistant,
  route: PlannedRoute | undefined,
): readonly Variable[] {
  if (route === undefined) return [];
  const { hasKey, keyFrom, provider, model, url } = route;
  const reason = `model ${provider}:${model}`;
  const place = new URL(url);
  const direct = localPlace(place) ? bypassVariables(given, [place.hostname]) : {};
  // Where the key stands: by itself it may be as short as a word of the rest, or not known yet.
  const marked = providers?.variables({ ...route, key: keyMark }) ?? {};
  return [
    ...Object.entries(providers?.variables(route) ?? {}).map(([name, value]) => ({
      ...variable(name, value, reason),
      ...(hasKey && marked[name]?.includes(keyMark) && { secret: true }),
      ...(hasKey && marked[name] === keyMark && keyFrom && { from: keyFrom }),
    })),
    ...Object.entries(direct).map(([name, value]) => variable(name, value, reason)),
  ];
}

/** Of no other text. */
const keyMark = 'key-of-the-provider-5b1c';

/** Names that a run may take from the host's environment; the launcher reads no others. */
export const sessionNames = ['TERM', 'COLORTERM', 'TZ'];

function sessionVariables(
  host: Facts['host'],
  { tty, userName }: { tty: boolean; userName: string },
): Variable[] {
  const { environment } = host;
  return [
    variable('HOME', home, 'made for this run'),
    variable('USER', userName, 'as whoami says'),
    variable('LANG', 'C.UTF-8', 'the one locale that every image has'),
    ...(host.timeZone ? [variable('TZ', host.timeZone, 'the host’s time zone')] : []),
    ...(tty ? [variable('TERM', environment['TERM'] ?? 'xterm-256color', 'your terminal')] : []),
    ...(tty && environment['COLORTERM']
      ? [variable('COLORTERM', environment['COLORTERM'], 'your terminal')]
      : []),
    ...(host.caFiles.length > 0
      ? [variable('NODE_EXTRA_CA_CERTS', extraCaFile, 'certificates that the host trusts')]
      : []),
  ];
}

/** Programs read one spelling or the other, so both are set. Of the host's, or of the file of variables. */
function proxyVariables({ host, kept }: Pick<Facts, 'host' | 'kept'>): Variable[] {
  return runProxyVariables.flatMap((name) => {
    const names = [name, name.toUpperCase(), name.toLowerCase()];
    const find = (texts: Texts): string | undefined =>
      names.map((spelling) => own(texts, spelling)).find((value) => value !== undefined);
    const ofHost = find(host.environment);
    const inFile = ofHost === undefined ? find(kept?.envFile ?? {}) : undefined;
    const found = inFile ? resolve(inFile, kept) : { value: ofHost, from: undefined };
    if (found.value === undefined) return [];
    const { value, from } = found;
    // user:password@ is a credential.
    const secret = value.includes('@') || isPrinted(from);
    return [{ ...variable(name, value, 'the host’s proxy'), secret, ...(from && { from }) }];
  });
}

/** The values of those, for the launcher's own way out. */
export function hostProxies(facts: Pick<Facts, 'host' | 'kept'>): ProxyValues {
  const values = new Map(proxyVariables(facts).map(({ name, value }) => [name, value]));
  return proxyValues((name) => values.get(name));
}

function assistantVariables(assistant: Assistant, given: readonly Variable[]): Variable[] {
  const { always = {}, quiet, inside = {}, chosen } = assistant.environment;
  const group = (variables: Variables, reason: string): Variable[] =>
    Object.entries(variables).map(([name, value]) => variable(name, value, reason));
  return [
    ...group(always, `${assistant.title}: its endpoint and models`),
    ...group(quiet, `${assistant.title}: quiet, no self-update`),
    ...group(inside, `${assistant.title}: the container is its sandbox`),
    ...group(
      chosen?.(new Map(given.map(({ name, value }) => [name, value]))) ?? {},
      `${assistant.title}: follows from what you gave`,
    ),
    ...definedVariables(assistant),
    ...group(assistant.state.variables(home), 'where its state is mounted'),
  ];
}

function exchangeVariables({ state }: Assistant, isShared: boolean): Variable[] {
  return isShared && state.exchange
    ? [variable(state.exchange.variable, exchangeInside, 'the login that running sessions share')]
    : [];
}

/** A variable that has a secret in it (an address with a key, say) is one. */
function withSecretsInside(given: readonly Variable[]): readonly Variable[] {
  const secrets = given.filter(({ secret, value }) => secret && value.length > 5);
  const holdsOne = ({ value }: Variable): boolean =>
    secrets.some((secret) => value.includes(secret.value));
  return given.map((one) => (one.secret || !holdsOne(one) ? one : { ...one, secret: true }));
}

const variable = (name: string, value: string, reason: string): Variable => ({
  name,
  value,
  secret: false,
  reason,
});
