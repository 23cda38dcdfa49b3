// The way to the model that the user has chosen at a provider: `--model ollama:qwen3`. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import type { ModelRoute } from '../assistants/provider-way.ts';
import { assistantsOf } from '../assistants/registry.ts';
import { isBuiltIn } from '../base/assistant-definition.ts';
import { AiError } from '../base/errors.ts';
import { nearMiss } from '../base/nearest.ts';
import {
  builtInProviders,
  chosenModel,
  ollamaVariable,
  usualApi,
  type ChosenModel,
} from '../settings/providers.ts';
import { hostOfUrl } from './egress.ts';
import type { Facts } from './facts.ts';
import { findValue, secretFile, type KeyPlaces } from './kept-values.ts';
import type { PlannedRoute } from './planned-route.ts';
import {
  baseUrlFor,
  hostUrl,
  insideUrl,
  localPlace,
  nameInside,
  ollamaUrl,
  showPort,
  stateHost,
} from './provider-url.ts';
import type { ModelPlan } from './run-plan.ts';

export type RouteFacts = KeyPlaces &
  Pick<Facts, 'settings' | 'endpoints'> & { request: Pick<Facts['request'], 'kind'> };

/**
 * Undefined where the model is the assistant's own, and for a command or a shell beside an assistant that has no such way.
 * @param where in a container, or on this machine itself
 * @throws AiError AI_USAGE, AI_KEY_MISSING where there is no such way
 */
export function planRoute(
  facts: RouteFacts,
  assistant: Assistant,
  where: 'container' | 'host',
): PlannedRoute | undefined {
  const chosen = facts.request.kind === 'login' ? undefined : chosenModel(facts.settings);
  if (chosen === undefined) return undefined;
  const { name, model } = chosen;
  if (model === '') throw usage(`--model ${name}: names no model`, `ai --model ${name}:MODEL`);
  const api = apiFor(chosen, assistant);
  if (api === undefined) {
    if (facts.request.kind === 'assistant') throw noWay(chosen, facts, assistant);
    return undefined;
  }
  const url = urlOf(chosen, facts);
  const local = localPlace(url);
  const { network } = facts.settings;
  checkEndpoints(facts, assistant, name);
  if (local === undefined && network === 'none' && where === 'container')
    throw usage(`network none leaves no way to ${url.host} (provider ${name})`, '--network open');
  if (
    local === undefined &&
    network === 'allowlist' &&
    where === 'container' &&
    !hostOfUrl(url.href)
  )
    throw usage(
      `network allowlist leads to names of hosts only, not to ${url.host} (provider ${name})`,
      '--network open',
    );
  const isTunnelled = local !== undefined && where === 'container' && network !== 'host';
  const inside = nameInside(url);
  return {
    provider: name,
    model,
    api,
    url: baseUrlFor(api, isTunnelled ? insideUrl(url) : hostUrl(url)),
    ...keyOf(chosen, facts, assistant),
    host: local ? stateHost(local) : url.host,
    ...(isTunnelled && {
      hostPort: {
        port: local.port,
        host: local.host,
        hostPort: local.port,
        ...(inside !== undefined && { name: inside }),
        reason: `model ${name}:${model}`,
      },
    }),
  };
}

/** For people and their scripts. */
export function describeRoute(route: PlannedRoute | undefined): ModelPlan | undefined {
  if (route === undefined) return undefined;
  const { provider, model, api, url, hostPort } = route;
  return {
    ...{ provider, name: model, api, url },
    reason: hostPort
      ? `${showPort(hostPort)} of this machine, by a tunnel for that port only`
      : `setting model`,
  };
}

/** What the user should know of a name that looks like a slip, or that is of no use here. */
export function modelNotes(
  { settings, request }: Pick<RouteFacts, 'settings' | 'request'>,
  assistant: Assistant,
): readonly string[] {
  const { title } = assistant;
  const { model, providers } = settings;
  const chosen = request.kind === 'login' ? undefined : chosenModel(settings);
  if (chosen && apiFor(chosen, assistant) === undefined)
    return [`without the model ${model}: ${cannot(chosen, assistant)}`];
  const [name, ...rest] = model?.split(':') ?? [];
  if (model === undefined || name === undefined || rest.length === 0) return [];
  const meant = Object.hasOwn(providers, name) ? undefined : nearMiss(name, Object.keys(providers));
  return meant === undefined
    ? []
    : [
        `${title} is given the model “${model}” as it is: did you mean ${[meant, ...rest].join(':')}?`,
      ];
}

/** The API that both speak, the assistant's best first. */
const apiFor = (
  { provider }: ChosenModel,
  { providers }: Assistant,
): ModelRoute['api'] | undefined => providers?.apis.find((api) => apisOf(provider).includes(api));

function apisOf({ api = usualApi }: ChosenModel['provider']): readonly ModelRoute['api'][] {
  return api === 'both' ? ['openai', 'anthropic'] : [api];
}

function noWay(
  chosen: ChosenModel,
  { settings }: Pick<Facts, 'settings'>,
  assistant: Assistant,
): AiError {
  const { name, model } = chosen;
  const able = [...assistantsOf(settings.assistants).values()].filter((one) => apiFor(chosen, one));
  const names = able.map((one) => one.name);
  const others = names.length > 0 ? `; ${names.join(', ')} can` : '';
  const instead = `ai -a ${names[0] ?? 'NAME'} --model ${name}:${model}`;
  if (isBuiltIn(assistant.name)) return usage(cannot(chosen, assistant) + others, instead);
  const [api = 'openai'] = apisOf(chosen.provider);
  const place = `assistants.${assistant.name}.provider.${api}`;
  return usage(
    `${cannot(chosen, assistant)}: ${place} is not set${others}`,
    `set ${place} to its variables for {url}, {key} and {model}  in config.yaml, or ${instead}`,
  );
}

/** Of some it is not the API, but that they are made for one vendor. */
const cannot = ({ name, provider }: ChosenModel, { title }: Assistant): string =>
  `${title} cannot be sent to ${name} (API ${apisOf(provider).join(' or ')})`;

function urlOf({ name, provider }: ChosenModel, places: KeyPlaces): URL {
  const { url } = provider;
  if (url === undefined)
    throw usage(
      `the provider ${name} has no address`,
      `providers: { ${name}: { url: http://127.0.0.1:8000 } }  in config.yaml`,
    );
  const isUsual = name === 'ollama' && url === builtInProviders.ollama.url;
  const ofOllama = isUsual ? findValue(places, ollamaVariable)?.value : undefined;
  if (!ofOllama) return new URL(url);
  const meant = ollamaUrl(ofOllama);
  if (meant === undefined)
    throw usage(
      `${ollamaVariable} is not an address: ${ofOllama}`,
      `export ${ollamaVariable}=127.0.0.1:11434`,
    );
  return new URL(meant);
}

/** A key of no meaning is taken by what wants none. */
const noKey = 'local';

/** What a command is to print is not known in a preview: the key is empty then. */
function keyOf(
  { name, provider }: ChosenModel,
  places: KeyPlaces,
  { title }: Assistant,
): Pick<PlannedRoute, 'key' | 'hasKey' | 'keyFrom'> {
  const variable = provider.key;
  if (variable === undefined) return { key: noKey, hasKey: false };
  const file = secretFile(places.state.global, variable);
  const found = findValue(places, variable);
  if (found === undefined)
    throw new AiError('AI_KEY_MISSING', { assistant: title, vendor: name, variable, file });
  const { value, from } = found;
  return { key: value, hasKey: true, ...(from && { keyFrom: from }) };
}

/** What the project's own settings set comes before our variables, and could get the key. */
function checkEndpoints({ endpoints }: RouteFacts, { title }: Assistant, provider: string): void {
  const [first] = endpoints;
  if (first !== undefined)
    throw usage(
      `this project’s own settings for ${title} set ${first.name}, which comes before the way to ${provider}`,
      `take ${first.name} out of the project’s settings, or use another assistant`,
    );
}

const usage = (problem: string, next: string): AiError =>
  new AiError('AI_USAGE', { problem, next });
