// Who the user is for git, taken from their own global configuration on the host.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * A gitconfig for the run's home: the user's name and address, includes and includeIf resolved for `directory` by git
 * itself, and leave to work in the project whoever owns it. Git on the host is asked for its global file only, so that
 * nothing of the project's own configuration is read.
 */
export async function readGitIdentity(
  directory: string,
  environment: NodeJS.ProcessEnv,
  home: string,
): Promise<string> {
  const configHome = environment['XDG_CONFIG_HOME'] ?? path.join(home, '.config');
  const files = [
    environment['GIT_CONFIG_GLOBAL'],
    path.join(home, '.gitconfig'),
    path.join(configHome, 'git/config'),
  ];
  const hasConfig = files.some((file) => file !== undefined && existsSync(file));
  const listed = hasConfig ? await listUser(directory, environment) : '';
  const user = Object.fromEntries(
    listed.split('\0').flatMap((entry) => {
      const at = entry.indexOf('\n');
      return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
    }),
  );
  const lines = ['name', 'email'].flatMap((key) => {
    const value: string | undefined = user[`user.${key}`];
    return value === undefined ? [] : [`\t${key} = ${quoteForGit(value)}`];
  });
  return ['[safe]', '\tdirectory = *', ...(lines.length > 0 ? ['[user]', ...lines] : []), ''].join(
    '\n',
  );
}

function listUser(directory: string, env: NodeJS.ProcessEnv): Promise<string> {
  const args = [
    'config',
    '--global',
    '--includes',
    '--null',
    '--get-regexp',
    String.raw`^user\.(name|email)$`,
  ];
  return new Promise((resolve) => {
    execFile('git', args, { cwd: directory, env, timeout: 5000 }, (error, stdout) => {
      // No git, no identity set: then there is none inside either.
      resolve(error ? '' : stdout);
    });
  });
}

/** A value in double quotes (git-config(1), "Syntax"). */
const quoteForGit = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
