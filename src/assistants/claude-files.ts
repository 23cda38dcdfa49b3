// Which files of Claude Code are kept, which belong to a project, and which are logins. Facts tested with 2.1.329.

import type { AssistantState } from './assistant.ts';
import { oauth } from './oauth.ts';
import { treesOf } from './words.ts';

const ofProjects = 'projects file-history tasks todos plans paste-cache image-cache'.split(' ');

export const claudeFiles = {
  directories: [
    {
      part: '',
      inside: '.claude',
      kept: [
        ...['.claude.json', 'settings.json', 'keybindings.json', 'scheduled_tasks.json'],
        ...['launch.json', 'statusline*', '*.md', '*.sh', '*.py', '*.js'],
        ...treesOf('agents commands skills rules output-styles hooks workflows routines themes'),
        ...treesOf('plugins agent-memory memory'),
      ],
    },
  ],
  conversations: ofProjects.map((part) => ({ part, inside: `.claude/${part}` })),
  // The prompts of the project; it is only ever added to, through the link.
  links: { '.claude/history.jsonl': 'projects/history.jsonl' },
  credentials: [
    {
      file: '.credentials.json',
      logins: [['claudeAiOauth'], ['mcpOAuth', '*']],
      ...oauth({
        access: ['accessToken'],
        refresh: ['refreshToken'],
        until: ['expiresAt'],
        account: ['accountUuid'],
        lent: 'absent',
      }),
    },
  ],
  paths: [
    { file: '.claude.json', at: ['projects'] },
    { file: '.claude.json', at: ['githubRepoPaths', '*'] },
  ],
  exchange: {
    variable: 'CLAUDE_SECURESTORAGE_CONFIG_DIR',
    file: '.credentials.json',
    locks: {
      names: ['.oauth_refresh.lock', '.storage-write.lock'],
      owner: '.oauth_refresh.lock.owner',
    },
  },
} as const satisfies Pick<
  AssistantState,
  'directories' | 'conversations' | 'links' | 'credentials' | 'paths' | 'exchange'
>;
