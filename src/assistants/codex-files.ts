// Which files of Codex CLI are kept, which belong to a project, which are logins and how these are renewed. Facts tested with 0.169.0.

import type { AssistantState } from './assistant.ts';
import { oauth } from './oauth.ts';
import { treesOf } from './words.ts';

export const codexFiles = {
  directories: [
    {
      part: '',
      inside: '.codex',
      kept: [
        ...['config.toml', '*.config.toml', '*.md', 'hooks.json', '.credentials.json', '.env'],
        ...treesOf('prompts skills rules memories agents hooks themes plugins'),
      ],
    },
  ],
  credentials: [
    {
      file: 'auth.json',
      logins: [[]],
      ...oauth({
        access: ['tokens', 'access_token'],
        refresh: ['tokens', 'refresh_token'],
        made: ['last_refresh'],
        account: ['tokens', 'account_id'],
        key: ['OPENAI_API_KEY'],
        lent: 'empty',
      }),
    },
  ],
  paths: [{ file: 'config.toml', at: { toml: 'projects' } }],
  // Sessions do not agree among themselves on who renews, and one that ends while it renews loses the login.
  renewal: {
    file: 'auth.json',
    command: ['codex', 'app-server'],
    requests: [
      { id: 1, method: 'initialize', params: { clientInfo: { name: 'ai', version: '1' } } },
      { method: 'initialized' },
      { id: 2, method: 'account/read', params: { refreshToken: true } },
    ],
  },
  conversations: [
    { part: 'sessions', inside: '.codex/sessions' },
    { part: 'sqlite', inside: '.codex/sqlite' },
  ],
  links: { '.codex/history.jsonl': 'sessions/history.jsonl' },
} as const satisfies Pick<
  AssistantState,
  'directories' | 'conversations' | 'links' | 'credentials' | 'paths' | 'renewal'
>;
