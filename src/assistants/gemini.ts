// Gemini CLI. Facts tested with 0.61.0.

import type { Assistant } from './assistant.ts';
import { geminiState } from './gemini-state.ts';
import { modelWords, plain, secrets, when } from './words.ts';

/** In the image, since it takes system-wide defaults only from files of root. */
const defaults = '/opt/ai/assistant/system-defaults.json';
const updates = { enableAutoUpdate: false, enableAutoUpdateNotification: false };
const quiet = { general: updates, privacy: { usageStatisticsEnabled: false } };

export const gemini = {
  name: 'gemini',
  title: 'Gemini CLI',
  package: {
    name: 'gemini',
    npm: '@google/gemini-cli',
    command: 'gemini',
    node: 20,
    variables: ['GEMINI_', 'GOOGLE_', 'CODE_ASSIST_'],
    prepare: `echo '${JSON.stringify(quiet)}' >${defaults}`,
  },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--resume', 'latest'),
    ...when(gesture.json, '--output-format', 'json'),
    // In one word: a prompt of its own could be taken for an option.
    ...(gesture.prompt
      ? [`--prompt${gesture.prompt.headless ? '' : '-interactive'}=${gesture.prompt.text}`]
      : []),
  ],
  environment: {
    // With its relauncher a session survives its terminal, and starts in twice the time.
    quiet: { GEMINI_CLI_NO_RELAUNCH: 'true' },
    inside: { GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_CLI_SYSTEM_DEFAULTS_PATH: defaults },
  },
  hostVariables: [
    ...secrets('GEMINI_API_KEY', 'GOOGLE_API_KEY'),
    ...plain(
      'GEMINI_MODEL',
      'GOOGLE_CLOUD_LOCATION',
      'GOOGLE_CLOUD_PROJECT',
      'GOOGLE_CLOUD_PROJECT_ID',
      'GOOGLE_GEMINI_BASE_URL',
      'GOOGLE_GENAI_API_VERSION',
      'GOOGLE_GENAI_USE_GCA',
      'GOOGLE_GENAI_USE_VERTEXAI',
      'GOOGLE_VERTEX_BASE_URL',
    ),
  ],
  // It sends a key that was typed in to whatever endpoint it is given, a Google login only to Google.
  endpoint: {
    variable: 'GOOGLE_GEMINI_BASE_URL',
    own: ['generativelanguage.googleapis.com'],
    logins: ['GOOGLE_API_KEY'],
  },
  state: geminiState,
} as const satisfies Assistant;
