// Qwen Code's compiled code in its image.

import { compiled } from './compiled.ts';

/** Its command starts Node a second time, with an option that only Node's command line takes. */
export const prepareQwen = compiled({
  command: 'qwen',
  again: true,
  variables: {
    ...{ QWEN_CODE_NO_RELAUNCH: 'true', QWEN_USAGE_STATISTICS_ENABLED: 'false' },
    ...{ OPENAI_API_KEY: 'none', OPENAI_MODEL: 'none', OPENAI_BASE_URL: 'http://127.0.0.1:9' },
  },
});
