// Qwen Code. Facts tested with 0.24.4.

import type { Assistant } from './assistant.ts';
import { filled, modelWords, parseJson, plain, secrets, when } from './words.ts';

export const qwen = {
  name: 'qwen',
  title: 'Qwen Code',
  package: { name: 'qwen', npm: '@qwen-code/qwen-code', command: 'qwen', node: 22 },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--output-format', 'json'),
    ...(gesture.prompt
      ? [gesture.prompt.headless ? '--prompt' : '--prompt-interactive', gesture.prompt.text]
      : []),
  ],
  environment: {
    quiet: { QWEN_CODE_NO_RELAUNCH: 'true', QWEN_USAGE_STATISTICS_ENABLED: 'false' },
  },
  hostVariables: [
    ...secrets('OPENAI_API_KEY', 'DASHSCOPE_API_KEY'),
    ...plain('OPENAI_BASE_URL', 'OPENAI_MODEL'),
  ],
  state: {
    directories: [{ part: '', inside: '.qwen' }],
    conversations: [{ part: '', inside: '.qwen/projects' }],
    variables: (home) => ({ QWEN_HOME: `${home}/.qwen` }),
    login: (read) => {
      const login = parseJson(read('oauth_creds.json'));
      return filled(login?.['access_token']) ? { kind: 'account' } : undefined;
    },
  },
} as const satisfies Assistant;
