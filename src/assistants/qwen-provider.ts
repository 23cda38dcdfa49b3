// How Qwen Code is sent to a model of a provider. Facts tested with 0.24.4.

import type { ProviderWay } from './provider-way.ts';

export const qwenProvider = {
  apis: ['openai'],
  // Above what the project's own settings and .env files say.
  variables: ({ url, model, key }) => ({
    OPENAI_BASE_URL: url,
    OPENAI_API_KEY: key,
    OPENAI_MODEL: model,
  }),
} as const satisfies ProviderWay;
