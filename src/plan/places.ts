// Where state stands below the state directory. Names alone, no look at the disk.

import { path } from '../base/path.ts';

/** The profile of whoever has not named one. */
export const defaultProfile = 'default';

/** The truth of all assistants of a profile. */
export const globalState = (stateDirectory: string, profile: string): string =>
  profile === defaultProfile
    ? path.join(stateDirectory, 'global_state')
    : path.join(stateDirectory, 'profiles', profile, 'global_state');

/** The login of GitHub's own program. */
export const gitHubDirectory = (stateDirectory: string, profile: string): string =>
  path.join(path.dirname(globalState(stateDirectory, profile)), 'gh_config');

/** Where running sessions of one user id share a login. */
export const exchangeDirectory = (
  stateDirectory: string,
  { profile, name, uid }: { profile: string; name: string; uid: number },
): string => path.join(stateDirectory, 'live', profile, name, String(uid));

/** What containers keep of a worktree of the project for themselves. */
export const overlayDirectory = (stateDirectory: string, project: string, key: string): string =>
  path.join(stateDirectory, 'projects', project, 'overlay', key);

/** Earlier versions of the files of a truth. */
export const backupDirectory = (
  stateDirectory: string,
  { profile, name }: { profile: string; name: string },
): string => path.join(stateDirectory, 'backups', profile, name);

/** What lets one process at a time change a truth. */
export const lockFile = (
  stateDirectory: string,
  { profile, name }: { profile: string; name: string },
): string => path.join(stateDirectory, 'locks', profile, name);
