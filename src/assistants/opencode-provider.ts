// opencode's configuration for a model of a provider: above the user's and the project's. Facts tested with 1.18.33.

import type { JsonObject } from '../base/json.ts';
import type { ModelRoute, ProviderWay } from './provider-way.ts';

/** Both come with it: nothing is downloaded. */
const packages = { openai: '@ai-sdk/openai-compatible', anthropic: '@ai-sdk/anthropic' } as const;

const configFor = ({ provider, model, api, url }: ModelRoute): JsonObject => ({
  model: `${provider}/${model}`,
  // Of titles: by itself it would take another vendor's where it finds a key of one.
  small_model: `${provider}/${model}`,
  enabled_providers: [provider],
  provider: {
    [provider]: {
      npm: packages[api],
      name: provider,
      options: {
        baseURL: api === 'anthropic' ? `${url}/v1` : url,
        apiKey: '{env:OPENCODE_PROVIDER_KEY}',
      },
      models: { [model]: { name: model } },
    },
  },
});

export const opencodeProvider = {
  apis: ['openai', 'anthropic'],
  variables: (route) => ({
    OPENCODE_CONFIG_CONTENT: JSON.stringify(configFor(route)),
    OPENCODE_PROVIDER_KEY: route.key,
  }),
  model: ({ provider, model }) => `${provider}/${model}`,
} as const satisfies ProviderWay;
