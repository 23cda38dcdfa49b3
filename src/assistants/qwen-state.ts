// Where Qwen Code keeps its state, what it is told below the user’s own settings, and its login. Facts tested with 0.24.4.

import { asObject, parseJson, type JsonObject } from '../base/json.ts';
import type { AssistantState } from './assistant.ts';
import { qwenFiles } from './qwen-files.ts';
import { accountLogin, filled } from './words.ts';

export const qwenState = {
  ...qwenFiles,
  variables: (home) => ({ QWEN_HOME: `${home}/.qwen` }),
  defaults: () => ({
    '/etc/qwen-code/system-defaults.json': JSON.stringify({
      general: { enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    }),
  }),
  login: (read) => {
    const login = parseJson(read('oauth_creds.json'));
    if (filled(login?.['access_token']) ?? filled(login?.['refresh_token']))
      return accountLogin({ renews: login?.['refresh_token'], until: login?.['expiry_date'] });
    return hasKey(parseJson(read('settings.json'))) ? { kind: 'key' } : undefined;
  },
} as const satisfies AssistantState;

/** It keeps keys in plain text, in one of two places. */
const hasKey = (settings: JsonObject | undefined): boolean =>
  filled(asObject(asObject(settings?.['security'])?.['auth'])?.['apiKey']) !== undefined ||
  Object.entries(asObject(settings?.['env']) ?? {}).some(
    ([name, value]) => name.includes('_API_KEY') && filled(value) !== undefined,
  );
