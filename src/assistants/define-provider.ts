// How an assistant is sent to a provider of models, in the words of a definition. Pure.

import type { ProviderDefinition } from '../base/assistant-definition.ts';
import type { ModelRoute, ProviderWay } from './provider-way.ts';

/** What the definition does not say is done as `otherwise` does it. */
export function definedProvider(
  templates: ProviderDefinition,
  otherwise?: ProviderWay,
): ProviderWay {
  const own = (['openai', 'anthropic'] as const).filter((api) => templates[api] !== undefined);
  return {
    ...otherwise,
    apis: [...new Set([...own, ...(otherwise?.apis ?? [])])],
    variables: (route) => {
      const template = templates[route.api];
      if (template === undefined) return otherwise?.variables(route) ?? {};
      return Object.fromEntries(
        Object.entries(template).map(([name, text]) => [name, filled(text, route)]),
      );
    },
  };
}

/** True if a variable tells it the model, so that no word of the command line has to. */
export const namesModel = (
  templates: ProviderDefinition | undefined,
  { api }: Pick<ModelRoute, 'api'>,
): boolean => Object.values(templates?.[api] ?? {}).some((text) => text.includes('{model}'));

/** In one go: what is put in may look like a place. */
const filled = (text: string, { url, key, model }: ModelRoute): string =>
  text.replaceAll(
    /\{(url|key|model)\}/g,
    (_, place: 'url' | 'key' | 'model') => ({ url, key, model })[place],
  );
