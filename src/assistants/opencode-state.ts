// Where opencode keeps its state, and its logins, one for each vendor. Facts tested with 1.18.33.

import { asObject, parseJson } from '../base/json.ts';
import type { AssistantState } from './assistant.ts';
import { opencodeFiles } from './opencode-files.ts';

export const opencodeState = {
  ...opencodeFiles,
  variables: (home) => ({ OPENCODE_DB: `${home}/.local/share/opencode/database/opencode.db` }),
  login: (read) => {
    const logins = Object.values(parseJson(read('data/auth.json')) ?? {}).map(asObject);
    if (logins.length === 0) return undefined;
    return { kind: logins.some((one) => one?.['type'] === 'oauth') ? 'account' : 'key' };
  },
} as const satisfies AssistantState;
