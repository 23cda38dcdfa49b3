// Which files of opencode are kept, which belong to a project, and which are logins. Facts tested with 1.18.33.

import { asObject, ownValue } from '../base/json.ts';
import type { AssistantState } from './assistant.ts';
import { oauth } from './oauth.ts';
import { treesOf } from './words.ts';

const login = oauth({
  access: ['access'],
  refresh: ['refresh'],
  until: ['expires'],
  key: ['key'],
  lent: 'empty',
});

export const opencodeFiles = {
  directories: [
    { part: 'data', inside: '.local/share/opencode', kept: ['mcp-auth.json'] },
    {
      part: 'config',
      inside: '.config/opencode',
      kept: [
        ...['opencode.json', 'opencode.jsonc', 'config.json', 'tui.json', '*.md'],
        ...treesOf('agent agents command commands mode modes plugin plugins skill skills'),
        ...treesOf('tool tools themes'),
      ],
    },
    {
      part: 'state',
      inside: '.local/state/opencode',
      kept: ['model.json', 'kv.json', 'prompt-stash.jsonl', 'plugin-meta.json'],
    },
  ],
  // The database of its conversations, and copies of the project's files. Logins lie beside them, in data.
  conversations: ['database', 'snapshot', 'storage', 'tool-output', 'plans', 'worktree'].map(
    (part) => ({ part, inside: `.local/share/opencode/${part}` }),
  ),
  links: {
    '.local/state/opencode/prompt-history.jsonl':
      '../../share/opencode/database/prompt-history.jsonl',
  },
  credentials: [
    {
      file: 'data/auth.json',
      logins: [['*']],
      // Copilot's has no end: it says 0.
      read: (value) => {
        const found = login.read(value);
        if (found?.until !== 0) return found;
        return { renewable: true };
      },
      lend: (value) => (ownValue(asObject(value), 'expires') === 0 ? value : login.lend(value)),
    },
  ],
} as const satisfies Pick<
  AssistantState,
  'directories' | 'conversations' | 'links' | 'credentials'
>;
