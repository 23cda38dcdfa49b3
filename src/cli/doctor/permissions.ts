// What is to be said of permissions: the engine's socket, the state directory and what lies in it, the project.

import { path } from '../../base/path.ts';
import { quoteForShell } from '../../base/quote.ts';
import type { Foreign } from '../../launch/doctor/foreign-in.ts';
import type {
  DirectoryFacts,
  PermissionFacts,
  ProjectPermissions,
  SocketFacts,
} from '../../launch/doctor/look-permissions.ts';
import { AiError } from '../../base/errors.ts';
import {
  count,
  failure,
  fromError,
  listed,
  ok,
  skipped,
  warning,
  type Finding,
} from './finding.ts';

export const judgePermissions = ({
  socket,
  state,
  project,
}: PermissionFacts): readonly Finding[] => [
  ...judgeSocket(socket),
  ...judgeState(state),
  ...judgeProject(project),
];

function judgeSocket(facts: SocketFacts): readonly Finding[] {
  const id = 'permissions.socket';
  if (facts.kind === 'none') return [];
  if (facts.kind === 'usable') return [ok(id, `you may use ${facts.path}`)];
  const { error, decision } = facts;
  const found = fromError(id, error);
  if (decision?.kind === 'login')
    return [
      {
        ...found,
        summary: `${found.summary}: you are in its group ${decision.group}, which counts from the next login on`,
        fix: `newgrp ${decision.group}  or log in again`,
      },
    ];
  return [found];
}

function judgeState(facts: DirectoryFacts): readonly Finding[] {
  const { path: directory, found, trouble, me } = facts;
  const id = 'permissions.state';
  const place = quoteForShell(directory);
  const elsewhere = 'export DOCKER_AI_CONFIG_HOME=DIRECTORY  names another place';
  if (found && !found.isDirectory)
    return [failure(id, `${directory} is no directory`, `ls -ld ${place}  and put it elsewhere`)];
  if (found && found.uid !== me.uid && me.uid !== 0)
    return [
      failure(
        id,
        `${directory} belongs to another user (uid ${found.uid})`,
        `sudo chown -R ${quoteForShell(me.name)}: ${place}`,
      ),
    ];
  if (trouble !== undefined)
    return [
      trouble === 'EROFS'
        ? warning(
            id,
            `${directory} is on a read-only file system: runs work, and nothing of them is saved`,
            elsewhere,
            { code: 'AI_STATE_UNWRITABLE' },
          )
        : failure(id, `${directory} cannot be written`, found ? `chmod 700 ${place}` : elsewhere, {
            code: 'AI_STATE_UNWRITABLE',
          }),
    ];
  if (found === undefined) return [ok(id, `${directory} is not there yet: the first run makes it`)];
  // Root may do everything with all of them.
  const files = me.uid === 0 ? [] : judgeForeign(found.foreign, me, directory);
  return [judgeMode(found, directory), ...files];
}

function judgeMode(
  { mode, isLink }: NonNullable<DirectoryFacts['found']>,
  directory: string,
): Finding {
  const id = 'permissions.state';
  if (isLink) return ok(id, `${directory} is yours (a link)`);
  if ((mode & 0o077) === 0) return ok(id, `${directory} is yours alone`);
  return warning(
    id,
    `others may look into ${directory} (mode ${mode.toString(8)})`,
    `chmod 700 ${quoteForShell(directory)}`,
    { mend: { kind: 'modes', files: [{ path: directory, mode: 0o700 }] } },
  );
}

function judgeForeign(
  { count: amount, first }: Foreign,
  { name }: DirectoryFacts['me'],
  directory: string,
): readonly Finding[] {
  const id = 'permissions.files';
  if (amount === 0) return [ok(id, 'all that is in it is yours')];
  return [
    failure(
      id,
      `${count(amount, 'file')} in it ${amount === 1 ? 'belongs' : 'belong'} to somebody else: ${listed(shortened(first, directory))}`,
      `sudo chown -R ${quoteForShell(name)}: ${quoteForShell(directory)}`,
    ),
  ];
}

function judgeProject(facts: ProjectPermissions | AiError): readonly Finding[] {
  const id = 'permissions.project';
  if (facts instanceof AiError)
    return facts.code === 'AI_ROOT_REFUSED'
      ? [skipped(id, 'not looked at: this directory is no project')]
      : [fromError(id, facts)];
  const {
    root,
    owner: { uid, gid },
    foreign: { count: amount, first },
  } = facts;
  if (amount === 0) return [ok(id, `${root} has no files of root’s in the way`)];
  return [
    warning(
      id,
      `${count(amount, 'file')} in the project ${amount === 1 ? 'is' : 'are'} root’s: ${listed(shortened(first, root))}`,
      `sudo chown -R ${uid}:${gid} ${first.map(quoteForShell).join(' ')}${amount > first.length ? '  and look again' : ''}`,
    ),
  ];
}

const shortened = (files: readonly string[], root: string): readonly string[] =>
  files.map((file) => path.relative(root, file));
