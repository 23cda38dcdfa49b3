// Which files of Qwen Code are kept, which belong to a project, and which are logins. Facts tested with 0.24.4.

import type { AssistantState } from './assistant.ts';
import { googleLogin } from './oauth.ts';
import { treesOf } from './words.ts';

export const qwenFiles = {
  directories: [
    {
      part: '',
      inside: '.qwen',
      kept: [
        ...['settings.json', '*.md', '.env', 'voice-keyterms.txt', '*.sh', 'installation_id'],
        ...['trustedFolders.json', 'mcpApprovals.json', 'mcp-oauth-tokens*.json'],
        ...treesOf('memories rules commands skills agents workflows output-styles locales hooks'),
        ...treesOf('extensions fork-profiles channels teams boards'),
      ],
    },
  ],
  credentials: [googleLogin],
  paths: [
    { file: 'trustedFolders.json', at: [] },
    { file: 'mcpApprovals.json', at: [] },
  ],
  // Beside the conversations: prompts that were typed (tmp), and copies of the project's files.
  conversations: ['projects', 'tmp', 'file-history', 'todos', 'plans'].map((part) => ({
    part,
    inside: `.qwen/${part}`,
  })),
} as const satisfies Pick<
  AssistantState,
  'directories' | 'conversations' | 'credentials' | 'paths'
>;
