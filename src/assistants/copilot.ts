// GitHub Copilot CLI. Facts tested with 1.0.102.

import { domains } from './domains.ts';
import type { Assistant } from './assistant.ts';
import { copilotState } from './copilot-state.ts';
import { modelWords, plain, secrets, when } from './words.ts';

/** In the image, where it was unpacked while that was built. */
const cache = '/opt/ai/assistant/cache';

export const copilot = {
  name: 'copilot',
  title: 'GitHub Copilot CLI',
  domains: domains.copilot,
  addresses: ['COPILOT_PROVIDER_BASE_URL'],
  package: {
    name: 'copilot',
    npm: '@github/copilot',
    command: 'copilot',
    prepare: `COPILOT_SEA_EXTRACT_ONLY=1 COPILOT_CACHE_HOME=${cache} copilot`,
  },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--output-format', 'json'),
    // -s: the answer alone, without statistics.
    ...when(gesture.prompt?.headless && !gesture.json, '-s'),
    // In one word: a prompt may begin with a dash.
    ...(gesture.prompt
      ? [`--${gesture.prompt.headless ? 'prompt' : 'interactive'}=${gesture.prompt.text}`]
      : []),
  ],
  environment: { quiet: { COPILOT_AUTO_UPDATE: 'false' }, inside: { COPILOT_CACHE_HOME: cache } },
  hostVariables: [
    // As it reads them itself: the first of the three tokens that there is, before its own login.
    ...secrets('COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'),
    ...secrets('COPILOT_PROVIDER_API_KEY', 'COPILOT_PROVIDER_BEARER_TOKEN'),
    ...plain('COPILOT_GH_HOST', 'GH_HOST', 'COPILOT_OFFLINE', 'COPILOT_MODEL'),
    ...plain('COPILOT_PROVIDER_BASE_URL', 'COPILOT_PROVIDER_TYPE', 'COPILOT_PROVIDER_WIRE_API'),
    ...plain('COPILOT_PROVIDER_MODEL_ID', 'COPILOT_PROVIDER_WIRE_MODEL'),
  ],
  providers: {
    apis: ['openai', 'anthropic'],
    variables: ({ api, url, model, key }) => ({
      // GitHub is not asked for anything, a login neither.
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_TYPE: api,
      COPILOT_PROVIDER_BASE_URL: url,
      COPILOT_PROVIDER_API_KEY: key,
      COPILOT_MODEL: model,
    }),
    diverting: [
      ...['COPILOT_PROVIDERS_CONFIG', 'COPILOT_PROVIDER_HEADERS', 'COPILOT_PROVIDER_GHES_*'],
      ...['COPILOT_PROVIDER_*_COMMAND', 'COPILOT_API_URL', 'COPILOT_AGENT_MODEL'],
    ],
  },
  state: copilotState,
  signIn: { command: ['copilot', 'login', '--device-code'] },
} as const satisfies Assistant;
