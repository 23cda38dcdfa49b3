// Gemini CLI. Facts tested with 0.61.0.

import type { Assistant } from './assistant.ts';
import { accountLogin, filled, modelWords, parseJson, plain, secrets, when } from './words.ts';

export const gemini = {
  name: 'gemini',
  title: 'Gemini CLI',
  package: { name: 'gemini', npm: '@google/gemini-cli', command: 'gemini', node: 20 },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--resume', 'latest'),
    ...when(gesture.json, '--output-format', 'json'),
    ...(gesture.prompt
      ? [gesture.prompt.headless ? '--prompt' : '--prompt-interactive', gesture.prompt.text]
      : []),
  ],
  environment: {
    // With its relauncher a session survives the end of its terminal, and starts in twice the time.
    quiet: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    inside: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  },
  hostVariables: [
    ...secrets('GEMINI_API_KEY', 'GOOGLE_API_KEY'),
    ...plain(
      'GOOGLE_GEMINI_BASE_URL',
      'GOOGLE_CLOUD_PROJECT',
      'GOOGLE_CLOUD_LOCATION',
      'GOOGLE_GENAI_USE_VERTEXAI',
      'GEMINI_MODEL',
    ),
  ],
  state: {
    directories: [{ part: '', inside: '.gemini' }],
    conversations: [{ part: '', inside: '.gemini/tmp' }],
    variables: (home) => ({ GEMINI_CLI_HOME: home }),
    defaults: ({ variables }) => ({
      '/etc/gemini-cli/system-defaults.json': JSON.stringify({
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        privacy: { usageStatisticsEnabled: false },
        // Without it a base URL alone would select a gateway, which headless turns refuse.
        ...(variables.has('GEMINI_API_KEY') && {
          security: { auth: { selectedType: 'gemini-api-key' } },
        }),
      }),
    }),
    login: (read) => {
      const login = parseJson(read('oauth_creds.json'));
      if (!filled(login?.['refresh_token']) && !filled(login?.['access_token'])) return undefined;
      return accountLogin({
        who: parseJson(read('google_accounts.json'))?.['active'],
        renews: login?.['refresh_token'],
        until: login?.['expiry_date'],
      });
    },
  },
} as const satisfies Assistant;
