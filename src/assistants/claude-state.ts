// Where Claude Code keeps its state, and what stands there: of Claude itself and of GLM. Facts tested with 2.1.329.

import type { JsonObject } from '../base/json.ts';
import type { AssistantState } from './assistant.ts';
import { claudeFiles } from './claude-files.ts';
import { accountLogin, filled, objectIn } from './words.ts';

export const claudeState = {
  ...claudeFiles,
  conversationIndex: {
    part: 'projects',
    keyOf: (directory) => directory.replaceAll(/[^A-Za-z0-9]/g, '-'),
  },
  // Takes .claude.json along, so that one directory holds everything and no file has to be mounted singly.
  variables: (home) => ({ CLAUDE_CONFIG_DIR: `${home}/.claude` }),
  seeds: ({ project, variables }) => ({
    '.claude.json': {
      hasCompletedOnboarding: true,
      // Whoever starts `ai` in a project trusts it. In a repository claude looks no higher than its top level.
      ...(project && { projects: { [project]: { hasTrustDialogAccepted: true } } }),
      ...approvedKey(variables.get('ANTHROPIC_API_KEY')),
    },
    ...(project && { 'settings.json': { skipDangerousModePermissionPrompt: true } }),
  }),
  login: (read) => {
    const login = objectIn(read('.credentials.json'), 'claudeAiOauth');
    if (!filled(login?.['accessToken'])) return undefined;
    const account = objectIn(read('.claude.json'), 'oauthAccount');
    return accountLogin({
      who: account?.['emailAddress'],
      renews: login?.['refreshToken'],
      until: login?.['expiresAt'],
    });
  },
} as const satisfies AssistantState;

/** It knows an approved key by its end. */
const approvedKey = (key: string | undefined): JsonObject =>
  key ? { customApiKeyResponses: { approved: [key.slice(-20)] } } : {};
