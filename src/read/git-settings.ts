// The user's own settings for git, as git itself resolves them for the project. Nothing of the project's is taken or run.

import { existsSync } from 'node:fs';
import { path } from '../base/path.ts';
import { answerOf, type Answer, type AskOptions } from '../host/answer-of.ts';
import type { GitSetting, GitSettingsFacts } from '../plan/facts.ts';
import { readGitFiles } from './git-files.ts';

type Environment = Readonly<Partial<Record<string, string>>>;

/** Bytes of its answer: the project's configuration comes along, and is thrown away. */
const largestAnswer = 16 * 1024 * 1024;

/**
 * The settings of the user and of the machine, with includes and includeIf resolved for `directory`, and what stands in the
 * files that they name. Empty where there are none, or no git.
 * @param patience milliseconds for git: a project may have left a pipe where it reads
 */
export async function readGitSettings(
  directory: string,
  environment: Environment,
  home: string,
  patience = 5000,
): Promise<GitSettingsFacts> {
  const configHome = path.join(environment['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'git');
  const places = [
    environment['GIT_CONFIG_GLOBAL'],
    path.join(home, '.gitconfig'),
    path.join(configHome, 'config'),
    environment['GIT_CONFIG_SYSTEM'],
    '/etc/gitconfig',
    '/usr/local/etc/gitconfig',
    '/opt/homebrew/etc/gitconfig',
  ];
  const hasConfig = places.some((file) => file !== undefined && existsSync(file));
  const settings = hasConfig
    ? await listSettings({
        ...{ cwd: directory, env: cleaned(environment) },
        ...{ timeout: patience, maxBuffer: largestAnswer },
      })
    : [];
  return { settings, files: readGitFiles(settings, { home, configHome }) };
}

/**
 * Every scope is asked for, and the project's dropped: git with --global alone overlooks one of two files, and cannot resolve
 * `includeIf "hasconfig:remote.*.url:…"`. In a repository of somebody else it would resolve no condition but for safe.directory.
 */
async function listSettings(how: AskOptions): Promise<GitSetting[]> {
  const git = (...words: string[]): Promise<Answer> =>
    answerOf(
      'git',
      ['-c', 'safe.directory=*', 'config', '--includes', '--null', '--list', ...words],
      how,
    );
  const scoped = await git('--show-scope');
  // Git before 2.26 does not know the option.
  if (scoped.code === wrongUsage)
    return (await git('--global')).text.split('\0').flatMap(settingOf);
  const parts = scoped.text.split('\0');
  return parts.flatMap((scope, index) =>
    index % 2 === 0 && (scope === 'system' || scope === 'global')
      ? settingOf(parts[index + 1] ?? '')
      : [],
  );
}

/** `name` and `value` on lines of their own; a name alone is true. */
function settingOf(entry: string): GitSetting[] {
  if (!entry.includes('.')) return [];
  const at = entry.indexOf('\n');
  return [
    at < 0
      ? { name: entry, value: 'true' }
      : { name: entry.slice(0, at), value: entry.slice(at + 1) },
  ];
}

/** Git's exit code for options that it does not know (usage.c). */
const wrongUsage = 129;

/** Without what points git at another repository, or adds settings that are not of the user: a hook has these set. */
function cleaned(environment: Environment): NodeJS.ProcessEnv {
  const kept = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || kept.has(name)),
  );
}
