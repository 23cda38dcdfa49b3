// Qwen Code. Facts tested with 0.24.4.

import { domains } from './domains.ts';
import type { Assistant } from './assistant.ts';
import { prepareQwen } from './qwen-compiled.ts';
import { qwenProvider } from './qwen-provider.ts';
import { qwenState } from './qwen-state.ts';
import { modelWords, plain, secrets, when } from './words.ts';

/** As its own list of providers names them. */
const keys = 'DASHSCOPE_API_KEY BAILIAN_CODING_PLAN_API_KEY BAILIAN_TOKEN_PLAN_API_KEY'.split(' ');

export const qwen = {
  name: 'qwen',
  title: 'Qwen Code',
  domains: domains.qwen,
  package: {
    name: 'qwen',
    npm: '@qwen-code/qwen-code',
    command: 'qwen',
    node: 22,
    variables: ['QWEN_', 'OPENAI_', 'DASHSCOPE_', 'BAILIAN_'],
    prepare: prepareQwen,
  },
  commandLine: (gesture) => [
    ...when(gesture.yolo, '--yolo'),
    ...modelWords(gesture),
    ...when(gesture.continue, '--continue'),
    ...when(gesture.json, '--output-format', 'json'),
    // In one word: a prompt of its own could be taken for an option.
    ...(gesture.prompt
      ? [`--prompt${gesture.prompt.headless ? '' : '-interactive'}=${gesture.prompt.text}`]
      : []),
  ],
  environment: {
    // With its relauncher it takes 130 MB more.
    quiet: { QWEN_CODE_NO_RELAUNCH: 'true', QWEN_USAGE_STATISTICS_ENABLED: 'false' },
    inside: { QWEN_CODE_SUPPRESS_YOLO_WARNING: '1' },
  },
  hostVariables: [
    ...secrets('OPENAI_API_KEY', ...keys),
    ...plain('OPENAI_BASE_URL', 'OPENAI_MODEL', 'QWEN_MODEL'),
  ],
  trial: { OPENAI_BASE_URL: 'https://dashscope.aliyuncs.com/v1', OPENAI_MODEL: 'any' },
  // It sends the key in its settings to whatever endpoint it is given.
  endpoint: {
    variables: ['OPENAI_BASE_URL'],
    own: [
      ...['dashscope.aliyuncs.com', 'dashscope-intl.aliyuncs.com', 'dashscope-us.aliyuncs.com'],
      ...['cn-hongkong.dashscope.aliyuncs.com', 'coding.dashscope.aliyuncs.com'],
      'coding-intl.dashscope.aliyuncs.com',
      'token-plan.cn-beijing.maas.aliyuncs.com',
    ],
    logins: keys,
  },
  providers: qwenProvider,
  state: qwenState,
  signIn: { command: ['qwen'], hint: '/auth  takes a key; then leave it with /quit' },
} as const satisfies Assistant;
