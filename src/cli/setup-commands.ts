// The commands that set up a machine and its shells. A part of the table in commands.ts, which says what a record is.

import type { ExtraOption } from './options.ts';

const functionsOption: ExtraOption = {
  flags: '--functions <list>',
  help: 'only these functions, as claude,aic,ai-mode; none: only completion; all again',
};

export const setupCommands = {
  init: {
    summary: 'a settings file for this project, from what it is made of',
    usage: 'ai init [--yes] [--dry-run] [--json]',
    passThrough: false,
    takes: 'nothing',
    uses: ['json', 'dryRun', 'directory', 'allowRootDir'],
    load: async () => (await import('./commands/init.ts')).init,
  },
  setup: {
    summary: 'get an engine to run, and shell functions and completion',
    usage: 'ai setup [--yes] [--dry-run] [--functions LIST] [--json]\nai setup --undo',
    passThrough: false,
    extra: [
      functionsOption,
      {
        flags: '--undo',
        help: 'take the line and the files of the shell functions away again, never the engine',
      },
    ],
    takes: 'nothing',
    uses: ['json', 'dryRun'],
    load: async () => (await import('./commands/setup.ts')).setup,
  },
  'shell-init': {
    summary: 'print shell functions and completion, for source <(…)',
    usage: 'ai shell-init zsh|bash|fish [--functions LIST] [--json]',
    passThrough: false,
    extra: [functionsOption],
    takes: 'name',
    uses: ['json'],
    load: async () => (await import('./commands/shell-init.ts')).shellInit,
  },
  completion: {
    summary: 'print completion alone',
    usage: 'ai completion zsh|bash|fish [--json]',
    passThrough: false,
    takes: 'name',
    uses: ['json'],
    load: async () => (await import('./commands/shell-init.ts')).completion,
  },
} as const;
