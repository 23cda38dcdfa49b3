// The commands of `ai`, each loaded only when it is called for.

import type { CommandName } from '../base/command-names.ts';
import { commandActions } from './command-actions.ts';
import type { CommandRecord } from './command-record.ts';
import { allOptions, generalOptions, type OptionName } from './options.ts';
import { imageRecords } from './image-records.ts';
import { commitRecord } from './commit-record.ts';
import { settingKeys } from '../settings/schema.ts';
import { doctorRecord } from './doctor/record.ts';
import { setupCommands } from './setup-commands.ts';

export type { CommandCall, CommandHandler, CommandRecord } from './command-record.ts';

export const commands = {
  run: {
    summary: 'start an assistant (for when its name is also a command)',
    usage: 'ai run [options] [assistant] [its arguments …]',
    passThrough: true,
    takes: 'assistant',
    load: async () => (await import('./commands/run.ts')).run,
  },
  shell: {
    summary: 'a shell where the assistant would run',
    usage: 'ai shell [options]',
    passThrough: true,
    takes: 'command',
    load: async () => (await import('./commands/run.ts')).shell,
  },
  exec: {
    summary: 'run a command where the assistant would run',
    usage: 'ai exec [options] [--] command [arguments …]',
    passThrough: true,
    takes: 'command',
    load: async () => (await import('./commands/run.ts')).exec,
  },
  commit: commitRecord,
  where: {
    summary: 'what is mounted where, and why',
    usage: 'ai where [--json]',
    passThrough: false,
    takes: 'nothing',
    uses: [
      ...(['json', 'directory', 'allowRootDir', 'assistant', 'model'] as const),
      ...([
        'mounts',
        'mask',
        'overlay',
        'protect',
        'yolo',
        'workspace',
        'root',
        'network',
        'allow',
      ] as const),
    ],
    load: async () => (await import('./commands/where.ts')).where,
  },
  changes: {
    summary: 'what the last run has changed of the files that this machine runs later',
    usage: 'ai changes [RUN] [--json]',
    passThrough: false,
    takes: 'name',
    uses: ['json', 'directory', 'allowRootDir'],
    load: async () => (await import('./commands/changes.ts')).changes,
  },
  assistants: {
    summary: 'every assistant: version, image, login',
    usage: 'ai assistants [--json]',
    passThrough: false,
    takes: 'nothing',
    uses: ['json', 'assistant'],
    load: async () => (await import('./commands/assistants.ts')).assistants,
  },
  auth: {
    summary: 'logins: status, login, logout, import, migrate, backup, restore',
    usage: 'ai auth [status|login|logout|import|migrate|backup|restore] [assistant …]',
    passThrough: false,
    actions: commandActions.auth,
    extra: [
      { flags: '--all', help: 'logout: of every assistant' },
      { flags: '--list', help: 'backup: those that there are' },
      {
        flags: '--from <time>',
        help: 'restore: the backup of that time (its beginning is enough)',
      },
    ],
    takes: 'words',
    uses: ['json', 'dryRun', 'assistant', 'profile', 'env', 'directory'],
    load: async () => (await import('./commands/auth.ts')).auth,
  },
  secrets: {
    summary: 'keys and tokens for runs: list, set, import, rm',
    usage: 'ai secrets [list|set|import|rm] …',
    passThrough: false,
    actions: commandActions.secrets,
    extra: [
      { flags: '--project', help: 'of this project alone: every run of it gets the secret' },
      {
        flags: '--command <cmd>',
        help: 'set: a command of this machine that prints the value at each start, like op read …',
      },
    ],
    takes: 'words',
    uses: ['json', 'profile', 'directory'],
    load: async () => (await import('./commands/secrets.ts')).secrets,
  },
  mode: {
    summary: 'the default assistant: show it, or set it from now on',
    usage: 'ai mode [assistant] [--json]',
    passThrough: false,
    takes: 'name',
    uses: ['json', 'assistant'],
    load: async () => (await import('./commands/mode.ts')).mode,
  },
  config: {
    summary: 'the settings: list, get, set, unset, edit, path, validate, schema',
    usage: 'ai config [list|get|set|unset|edit|path|validate|schema] …',
    passThrough: false,
    actions: commandActions.config,
    extra: [
      { flags: '--origin', help: 'list: file and line, variable or option of each value' },
      { flags: '--project', help: 'set, unset, edit: the project’s own file, not yours' },
    ],
    takes: 'words',
    uses: ['json', 'directory', 'allowRootDir'],
    alsoTakes: settingKeys,
    load: async () => (await import('./commands/config.ts')).config,
  },
  trust: {
    summary: 'settings of this project that reach the host: show them, and let them count',
    usage: 'ai trust [--yes | --show | --revoke | --list] [--json]',
    passThrough: false,
    extra: [
      { flags: '--show', help: 'show what they would do, and ask nothing' },
      { flags: '--revoke', help: 'forget every answer about this project' },
      { flags: '--list', help: 'every project that you have answered about' },
    ],
    takes: 'nothing',
    uses: ['json', 'directory', 'allowRootDir'],
    load: async () => (await import('./commands/trust.ts')).trust,
  },
  net: {
    summary: 'what runs with network: allowlist have asked for: log, allow',
    usage: 'ai net [log|allow HOST[:PORT]] …',
    passThrough: false,
    actions: commandActions.net,
    extra: [
      { flags: '--project', help: 'allow: in the project’s own file, not yours' },
      { flags: '--all', help: 'log: of every project' },
    ],
    takes: 'words',
    uses: ['json', 'directory', 'allowRootDir'],
    load: async () => (await import('./commands/net.ts')).net,
  },
  ps: {
    summary: 'your runs',
    usage: 'ai ps [--json]',
    passThrough: false,
    takes: 'nothing',
    uses: ['json'],
    load: async () => (await import('./commands/ps.ts')).ps,
  },
  stop: {
    summary: 'end a run',
    usage: 'ai stop RUN … | --all',
    passThrough: false,
    extra: [{ flags: '--all', help: 'every run of yours' }],
    takes: 'runs',
    uses: ['json'],
    load: async () => (await import('./commands/stop.ts')).stop,
  },
  clean: {
    summary: 'remove what crashed runs have left behind',
    usage: 'ai clean [--json]',
    passThrough: false,
    takes: 'nothing',
    uses: ['json'],
    load: async () => (await import('./commands/clean.ts')).clean,
  },
  audit: {
    summary: 'what runs here have done: starts, grants, keys used, refusals, ends',
    usage: 'ai audit [show] [-n COUNT] [--run ID] [--all] [--json]',
    passThrough: false,
    extra: [
      { flags: '-n, --lines <count>', help: 'the last so many lines (50; with --json all)' },
      { flags: '--run <id>', help: 'of this run' },
      { flags: '--all', help: 'of every project' },
    ],
    takes: 'words',
    uses: ['json', 'directory', 'allowRootDir'],
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  explain: {
    summary: 'what an error code means, and what to do',
    usage: 'ai explain [CODE] [--json]',
    passThrough: false,
    takes: 'name',
    uses: ['json'],
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  doctor: doctorRecord,
  ...imageRecords,
  ...setupCommands,
} as const satisfies Record<CommandName, CommandRecord>;

/** The launcher's options that a command takes. */
export function optionsOf({ takes, uses, alsoTakes }: CommandRecord): readonly OptionName[] {
  if (uses !== undefined) return [...generalOptions, ...uses, ...(alsoTakes ?? [])];
  const ofAssistants: readonly OptionName[] = takes === 'assistant' ? [] : ['prompt', 'continue'];
  return allOptions.filter((name) => !ofAssistants.includes(name));
}
