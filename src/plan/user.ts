// Who runs inside: always the user whose files the project are, never more than that.

import type { EngineFacts, Facts, ProjectFacts } from './facts.ts';
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
  /** As ids inside. */
  user: RunPlan['user'];
  userNamespace?: NonNullable<RunPlan['userNamespace']>;
  /** Whose the files of the project are outside: who gets back what `--root` made. */
  owner: Owner;
}

export function planUser({
  host,
  project,
  settings,
  engine,
}: Pick<Facts, 'host' | 'project' | 'settings' | 'engine'>): UserPlan {
  const { owner, reason } = projectUser(host, project);
  if (settings.root) return { user: { uid: 0, gid: 0, name: 'root', reason: '--root' }, owner };
  const name = owner.uid === host.uid ? host.userName : (project.ownerName ?? 'ai');
  // Any other id inside would be one of /etc/subuid outside, which may not even write in the project.
  if (isRootlessDocker(engine))
    return {
      user: {
        uid: 0,
        gid: 0,
        name,
        reason: `${reason}: the engine is rootless, root inside is you`,
      },
      owner,
    };
  return {
    user: { ...owner, name, reason },
    owner,
    ...(keepsIds(engine) && {
      userNamespace: {
        mode: 'keep-id',
        reason: 'the engine is rootless: your ids inside as outside',
      },
    }),
  };
}

const isRootlessDocker = ({ make, rootless }: EngineFacts): boolean =>
  rootless && make === 'docker';

/** Docker ignores keep-id without a word, and Podman refuses it where it runs as root. */
const keepsIds = ({ make, rootless }: EngineFacts): boolean => rootless && make === 'podman';

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

type Group = Reasoned<{ gid: number }>;

/**
 * Groups that make mounted paths accessible: those that own one and that the user is in anyway. A user's engine has no right
 * to them (the ids inside are those of /etc/subgid outside): notes say what they would have been for.
 */
export function planGroups(
  { host, engine }: Pick<Facts, 'host' | 'engine'>,
  owner: Owner,
  mounted: readonly { gid: number; what: string }[],
): { groups: readonly Group[]; notes: readonly string[] } {
  const mayUse = new Set(host.groups);
  const wanted = new Map<number, string>();
  for (const { gid, what } of mounted)
    if (gid !== owner.gid && owner.uid === host.uid && mayUse.has(gid) && !wanted.has(gid))
      wanted.set(gid, what);
  const all = [...wanted];
  if (engine.rootless)
    return {
      groups: [],
      notes: all.map(
        ([gid, what]) =>
          `${what} belongs to the group ${gid}: a rootless engine cannot be in it, what only that group may do fails inside`,
      ),
    };
  const groups = all.map(([gid, what]) => ({
    gid,
    reason: `the group of ${what}, which you are in`,
  }));
  return { groups, notes: [] };
}
