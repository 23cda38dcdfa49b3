// How an assistant is sent to a provider of models, in the words of a definition. Pure.

import { namesUrl, type ProviderDefinition } from '../base/assistant-definition.ts';
import { AiError } from '../base/errors.ts';
import type { ModelRoute, ProviderWay, Variables } from './provider-way.ts';

/**
 * What the definition does not say is done as `otherwise` does it, whose APIs stay the best ones.
 * @throws AiError AI_USAGE from `variables`, where nothing would send it there
 */
export function definedProvider(
  name: string,
  templates: ProviderDefinition,
  otherwise: ProviderWay = { apis: [], variables: () => ({}) },
): ProviderWay {
  const own = (['openai', 'anthropic'] as const).filter((api) => templates[api] !== undefined);
  return {
    ...otherwise,
    apis: [...new Set([...otherwise.apis, ...own])],
    variables: (route) => {
      const { api } = route;
      const template = templates[api] ?? {};
      const known = otherwise.apis.includes(api) ? otherwise.variables(route) : undefined;
      if (known === undefined && !namesUrl(template)) throw leadsNowhere(name, route);
      return { ...known, ...forRoute(template, route) };
    },
  };
}

const leadsNowhere = (name: string, { api, provider }: ModelRoute): AiError =>
  new AiError('AI_USAGE', {
    problem: `assistants.${name}.provider.${api} has no {url}, so nothing would send it to ${provider}`,
    next: 'set a variable with {url} there, in config.yaml',
  });

/** True if a variable tells it the model, so that no word of the command line has to. */
export const namesModel = (
  templates: ProviderDefinition | undefined,
  { api }: Pick<ModelRoute, 'api'>,
): boolean => Object.values(templates?.[api] ?? {}).some((text) => text.includes('{model}'));

/** In one go: what is put in may look like a place. */
const forRoute = (template: Variables, { url, key, model }: ModelRoute): Variables =>
  Object.fromEntries(
    Object.entries(template).map(([name, text]) => [
      name,
      text.replaceAll(
        /\{(url|key|model)\}/g,
        (_, place: 'url' | 'key' | 'model') => ({ url, key, model })[place],
      ),
    ]),
  );
