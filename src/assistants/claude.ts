// Claude Code. Facts tested with 2.1.329.

import { domains } from './domains.ts';
import type { Assistant } from './assistant.ts';
import { claudeProvider } from './claude-provider.ts';
import { claudeState } from './claude-state.ts';
import { modelWords, plain, promptWords, secrets, when } from './words.ts';

export const claude = {
  name: 'claude',
  title: 'Claude Code',
  domains: domains.claude,
  package: {
    name: 'claude',
    npm: '@anthropic-ai/claude-code',
    command: 'claude',
    variables: ['ANTHROPIC_', 'CLAUDE'],
  },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--dangerously-skip-permissions'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--output-format', 'json'),
    ...when(gesture.prompt?.headless, '-p'),
    ...promptWords(gesture),
  ],
  environment: {
    quiet: {
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
    },
    // As root it refuses --dangerously-skip-permissions unless it is told that it is in a sandbox, which it is.
    inside: { IS_SANDBOX: '1' },
  },
  hostVariables: [
    ...secrets('ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'),
    ...plain('ANTHROPIC_BASE_URL', 'ANTHROPIC_MODEL'),
  ],
  // It sends its login to whatever endpoint it is given.
  endpoint: {
    variables: ['ANTHROPIC_BASE_URL'],
    projectSettings: ['.claude/settings.json', '.claude/settings.local.json'],
    own: ['api.anthropic.com'],
    logins: ['CLAUDE_CODE_OAUTH_TOKEN'],
  },
  providers: claudeProvider,
  state: claudeState,
  // Its own port would be another one each time: the vendor's page shows a code instead.
  signIn: { command: ['claude', 'auth', 'login'] },
} as const satisfies Assistant;
