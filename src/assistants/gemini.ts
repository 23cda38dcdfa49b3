// Gemini CLI. Facts tested with 0.61.0.

import { domains } from './domains.ts';
import type { Assistant } from './assistant.ts';
import { defaultsFor, prepareGemini } from './gemini-defaults.ts';
import { geminiState } from './gemini-state.ts';
import { modelWords, plain, secrets, when } from './words.ts';

export const gemini = {
  name: 'gemini',
  title: 'Gemini CLI',
  domains: domains.gemini,
  package: {
    name: 'gemini',
    npm: '@google/gemini-cli',
    command: 'gemini',
    node: 20,
    variables: ['GEMINI_', 'GOOGLE_', 'CODE_ASSIST_'],
    prepare: prepareGemini,
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
    inside: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    chosen: (given) => ({ GEMINI_CLI_SYSTEM_DEFAULTS_PATH: defaultsFor(given) }),
  },
  hostVariables: [
    ...secrets('GEMINI_API_KEY', 'GOOGLE_API_KEY'),
    ...plain('GEMINI_MODEL', 'GOOGLE_CLOUD_LOCATION', 'GOOGLE_CLOUD_PROJECT'),
    ...plain('GOOGLE_CLOUD_PROJECT_ID', 'GOOGLE_GEMINI_BASE_URL', 'GOOGLE_GENAI_API_VERSION'),
    ...plain('GOOGLE_GENAI_USE_GCA', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_VERTEX_BASE_URL'),
  ],
  // It sends a key that was typed in, or a Google login, to whatever endpoint it is given.
  endpoint: {
    variables: ['GOOGLE_GEMINI_BASE_URL', 'GOOGLE_VERTEX_BASE_URL', 'CODE_ASSIST_ENDPOINT'],
    own: [
      'generativelanguage.googleapis.com',
      'aiplatform.googleapis.com',
      'cloudcode-pa.googleapis.com',
    ],
    logins: ['GOOGLE_API_KEY'],
  },
  state: geminiState,
  signIn: {
    command: ['gemini'],
    variables: { GOOGLE_GENAI_USE_GCA: 'true', NO_BROWSER: 'true' },
    hint: 'paste the code; when it waits for a message, leave it with /quit',
  },
} as const satisfies Assistant;
