// opencode. Facts tested with 1.18.33.

import { parseJson } from '../base/json.ts';
import { domains } from './domains.ts';
import type { Assistant, Gesture } from './assistant.ts';
import { opencodeProvider } from './opencode-provider.ts';
import { opencodeState } from './opencode-state.ts';
import { modelWords, secrets, textsCalled, when } from './words.ts';

export const opencode = {
  name: 'opencode',
  title: 'opencode',
  domains: domains.opencode,
  package: { name: 'opencode', npm: 'opencode-ai', command: 'opencode' },
  commandLine: (gesture) => [
    ...when(gesture.prompt?.headless, 'run'),
    ...when(gesture.yolo, '--auto'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--format', 'json'),
    ...promptOf(gesture),
  ],
  environment: {
    quiet: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
  },
  // Keys of the many vendors that it can use are given by the setting `env`: by themselves they go to their own assistants only.
  hostVariables: [
    ...secrets('OPENCODE_API_KEY', 'OPENCODE_AUTH_CONTENT', 'OPENCODE_CONFIG_CONTENT'),
    // What the user forbids it.
    { name: 'OPENCODE_PERMISSION', secret: false, anywhere: true },
  ],
  // It sends a stored key to whatever endpoint that configuration names for its vendor.
  endpoint: {
    variables: ['OPENCODE_CONFIG_CONTENT'],
    addressesIn: (config) => textsCalled('baseURL', parseJson(config)),
    own: [],
    logins: [],
  },
  providers: opencodeProvider,
  state: opencodeState,
  signIn: {
    command: ['opencode', 'auth', 'login'],
    callback: { port: 1455, relayed: false },
  },
} as const satisfies Assistant;

/**
 * Headless it puts quotes around a word that holds spaces, and joins all words by one. A word that is a number it takes for one
 * (yargs-parser), and fails: a space of no width makes it text.
 */
const promptOf = ({ prompt }: Gesture): readonly string[] => {
  if (prompt === undefined) return [];
  const words = prompt.text.split(' ').map((word) => (number.test(word) ? `${word}\u200b` : word));
  return prompt.headless ? ['--', ...words] : [`--prompt=${prompt.text}`];
};

const number = /^(?:0x[0-9a-f]+|-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)\s*$/i;
