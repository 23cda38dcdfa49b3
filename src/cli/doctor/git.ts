// What is to be said of git: there, new enough, and at work in this project.

import { quoteForShell } from '../../base/quote.ts';
import type { GitFacts, GitTrouble } from '../../launch/doctor/look-git.ts';
import { failure, ok, skipped, warning, type Finding } from './finding.ts';

/** Of April 2020: it tells which of several files a setting is from (git-config(1), --show-scope). */
const oldest = [2, 26] as const;

export function judgeGit(
  { git, project }: GitFacts,
  platform: NodeJS.Platform,
): readonly Finding[] {
  const id = 'git.version';
  if (git === undefined)
    return [
      failure(
        id,
        'git is not on your PATH',
        platform === 'darwin'
          ? 'xcode-select --install'
          : 'sudo apt-get install git  (or your system’s way)',
      ),
    ];
  const { path, version } = git;
  return [
    version === undefined
      ? failure(id, `${path} does not say which version it is`, `${quoteForShell(path)} --version`)
      : isOld(version)
        ? warning(id, `git ${version} is old`, 'install git 2.26 or newer')
        : ok(id, `git ${version} (${path})`),
    project === undefined
      ? skipped('git.project', 'not looked at: this directory is in no repository')
      : judgeProject(project.root, project.trouble),
  ];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

function judgeProject(root: string, trouble: GitTrouble | undefined): Finding {
  const id = 'git.project';
  if (trouble === undefined) return ok(id, `it works in ${root}`);
  switch (trouble.kind) {
    case 'ownership':
      return warning(
        id,
        `git does nothing in ${trouble.directory}: it belongs to somebody else`,
        `git config --global --add safe.directory ${quoteForShell(trouble.directory)}  if you trust who owns it`,
      );
    case 'unwritable':
      return warning(
        id,
        `you cannot write ${trouble.file}, so you cannot commit`,
        `sudo chown -R "$(id -u):$(id -g)" ${quoteForShell(trouble.file)}`,
      );
    case 'other':
      return warning(
        id,
        `git does not work in ${root}: ${trouble.said}`,
        `git -C ${quoteForShell(root)} status`,
      );
  }
}
