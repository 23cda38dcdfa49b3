// The way to the model that the user has chosen at a provider: `--model ollama:qwen3`. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import type { ModelRoute } from '../assistants/provider-way.ts';
import { assistants } from '../assistants/registry.ts';
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
  ollamaUrl,
  type LocalPlace,
} from './provider-url.ts';
import type { HostPort, ModelPlan } from './run-plan.ts';

export type RouteFacts = KeyPlaces &
  Pick<Facts, 'settings' | 'endpoints'> & { request: Pick<Facts['request'], 'kind'> };

/**
 * Undefined where the model is the assistant's own.
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
        reason: `model ${name}:${model}`,
      },
    }),
  };
}

/** One name for one place, whichever way it is written. */
const stateHost = ({ host, port }: LocalPlace): string =>
  showPort({ host: host === 'localhost' ? '127.0.0.1' : host, hostPort: port });

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

export const showPort = ({ host, hostPort }: Pick<HostPort, 'host' | 'hostPort'>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${hostPort}`;

/** What the user should know of a name that looks like a slip. */
export function modelNotes(
  { settings }: Pick<Facts, 'settings'>,
  { title }: Assistant,
): readonly string[] {
  const { model, providers } = settings;
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
function apiFor({ name, provider, model }: ChosenModel, assistant: Assistant): ModelRoute['api'] {
  const { api = usualApi } = provider;
  const speaks = (one: ModelRoute['api']): boolean => api === 'both' || api === one;
  const found = assistant.providers?.apis.find(speaks);
  if (found !== undefined) return found;
  const able = Object.values(assistants)
    .filter(({ providers }) => providers?.apis.some(speaks))
    .map((one) => one.name);
  throw usage(
    `${assistant.title} does not speak the API of ${name}${assistant.providers ? ` (${api})` : ''}; ${able.join(', ')} do`,
    `ai -a ${able[0] ?? 'NAME'} --model ${name}:${model}`,
  );
}

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
      `${ollamaVariable} is no address: ${ofOllama}`,
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

/** What the project's own settings name would win over our variables, and get the key. */
function checkEndpoints({ endpoints }: RouteFacts, { title }: Assistant, provider: string): void {
  const [first] = endpoints;
  if (first !== undefined)
    throw usage(
      `this project’s own settings for ${title} set ${first.name}, so it would not go to ${provider}`,
      `take ${first.name} out of the project’s settings, or use another assistant`,
    );
}

const usage = (problem: string, next: string): AiError =>
  new AiError('AI_USAGE', { problem, next });
