// What has to be made on the host before a run, and given back after it. Pure.

import type { Facts } from './facts.ts';
import { nestedTargets } from './mounts.ts';
import { prepareOverlay } from './overlay.ts';
import { planPlaceholders } from './protect.ts';
import type { Mount, Owner, Prepare } from './run-plan.ts';
import type { UserPlan } from './user.ts';

/** @param owner whose the directories of the run and its state are */
export function planPrepare(
  facts: Facts,
  mounts: readonly Mount[],
  owner: Owner,
  { who, made }: { who: UserPlan; made: Prepare['create'] },
): Omit<Prepare, 'write'> {
  const { settings, host, state, engine } = facts;
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
  const { overlay, ...own } = prepareOverlay(facts, mounts, { owner, who });
  const placeholders = [...planPlaceholders(facts, mounts, ofProject), ...own.placeholders];
  return {
    create: [...ownDirectories, ...made, ...own.create, ...nestedTargets(mounts, ofProject)],
    ...(placeholders.length > 0 && { placeholders }),
    ...(overlay && { overlay }),
    ...(mustGiveBack && {
      giveBack: {
        paths: writable.map(({ target }) => target),
        owner: ofProject,
        reason: `--root: files made by root go to ${host.userName}`,
      },
    }),
  };
}
