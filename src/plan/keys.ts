// Keys that an assistant cannot do without, and those that it must not have. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { diverts, foreignEndpoint, isMalformed, isWithheld, type Given } from './endpoint.ts';
import { definedVariables, hostVariables, userVariables } from './given-variables.ts';
import type { Facts } from './facts.ts';
import { isGiven, secretFile, type KeyPlaces } from './kept-values.ts';
import type { PlannedRoute } from './planned-route.ts';
import type { Variable } from './run-plan.ts';

type KeyFacts = Pick<Facts, 'settings'> & KeyPlaces;

/**
 * @throws AiError AI_KEY_MISSING where the assistant needs a key that is nowhere, AI_ENDPOINT_MALFORMED where it is sent
 *   to something that is no address
 */
export function checkKeys({ settings, ...places }: KeyFacts, assistant: Assistant): void {
  const known = effective([
    ...definedVariables(assistant),
    ...hostVariables(places, assistant),
    ...userVariables(places, settings),
  ]);
  if (assistant.endpoint && isMalformed(assistant, known))
    throw new AiError('AI_ENDPOINT_MALFORMED', {
      assistant: assistant.title,
      variable: assistant.endpoint.variables.join(', '),
    });
  for (const { name, as = name, file, required } of assistant.hostVariables)
    if (
      required !== undefined &&
      !known.some((variable) => variable.name === as && isGiven(variable))
    )
      throw new AiError('AI_KEY_MISSING', {
        assistant: assistant.title,
        vendor: required.vendor,
        page: required.page,
        variable: name,
        ...(file !== undefined && { file: secretFile(places.state.global, file) }),
      });
}

/** What the user should know of the endpoint and of variables that stay out. */
export function endpointNotes(
  { settings, login, endpoints }: Pick<Facts, 'settings' | 'login' | 'endpoints'>,
  assistant: Assistant,
  environment: readonly Variable[],
  route?: PlannedRoute,
): readonly string[] {
  const sent = [...environment, ...endpoints];
  const host = route?.host ?? foreignEndpoint(assistant, sent);
  const wanted = [
    ...Object.keys(settings.env),
    ...(route ? Object.keys(assistant.environment.defined ?? {}) : []),
  ];
  const dropped = [...new Set(wanted.filter(isWithheld(assistant, sent, route)))];
  const keys = assistant.hostVariables
    .filter(({ secret }) => secret)
    .map(({ name, as = name }) => as);
  const ofProject = foreignEndpoint(assistant, endpoints) ?? otherCloud(assistant, endpoints);
  const hasKey = environment.some((given) => keys.includes(given.name) && isGiven(given));
  return [
    ...(dropped.length > 0
      ? [`${dropped.join(', ')} left out: meant for another vendor than ${host ?? assistant.title}`]
      : []),
    ...(ofProject !== undefined && hasKey && !route
      ? [`this project’s own settings send ${assistant.title} to ${ofProject}, with your key`]
      : []),
    ...(host !== undefined && login && !hasKey && !route
      ? [`your login of ${assistant.title} is not for ${host}: give a key that is, with -e`]
      : []),
  ];
}

/** Of the variables that come before the one for the vendor itself, the host of the first that is an address. */
const otherCloud = (assistant: Assistant, endpoints: Given): string | undefined =>
  endpoints
    .filter(({ name, value }) => diverts(assistant, name) && URL.canParse(value))
    .map(({ value }) => new URL(value).host)[0];

/** Later ones win by name. */
const effective = (variables: readonly Variable[]): readonly Variable[] => [
  ...new Map(variables.map((variable) => [variable.name, variable])).values(),
];
