// What the command line knows of `ai commit`.

import { settingKeys } from '../settings/schema.ts';

export const commitRecord = {
  summary: 'commit what is staged, with a message that an assistant writes; push it',
  usage: 'ai commit [options]',
  passThrough: false,
  takes: 'nothing',
  extra: [
    { flags: '--commit', help: 'commit with the message as it comes' },
    {
      flags: '--push',
      help: 'the same, and push; with nothing to commit, push what is not pushed yet',
    },
  ],
  uses: [
    ...(['json', 'dryRun', 'directory', 'allowRootDir'] as const),
    ...(['assistant', 'model', 'native', 'profile', 'timeout'] as const),
  ],
  alsoTakes: [...settingKeys, 'waitRemoved'],
  load: async () => (await import('./commands/commit.ts')).commit,
} as const;
