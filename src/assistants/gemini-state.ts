// Where Gemini CLI keeps its state, and its login. Facts tested with 0.61.0.

import { parseJson } from '../base/json.ts';
import type { AssistantState } from './assistant.ts';
import { googleLogin, keyText } from './oauth.ts';
import { accountLogin, filled, treesOf } from './words.ts';

export const geminiState = {
  directories: [
    {
      part: '',
      inside: '.gemini',
      kept: [
        ...['settings.json', 'state.json', 'installation_id', '*.md', '.env', 'keybindings.json'],
        ...['projects.json', 'trustedFolders.json', 'trusted_hooks.json', '*_integrity.json'],
        ...['mcp-server-enablement.json', '*-oauth-tokens.json'],
        ...treesOf('commands skills agents policies extensions acknowledgments hooks'),
      ],
    },
  ],
  credentials: [
    googleLogin,
    // A key that was typed in, encrypted; and whose login it is.
    { file: 'gemini-credentials.json', logins: [[]], ...keyText, opaque: true },
    { file: 'google_accounts.json', logins: [['active']], ...keyText },
  ],
  paths: [
    { file: 'projects.json', at: ['projects'] },
    { file: 'trustedFolders.json', at: [] },
    { file: 'trusted_hooks.json', at: [] },
    { file: 'acknowledgments/agents.json', at: [] },
  ],
  // Its checkpoints of the project's files are in `history`.
  conversations: [
    { part: 'tmp', inside: '.gemini/tmp' },
    { part: 'history', inside: '.gemini/history' },
  ],
  variables: (home) => ({ GEMINI_CLI_HOME: home }),
  login: (read) => {
    const login = parseJson(read('oauth_creds.json'));
    if (!filled(login?.['refresh_token']) && !filled(login?.['access_token']))
      // A key that was typed in, encrypted.
      return filled(read('gemini-credentials.json')) ? { kind: 'key' } : undefined;
    return accountLogin({
      who: parseJson(read('google_accounts.json'))?.['active'],
      renews: login?.['refresh_token'],
      until: login?.['expiry_date'],
    });
  },
} as const satisfies AssistantState;
