// Where Gemini CLI keeps its state, and its login. Facts tested with 0.61.0.

import type { AssistantState } from './assistant.ts';
import { accountLogin, filled, parseJson } from './words.ts';

export const geminiState = {
  directories: [{ part: '', inside: '.gemini' }],
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
