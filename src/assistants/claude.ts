// Claude Code. Facts tested with 2.1.329.

import type { Assistant, JsonObject } from './assistant.ts';
import {
  accountLogin,
  asObject,
  filled,
  modelWords,
  parseJson,
  plain,
  secrets,
  when,
} from './words.ts';

export const claude = {
  name: 'claude',
  title: 'Claude Code',
  package: { name: 'claude', npm: '@anthropic-ai/claude-code', command: 'claude' },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--dangerously-skip-permissions'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--output-format', 'json'),
    ...when(gesture.prompt?.headless, '-p'),
    ...(gesture.prompt ? [gesture.prompt.text] : []),
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
    variable: 'ANTHROPIC_BASE_URL',
    own: ['api.anthropic.com'],
    logins: ['CLAUDE_CODE_OAUTH_TOKEN'],
  },
  state: {
    directories: [{ part: '', inside: '.claude' }],
    conversations: [{ part: '', inside: '.claude/projects' }],
    // Takes .claude.json along, so that one directory holds everything and no file has to be mounted singly.
    variables: (home) => ({ CLAUDE_CONFIG_DIR: `${home}/.claude` }),
    seeds: ({ project, variables }) => ({
      '.claude.json': {
        hasCompletedOnboarding: true,
        // Whoever starts `ai` in a project trusts it. In a repository claude looks no higher than its top level.
        ...(project && { projects: { [project]: { hasTrustDialogAccepted: true } } }),
        // It knows an approved key by its end.
        ...approvedKey(variables.get('ANTHROPIC_API_KEY')),
      },
      ...(project && { 'settings.json': { skipDangerousModePermissionPrompt: true } }),
    }),
    login: (read) => {
      const login = asObject(parseJson(read('.credentials.json'))?.['claudeAiOauth']);
      if (!filled(login?.['accessToken'])) return undefined;
      const account = asObject(parseJson(read('.claude.json'))?.['oauthAccount']);
      return accountLogin({
        who: account?.['emailAddress'],
        renews: login?.['refreshToken'],
        until: login?.['expiresAt'],
      });
    },
  },
} as const satisfies Assistant;

const approvedKey = (key: string | undefined): JsonObject =>
  key ? { customApiKeyResponses: { approved: [key.slice(-20)] } } : {};
