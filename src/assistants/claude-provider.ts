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
  // Other clouds, which come before the address; keys for them; headers that go with every question.
  diverting: [
    ...['CLAUDE_CODE_USE_ANTHROPIC_*', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_FOUNDRY'],
    ...['CLAUDE_CODE_USE_GATEWAY', 'CLAUDE_CODE_USE_MANTLE', 'CLAUDE_CODE_USE_VERTEX'],
    ...['ANTHROPIC_*_BASE_URL', 'ANTHROPIC_UNIX_SOCKET', 'CLAUDE_CODE_API_BASE_URL'],
    ...['ANTHROPIC_CUSTOM_HEADERS', 'ANTHROPIC_*_API_KEY', 'ANTHROPIC_*_AUTH_TOKEN'],
    ...['CLAUDE_CODE_HTTP*_PROXY', 'CLAUDE_CODE_PROXY_*'],
    ...['ANTHROPIC_IDENTITY_TOKEN*', 'CLAUDE_CODE_GATEWAY_*', 'AWS_BEARER_TOKEN_BEDROCK'],
  ],
} as const satisfies ProviderWay;
