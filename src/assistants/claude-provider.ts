// How Claude Code is sent to a model of a provider. Facts tested with 2.1.329.

import type { ProviderWay } from './provider-way.ts';

export const claudeProvider = {
  apis: ['anthropic'],
  variables: ({ url, model, key }) => ({
    ANTHROPIC_BASE_URL: url,
    // Unlike a key it needs no approval.
    ANTHROPIC_AUTH_TOKEN: key,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_DEFAULT_OPUS_MODEL: model,
    ANTHROPIC_DEFAULT_SONNET_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
    // A model on this machine may think for long.
    API_TIMEOUT_MS: '3000000',
  }),
} as const satisfies ProviderWay;
