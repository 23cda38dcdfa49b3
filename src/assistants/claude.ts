// Claude Code. Facts tested with 2.1.329.

import type { Assistant } from './assistant.ts';

export const claude = {
  name: 'claude',
  title: 'Claude Code',
  npmPackage: '@anthropic-ai/claude-code',
  command: 'claude',
  gestures: {
    prompt: (text) => ['-p', text],
    initialPrompt: (text) => [text],
    yolo: ['--dangerously-skip-permissions'],
    continue: ['--continue'],
    model: (name) => ['--model', name],
    json: ['--output-format', 'json'],
  },
  environment: {
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
    // As root it refuses --dangerously-skip-permissions unless it is told that it is in a sandbox, which it is.
    IS_SANDBOX: '1',
  },
  hostVariables: [
    { name: 'ANTHROPIC_API_KEY', secret: true },
    { name: 'ANTHROPIC_AUTH_TOKEN', secret: true },
    { name: 'CLAUDE_CODE_OAUTH_TOKEN', secret: true },
    { name: 'ANTHROPIC_BASE_URL', secret: false },
    { name: 'ANTHROPIC_MODEL', secret: false },
  ],
  state: {
    directory: '.claude',
    // Takes .claude.json along, so that one directory holds everything and no file has to be mounted singly.
    variable: 'CLAUDE_CONFIG_DIR',
    conversations: 'projects',
    seeds: ({ project, variables }) => {
      const key = variables.get('ANTHROPIC_API_KEY');
      return {
        '.claude.json': {
          hasCompletedOnboarding: true,
          // Whoever starts `ai` in a project trusts it. In a repository claude looks no higher than its top level.
          projects: { [project]: { hasTrustDialogAccepted: true } },
          // It knows an approved key by its end.
          ...(key && { customApiKeyResponses: { approved: [key.slice(-20)] } }),
        },
        'settings.json': { skipDangerousModePermissionPrompt: true },
      };
    },
  },
} as const satisfies Assistant;
