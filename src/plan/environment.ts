// The environment inside: what makes the session work, what the assistant needs, what the user added. Pure.

import path from 'node:path';
import type { Assistant, Variables } from '../assistants/assistant.ts';
import { bypassVariables, runProxyVariables } from '../base/proxies.ts';
import type { Facts } from './facts.ts';
import { withheldVariables } from './endpoint.ts';
import { gitHubVariables } from './github.ts';
import { exchangeInside, extraCaFile, home } from './inside.ts';
import type { PlannedRoute } from './planned-route.ts';
import type { Variable } from './run-plan.ts';

export interface EnvironmentContext {
  tty: boolean;
  userName: string;
  exchange?: boolean;
  /** Those of the ssh agent. */
  ssh?: readonly Variable[];
  /** The way to the model, where that is a provider's. */
  route?: PlannedRoute | undefined;
}

/** Later ones win by name. */
export function planEnvironment(
  facts: Pick<Facts, 'host' | 'settings' | 'secrets' | 'state' | 'endpoints'>,
  assistant: Assistant,
  context: EnvironmentContext,
): readonly Variable[] {
  const { host, settings } = facts;
  const { route } = context;
  const given = [
    // The vendor's keys, and ways to be sent elsewhere.
    ...(route ? [] : hostVariables(facts, assistant)),
    ...userVariables(host.environment, settings.env),
  ];
  const all = [
    ...sessionVariables(host, context),
    ...proxyVariables(host.environment),
    ...assistantVariables(assistant, [...definedVariables(assistant), ...given]),
    ...exchangeVariables(assistant, context.exchange === true),
    ...(context.ssh ?? []),
    ...gitHubVariables(facts),
    ...given,
  ];
  const unique = [...new Map(all.map((variable) => [variable.name, variable])).values()];
  const kept = withheldVariables(assistant, [...unique, ...facts.endpoints], route);
  const ofRoute = routeVariables(host, assistant, route);
  const names = [...kept, ...ofRoute.map(({ name }) => name)];
  return [...unique.filter(({ name }) => !names.includes(name)), ...ofRoute];
}

/** What sends an assistant to a provider. Nothing that the user or the host says wins over it. */
export function routeVariables(
  { environment }: Pick<Facts['host'], 'environment'>,
  { providers }: Assistant,
  route: PlannedRoute | undefined,
): readonly Variable[] {
  if (route === undefined) return [];
  const { key, keyFrom, provider, model, url } = route;
  const reason = `model ${provider}:${model}`;
  const { hostname } = new URL(url);
  const direct = isLoopback(hostname) ? bypassVariables(environment, [hostname]) : {};
  return [
    ...Object.entries(providers?.variables(route) ?? {}).map(([name, value]) => ({
      ...variable(name, value, reason),
      ...(keyFrom && value === key && { secret: true, from: keyFrom }),
    })),
    ...Object.entries(direct).map(([name, value]) => variable(name, value, reason)),
  ];
}

const isLoopback = (hostname: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

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

/** Programs read one spelling or the other, so both are set. */
function proxyVariables(environment: Facts['host']['environment']): Variable[] {
  return runProxyVariables.flatMap((name) => {
    const value =
      environment[name] ?? environment[name.toUpperCase()] ?? environment[name.toLowerCase()];
    if (value === undefined) return [];
    // user:password@ is a credential.
    return [{ ...variable(name, value, 'the host’s proxy'), secret: value.includes('@') }];
  });
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

/** What the user's definition of the assistant fixes. */
export const definedVariables = ({ name: assistant, environment }: Assistant): Variable[] =>
  Object.entries(environment.defined ?? {}).map(([name, value]) => ({
    ...variable(name, value, `setting assistants.${assistant}.environment`),
    secret: soundsSecret(name) || holdsPassword(value),
  }));

function exchangeVariables({ state }: Assistant, isShared: boolean): Variable[] {
  return isShared && state.exchange
    ? [variable(state.exchange.variable, exchangeInside, 'the login that running sessions share')]
    : [];
}

/** What the host's environment, or a file of secrets, has for this assistant and no other; what is empty is not there. */
export function hostVariables(
  { host, secrets, state }: KeyPlaces,
  { hostVariables: wanted, title }: Assistant,
): Variable[] {
  return wanted.flatMap(({ name, secret, as = name, file = name }) => {
    const given = host.environment[name];
    const value = given || secrets[file];
    if (!value) return [];
    const from = given ? { variable: name } : { file: secretFile(state.global, file) };
    const isElsewhere = !given || as !== name;
    return [
      {
        ...variable(as, value, `yours, for ${title} only`),
        secret: secret || holdsPassword(value),
        ...(isElsewhere && { from }),
      },
    ];
  });
}

/** Where keys may stand on the host. */
export interface KeyPlaces {
  host: Pick<Facts['host'], 'environment'>;
  secrets: Facts['secrets'];
  state: Pick<Facts['state'], 'global'>;
}

/** The file of a key, absolute. */
export const secretFile = (global: string, name: string): string =>
  path.join(global, 'secrets', name);

export function userVariables(
  environment: Facts['host']['environment'],
  wanted: Facts['settings']['env'],
): Variable[] {
  return Object.entries(wanted).flatMap(([name, given]) => {
    const value = given ?? environment[name];
    return value === undefined
      ? []
      : [
          {
            ...variable(name, value, 'setting env'),
            secret: soundsSecret(name) || holdsPassword(value),
          },
        ];
  });
}

/** An address with `user:password@`. */
const holdsPassword = (value: string): boolean => /:\/\/[^/?#]*@/.test(value);

const soundsSecret = (name: string): boolean => /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH/i.test(name);

const variable = (name: string, value: string, reason: string): Variable => ({
  name,
  value,
  secret: false,
  reason,
});
