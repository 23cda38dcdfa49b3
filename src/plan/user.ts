// Who runs inside: always the user whose files the project are, never more than that.

import type { Facts, ProjectFacts } from './facts.ts';
import type { Owner, Reasoned, RunPlan } from './run-plan.ts';

/** Capabilities that package managers need as root, and no more (`--root`). */
export const rootCapabilities = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'SETUID',
  'SETGID',
] as const;

export interface UserPlan {
  user: RunPlan['user'];
  /** Whose the files of the project are outside: who gets back what `--root` made. */
  owner: Owner;
}

export function planUser({
  host,
  project,
  settings,
}: Pick<Facts, 'host' | 'project' | 'settings'>): UserPlan {
  const { owner, reason } = projectUser(host, project);
  if (settings.root) return { user: { uid: 0, gid: 0, name: 'root', reason: '--root' }, owner };
  const name = owner.uid === host.uid ? host.userName : (project.ownerName ?? 'ai');
  return { user: { ...owner, name, reason }, owner };
}

function projectUser(host: Facts['host'], project: ProjectFacts): { owner: Owner; reason: string } {
  // With every capability dropped root could not even write in somebody else's project.
  if (host.uid === 0 && project.owner.uid !== 0)
    return {
      owner: project.owner,
      reason: 'you are root, the project is somebody else’s: run as its owner',
    };
  const owner = { uid: host.uid, gid: host.gid };
  return { owner, reason: host.uid === 0 ? 'you are root and own the project' : 'you' };
}

/** Groups that make mounted paths accessible: those that own one and that the user is in anyway. */
export function planGroups(
  { host }: Pick<Facts, 'host'>,
  user: Owner,
  mounted: readonly { gid: number; what: string }[],
): readonly Reasoned<{ gid: number }>[] {
  const mayUse = new Set(host.groups);
  const groups = new Map<number, string>();
  for (const { gid, what } of mounted)
    if (gid !== user.gid && user.uid === host.uid && mayUse.has(gid) && !groups.has(gid))
      groups.set(gid, `the group of ${what}, which you are in`);
  return [...groups].map(([gid, reason]) => ({ gid, reason }));
}
