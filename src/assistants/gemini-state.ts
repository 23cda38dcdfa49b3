// Where Gemini CLI keeps its state, how it is to sign in, and its login. Facts tested with 0.61.0.

import type { AssistantState, RunContext } from './assistant.ts';
import { accountLogin, filled, parseJson } from './words.ts';

export const geminiState = {
  directories: [{ part: '', inside: '.gemini' }],
  // Its checkpoints of the project's files are in `history`.
  conversations: [
    { part: 'tmp', inside: '.gemini/tmp' },
    { part: 'history', inside: '.gemini/history' },
  ],
  variables: (home) => ({ GEMINI_CLI_HOME: home }),
  // Without it a session asks for it although there is a key, and a base URL alone selects a gateway that `-p` refuses.
  // No file of the run can say so: system-wide defaults have to belong to root. A login at Google it notes down itself.
  seeds: (run) => {
    const selectedType = wayToSignIn(run);
    return run.project && selectedType
      ? { 'settings.json': { security: { auth: { selectedType } } } }
      : {};
  },
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

function wayToSignIn({ variables }: RunContext): string | undefined {
  if (variables.get('GOOGLE_GENAI_USE_GCA') === 'true') return 'oauth-personal';
  if (variables.get('GOOGLE_GENAI_USE_VERTEXAI') === 'true') return 'vertex-ai';
  return variables.get('GEMINI_API_KEY') ? 'gemini-api-key' : undefined;
}
