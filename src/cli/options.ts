// The launcher's options: those of the settings, from their schema, and the few that belong to one command line only.

import { Command, CommanderError, Option } from 'commander';
import { AiError } from '../base/errors.ts';
import type { Layer, LayerValue } from '../settings/layers.ts';
import { schema, settingKeys, type SettingKey } from '../settings/schema.ts';
import type { SettingRecord } from '../settings/setting.ts';

/** An option of the launcher's own, as the records call it. */
export type OptionName = keyof PlainOptions | SettingKey;

/** Options that every command takes. */
export const generalOptions: readonly OptionName[] = [
  ...(['yes', 'quiet', 'debug', 'version', 'help'] as const),
  ...(['host', 'context', 'plain'] as const),
];

/** Options of one command line that are no settings. */
export interface PlainOptions {
  yes?: true;
  dryRun?: true;
  json?: true;
  quiet?: true;
  debug?: true;
  directory?: string;
  prompt?: string;
  continue?: true;
  allowRootDir?: true;
  waitRemoved?: true;
  version?: true;
  help?: true;
}

export interface ExtraOption {
  flags: string;
  help: string;
}

const plainOptions: readonly (ExtraOption & {
  name: keyof PlainOptions;
  group: keyof typeof groups;
})[] = [
  {
    name: 'prompt',
    flags: '-p, --prompt <text>',
    help: 'one headless turn: the answer on stdout',
    group: 'run',
  },
  {
    name: 'continue',
    flags: '-c, --continue',
    help: 'go on with the last conversation of this project',
    group: 'run',
  },
  {
    name: 'dryRun',
    flags: '--dry-run',
    help: 'print the run as a `docker run` line (ai setup: its commands; ai commit: the message) and do nothing',
    group: 'run',
  },
  {
    name: 'directory',
    flags: '-C, --directory <dir>',
    help: 'work in this directory',
    group: 'run',
  },
  {
    name: 'waitRemoved',
    flags: '--wait-removed',
    help: 'return only when the engine has removed the container',
    group: 'run',
  },
  {
    name: 'allowRootDir',
    flags: '--allow-root-dir',
    help: 'allow /, your home or a system directory as the project',
    group: 'run',
  },
  {
    name: 'yes',
    flags: '-y, --yes',
    help: 'answer yes: set up an engine (for a run, or ai setup), make the base image, install an assistant',
    group: 'general',
  },
  {
    name: 'json',
    flags: '--json',
    help: 'lists, --dry-run and -p answer in JSON',
    group: 'general',
  },
  {
    name: 'quiet',
    flags: '-q, --quiet',
    help: 'say nothing but errors, and that a run has no isolation where nobody asked for that',
    group: 'general',
  },
  { name: 'debug', flags: '--debug', help: 'say more, show stack traces', group: 'general' },
  { name: 'version', flags: '-V, --version', help: 'print the version', group: 'general' },
  { name: 'help', flags: '-h, --help', help: 'print this', group: 'general' },
];

export const allOptions: readonly OptionName[] = [
  ...plainOptions.map(({ name }) => name),
  ...settingKeys,
];

/** All options of the launcher, as commander writes them, and what each is called; one for each flag of a setting. */
export function optionRecords(): readonly (ExtraOption & { name: OptionName })[] {
  return [
    ...plainOptions,
    ...settingKeys.flatMap((name) => {
      const { flag, help, shorthand } = schema[name] as SettingRecord;
      return [
        ...(flag === undefined ? [] : [{ name, flags: flag, help }]),
        ...(shorthand ? [{ name, flags: shorthand.flag, help: shorthand.help }] : []),
      ];
    }),
  ];
}

const groups = {
  run: 'This run:',
  settings: 'Settings (also in config.yaml and as AI_… variables):',
  general: 'General:',
};

export interface ParsedOptions {
  plain: PlainOptions;
  /** Options of the command itself. */
  extra: Readonly<Partial<Record<string, unknown>>>;
  /** The settings among the options, as they were given. */
  settings: Layer;
  /** What is left: the words after the options. */
  words: readonly string[];
  /** True if `--` stood before the words. */
  afterDashes: boolean;
}

export interface ParseMode {
  /** Stop at the first word: what follows is somebody else's. */
  passThrough: boolean;
  extra?: readonly ExtraOption[];
}

/** @throws AiError AI_USAGE */
export function parseOptions(
  args: readonly string[],
  { passThrough, extra = [] }: ParseMode,
): ParsedOptions {
  const [first = ''] = args;
  // To tell commander of all options takes longer than anything else here, and most starts have none.
  if (args.length === 0 || (passThrough && !first.startsWith('-'))) return onlyWords(args, false);
  if (passThrough && first === '--') return onlyWords(args.slice(1), true);
  const command = optionsCommand(extra);
  if (passThrough) command.passThroughOptions();
  const values: LayerValue[] = [];
  for (const key of settingKeys)
    for (const { name, means } of flagsOf(key))
      command.on(`option:${name}`, (text: string | null) => {
        values.push({ key, value: { kind: 'flag', text: text ?? means }, place: `--${name}` });
      });
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw usageError(error);
    throw error;
  }
  const words = command.args;
  const found: Record<string, unknown> = command.opts();
  const plain = Object.fromEntries(
    plainOptions.flatMap(({ name }) => (name in found ? [[name, found[name]]] : [])),
  );
  return {
    plain,
    extra: found,
    settings: { origin: 'command line', values },
    words,
    // Commander drops the dashes; with options only before them they stand right before the words.
    afterDashes: passThrough && args[args.length - words.length - 1] === '--',
  };
}

const onlyWords = (words: readonly string[], afterDashes: boolean): ParsedOptions => ({
  ...{ plain: {}, extra: {}, words, afterDashes },
  settings: { origin: 'command line', values: [] },
});

/** `--dry-run` for `dryRun`, as the user writes it. */
export const flagOf = (option: keyof PlainOptions): string =>
  /--[a-z-]+/.exec(plainOptions.find(({ name }) => name === option)?.flags ?? '')?.[0] ?? option;

/**
 * The options as commander parses and prints them.
 * @param only of the launcher's own these; all of them without it
 */
export function optionsCommand(
  extra: readonly ExtraOption[] = [],
  only?: readonly OptionName[],
): Command {
  const command = new Command('ai')
    .argument('[words...]')
    .helpOption(false)
    .exitOverride()
    .enablePositionalOptions();
  command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const { flags, help } of extra)
    command.addOption(new Option(flags, help).helpGroup('Options:'));
  const isIn = (name: OptionName): boolean => only?.includes(name) ?? true;
  for (const { name, flags, help, group } of plainOptions)
    if (isIn(name)) command.addOption(new Option(flags, help).helpGroup(groups[group]));
  for (const key of settingKeys) {
    const { flag, help, shorthand } = schema[key] as SettingRecord;
    if (!isIn(key)) continue;
    for (const option of [flag && { flag, help }, shorthand])
      if (option)
        command.addOption(new Option(option.flag, option.help).helpGroup(groups.settings));
  }
  return command;
}

/** The flags of a setting, and what each means where it takes no value. */
function flagsOf(key: SettingKey): { name: string; means: string }[] {
  const { flag, shorthand } = schema[key] as SettingRecord;
  return [
    ...(flag === undefined ? [] : [{ name: longName(flag), means: 'true' }]),
    ...(shorthand ? [{ name: longName(shorthand.flag), means: shorthand.means }] : []),
  ];
}

/** `-v, --mount <…>` -> `mount`, the last of several long names. */
const longName = (flag: string): string => /^.*--([a-z-]+)/.exec(flag)?.[1] ?? flag;

/** Commander's own words, which carry the suggestion, without its prefix. */
function usageError(error: CommanderError): AiError {
  const [problem = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const hint = /\(Did you mean (.+)\?\)/.exec(rest.join(' '))?.[1];
  return new AiError('AI_USAGE', { problem, next: hint ? `did you mean ${hint}?` : 'ai --help' });
}
