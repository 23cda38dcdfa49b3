// The environment of a run on the host: the user's own, plus what was asked for, minus logins that must not leave. Pure.

import type { Assistant, Variables } from '../assistants/assistant.ts';
import { path } from '../base/path.ts';
import { isWithheld, stateNameOf } from './endpoint.ts';
import { definedVariables, hostVariables, userVariables } from './given-variables.ts';
import { routeVariables } from './environment.ts';
import type { PlannedRoute } from './planned-route.ts';
import type { NativeFacts } from './native-facts.ts';
import { defaultProfile } from './places.ts';
import type { Reasoned, Variable } from './run-plan.ts';

export interface NativeEnvironment {
  set: readonly Variable[];
  /** Variables of the user's own environment that the run does not get. */
  unset: readonly Reasoned<{ name: string }>[];
  /** Of the inherited ones those that decide where the assistant is sent. */
  inherited: readonly { name: string; value: string }[];
}

/**
 * @param isOurs the program was installed by `ai`: its quiet environment belongs to it
 * @returns the changes, and the home of a state of its own where it must not use the user's
 */
export function planNativeEnvironment(
  facts: NativeFacts,
  assistant: Assistant,
  isOurs: boolean,
  route?: PlannedRoute,
): { environment: NativeEnvironment; home: string | undefined } {
  const { host, settings, state } = facts;
  const ofRoute = routeVariables(host.environment, assistant, route);
  const names = ofRoute.map(({ name }) => name);
  const wanted = byName([
    ...group(assistant.environment.always ?? {}, `${assistant.title}: its endpoint and models`),
    ...group(isOurs ? assistant.environment.quiet : {}, `${assistant.title}: installed by ai`),
    ...definedVariables(assistant),
    ...hostVariables(facts, assistant, route),
    ...userVariables(facts, settings),
    ...ofRoute,
  ]);
  const named = assistant.endpoint?.variables ?? [];
  const inherited = Object.entries(host.environment)
    .filter(([name]) => named.includes(name) && !wanted.some((variable) => variable.name === name))
    .map(([name, value]) => ({ name, value }));
  const sent = [...wanted, ...inherited, ...facts.endpoints];
  const stateName = stateNameOf(assistant, sent, route);
  const isForeign = stateName !== assistant.package.name;
  const isApart =
    settings.profile !== defaultProfile || (isForeign && !(route && keepsNoLogin(assistant)));
  const place = settings.profile === defaultProfile ? 'state' : `profiles/${settings.profile}`;
  const home = isApart ? path.join(state.directory, 'native', place, stateName) : undefined;
  const isKept = isForeign ? isWithheld(assistant, sent, route) : () => false;
  const set = byName([
    ...wanted,
    ...group(home === undefined ? {} : stateVariables(assistant, home), 'a state of its own'),
  ]).filter(({ name }) => !isKept(name) || names.includes(name));
  const unset = isApart || isForeign ? cutOff(host.environment, assistant, isKept, set) : [];
  return {
    environment: {
      set: set.filter(({ name, value }) => host.environment[name] !== value),
      unset,
      inherited,
    },
    home,
  };
}

/** Nothing tells it to keep its state elsewhere, and nothing in that is known to be a login that would go to a provider. */
const keepsNoLogin = ({ state }: Assistant): boolean =>
  state.credentials.length === 0 && Object.keys(state.variables('/')).length === 0;

/**
 * Everything of the user's that steers the same program, but for what this assistant is known to need: among them are
 * logins, and ways to be sent elsewhere.
 */
function cutOff(
  environment: NativeFacts['host']['environment'],
  assistant: Assistant,
  isKept: (name: string) => boolean,
  set: readonly Variable[],
): NativeEnvironment['unset'] {
  const known = assistant.hostVariables
    .filter(({ as }) => as === undefined)
    .map(({ name }) => name);
  const needed = [...set.map(({ name }) => name), ...known.filter((name) => !isKept(name))];
  const { variables = [] } = assistant.package;
  return Object.keys(environment)
    .filter((name) => isKept(name) || variables.some((start) => name.startsWith(start)))
    .filter((name) => !needed.includes(name))
    .map((name) => ({ name, reason: 'of another vendor, or for another one' }));
}

const stateVariables = ({ state }: Assistant, home: string): Variables => ({
  ...state.variables(home),
  ...state.hostVariables?.(home),
});

const group = (variables: Variables, reason: string): Variable[] =>
  Object.entries(variables).map(([name, value]) => ({ name, value, secret: false, reason }));

/** Later ones win. */
const byName = (variables: readonly Variable[]): readonly Variable[] => [
  ...new Map(variables.map((variable) => [variable.name, variable])).values(),
];
