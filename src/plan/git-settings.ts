// The git configuration of a run: what of the user's own settings goes in, and which files of theirs come along. Pure.

import { path } from '../base/path.ts';
import type { Facts, GitSetting, GitSettingsFacts } from './facts.ts';
import { isAllowed, splitName } from './git-allowed.ts';
import { renderGitConfig } from './git-config-text.ts';
import { isOfSigning, planSigning } from './git-signing.ts';
import { gitHubHelpers } from './github.ts';
import { runDirectory } from './inside.ts';
import type { GitPlan, Prepare } from './run-plan.ts';
import { runPaths } from './state-mounts.ts';

/** Settings that name a file of the user's, and what its copy is called inside. */
export const fileSettings: Readonly<Partial<Record<string, string>>> = {
  'core.excludesfile': 'git-ignore',
  'core.attributesfile': 'git-attributes',
  'commit.template': 'git-commit-template',
  'gpg.ssh.allowedsignersfile': 'git-allowed-signers',
  'mailmap.file': 'git-mailmap',
};

export interface GitSettingsPlan {
  git: GitPlan;
  write: Prepare['write'];
  notes: readonly string[];
}

/**
 * Two files: one that the session can only read, with everything, and `~/.gitconfig`, which includes it. So `git config
 * --global` works inside and holds for the run; a test that sets HOME sees no settings, as outside; and /etc/gitconfig stays
 * the image's: a mount there could not be replaced, and packages fail that want to (git-lfs).
 */
export function planGitSettings(
  facts: Pick<Facts, 'gitSettings' | 'gitHub' | 'host' | 'settings' | 'state' | 'secrets' | 'kept'>,
): GitSettingsPlan {
  const { gitSettings, state } = facts;
  const signing = planSigning(gitSettings);
  const files = filesOf(gitSettings);
  const kept = gitSettings.settings.filter(isAllowed);
  const all = [
    ...kept,
    ...files.map(({ setting }) => setting),
    ...signing.settings,
    ...gitHubHelpers(facts),
  ];
  const { home, inside } = runPaths({ directory: state.writable, runId: state.runId });
  const file = (name: string, text: string): Prepare['write'][number] => ({
    path: path.join(inside, name),
    text,
    mode: 0o644,
  });
  return {
    git: {
      signsWithSsh: signing.signsWithSsh,
      leftOut: leftOut(gitSettings.settings, all),
      reason: 'your settings for git, as far as they can work inside and hold no secret',
    },
    write: [
      file(settingsFile, renderGitConfig(all)),
      ...files.map(({ name, text }) => file(name, text)),
      { path: path.join(home, '.gitconfig'), text: ownConfig(kept), mode: 0o644 },
    ],
    notes: signing.notes,
  };
}

const settingsFile = 'gitconfig';

/** The run's own: programs ask `git config --global user.name`, which follows no include. */
function ownConfig(kept: readonly GitSetting[]): string {
  const identity = ['user.name', 'user.email'].flatMap(
    (name) => kept.findLast((setting) => setting.name === name) ?? [],
  );
  return renderGitConfig([
    { name: 'include.path', value: `${runDirectory}/${settingsFile}` },
    { name: 'safe.directory', value: '*' },
    ...identity,
  ]);
}

/** What was read, under the place that it has inside; a path that leads nowhere on the host is left out. */
function filesOf({
  files,
}: GitSettingsFacts): readonly { name: string; text: string; setting: GitSetting }[] {
  return Object.entries(fileSettings).flatMap(([setting, name]) => {
    const text = files[setting];
    return text === undefined || name === undefined
      ? []
      : [{ name, text, setting: { name: setting, value: `${runDirectory}/${name}` } }];
  });
}

/** Names without what stands between section and name: that can be an address with a password. */
function leftOut(given: readonly GitSetting[], kept: readonly GitSetting[]): readonly string[] {
  const isKept = ({ name, value }: GitSetting): boolean =>
    kept.some(
      (other) =>
        other.name === name && (other.value === value || name in fileSettings || isOfSigning(name)),
    );
  const names = given
    .filter((setting) => !isKept(setting))
    .map(({ name: full }) => {
      const { section, subsection, name } = splitName(full);
      return [section, ...(subsection === undefined ? [] : ['*']), name].join('.');
    })
    // Includes are resolved, and every repository is safe inside.
    .filter((name) => !/^(?:include|includeif\.\*|safe)\./.test(name));
  return [...new Set(names)];
}
