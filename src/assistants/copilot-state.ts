// Where GitHub Copilot CLI keeps its state, and its login. Facts tested with 1.0.102.

import { asObject, isList, ownValue, parseJson, type JsonValue } from '../base/json.ts';
import type { AssistantState } from './assistant.ts';
import { filled, treesOf } from './words.ts';

/** A token of GitHub has no end, and nothing renews it. Beside the tokens stands whose they are. */
const tokenOf = (value: JsonValue): string | undefined =>
  filled(value) ?? filled(ownValue(asObject(value), 'token'));

const isLogin = (value: JsonValue): boolean =>
  tokenOf(value) !== undefined ||
  filled(ownValue(asObject(value), 'login')) !== undefined ||
  (isList(value) && value.length > 0);

export const copilotState = {
  directories: [
    {
      part: '',
      inside: '.copilot',
      kept: [
        ...['settings.json', 'mcp-config.json', 'lsp-config*', 'permissions-config*', '*.md'],
        'keybindings.json',
        ...treesOf('instructions agents skills hooks extensions installed-plugins plugin-data'),
        ...treesOf('mcp-oauth-config'),
      ],
    },
  ],
  conversations: [{ part: '', inside: '.copilot/session-state' }],
  // Its index of conversations holds a copy of them all.
  links: { '.copilot/session-store.db': 'session-state/session-store.db' },
  credentials: [
    {
      file: 'config.json',
      logins: [['authTokens', '*'], ['lastLoggedInUser'], ['loggedInUsers']],
      read: (value) => (isLogin(value) ? { renewable: true } : undefined),
      lend: (value) => value,
    },
  ],
  paths: [{ file: 'config.json', at: ['trustedFolders'] }],
  variables: (home) => ({ COPILOT_HOME: `${home}/.copilot` }),
  // All of the container; and its login into its file, since no container has a key ring.
  seeds: ({ project }) =>
    project
      ? { 'config.json': { trustedFolders: ['/'] }, 'settings.json': { storeTokenPlaintext: true } }
      : {},
  login: (read) => {
    const config = parseJson(read('config.json'));
    const tokens = Object.values(asObject(config?.['authTokens']) ?? {});
    if (tokens.length > 0 && !tokens.some(tokenOf)) return undefined;
    const who = filled(asObject(config?.['lastLoggedInUser'])?.['login']);
    return who ? { kind: 'account', who } : undefined;
  },
} as const satisfies AssistantState;
