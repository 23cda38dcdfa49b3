// What has to be made on the host before a run, and given back after it. Pure.

import type { Facts } from './facts.ts';
import { nestedTargets } from './mounts.ts';
import type { Mount, Owner, Prepare } from './run-plan.ts';
import type { UserPlan } from './user.ts';

/** @param owner whose the directories of the run and its state are */
export function planPrepare(
  { settings, host, state, engine }: Facts,
  mounts: readonly Mount[],
  owner: Owner,
  { who, made }: { who: UserPlan; made: Prepare['create'] },
): Omit<Prepare, 'write'> {
  const { owner: ofProject } = who;
  const ownDirectories = mounts
    .filter(({ role, kind }) => kind === 'directory' && (role === 'state' || role === 'run'))
    .map(({ source, reason }) => ({
      path: source,
      kind: 'directory' as const,
      mode: 0o700,
      owner,
      below: state.writable,
      reason,
    }));
  const writable = mounts.filter(({ readOnly, role }) => !readOnly && role !== 'protect');
  // Root inside a rootless engine is the user already.
  const mustGiveBack = settings.root && ofProject.uid !== 0 && !engine.rootless;
  return {
    create: [...ownDirectories, ...made, ...nestedTargets(mounts, ofProject)],
    ...(mustGiveBack && {
      giveBack: {
        paths: writable.map(({ target }) => target),
        owner: ofProject,
        reason: `--root: files made by root go to ${host.userName}`,
      },
    }),
  };
}
