// opencode. Facts tested with 1.18.33.

import type { Assistant } from './assistant.ts';
import { asObject, modelWords, parseJson, plain, secrets, when } from './words.ts';

export const opencode = {
  name: 'opencode',
  title: 'opencode',
  package: { name: 'opencode', npm: 'opencode-ai', command: 'opencode' },
  commandLine: (gesture) => [
    ...when(gesture.prompt?.headless, 'run'),
    ...when(gesture.yolo, '--auto'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--format', 'json'),
    ...when(gesture.prompt && !gesture.prompt.headless, '--prompt'),
    ...(gesture.prompt ? [gesture.prompt.text] : []),
  ],
  environment: {
    quiet: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
  },
  hostVariables: [...secrets('OPENCODE_AUTH_CONTENT'), ...plain('OPENCODE_CONFIG_CONTENT')],
  state: {
    directories: [
      { part: 'data', inside: '.local/share/opencode' },
      { part: 'config', inside: '.config/opencode' },
      { part: 'state', inside: '.local/state/opencode' },
    ],
    conversations: [{ part: '', inside: '.local/share/opencode/project' }],
    variables: (home) => ({ OPENCODE_DB: `${home}/.local/share/opencode/project/opencode.db` }),
    login: (read) => {
      const logins = Object.values(parseJson(read('auth.json')) ?? {}).map(asObject);
      if (logins.length === 0) return undefined;
      return { kind: logins.some((login) => login?.['type'] === 'oauth') ? 'account' : 'key' };
    },
  },
} as const satisfies Assistant;
