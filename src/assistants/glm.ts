// GLM by Z.ai: Claude Code at another vendor's endpoint, so without anything of Claude's login.

import { domains } from './domains.ts';
import type { Assistant } from './assistant.ts';
import { claudeState } from './claude-state.ts';
import { claude } from './claude.ts';

export const glm = {
  name: 'glm',
  title: 'GLM',
  domains: domains.glm,
  addresses: ['ANTHROPIC_BASE_URL'],
  package: claude.package,
  commandLine: claude.commandLine,
  environment: {
    // As Z.ai documents it for Claude Code: the models behind Claude's three names.
    always: {
      ANTHROPIC_BASE_URL: 'https://api.z.ai/api/anthropic',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'glm-5.3',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'glm-5.3',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'glm-5.3-flash',
      API_TIMEOUT_MS: '3000000',
    },
    quiet: claude.environment.quiet,
    inside: claude.environment.inside,
  },
  hostVariables: [
    {
      name: 'ZAI_API_KEY',
      as: 'ANTHROPIC_AUTH_TOKEN',
      secret: true,
      file: 'zai_key',
      required: { vendor: 'Z.ai', page: 'https://z.ai/manage-apikey/apikey-list' },
    },
  ],
  withheld: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_MODEL'],
  state: {
    ...claudeState,
    seeds: ({ project }) => claudeState.seeds({ project, variables: new Map() }),
    login: () => undefined,
  },
} as const satisfies Assistant;
