// The passwd and group files of a run: the image's own, with the user of the run in them. So whoami, ssh and git work. Pure.

import type { RunPlan } from './run-plan.ts';
import { home } from './inside.ts';

/**
 * passwd(5): the image's entries, but for those of the same uid or name, and one for the user of the run. One with root's
 * uid (a rootless engine) comes first, so that it is the name of that uid, and `root` stays known.
 */
export function renderPasswd(image: string, { uid, gid, name }: RunPlan['user']): string {
  const safe = safeName(name);
  const own = [safe, 'x', String(uid), String(gid), safe, home, '/bin/bash'];
  const others = entries(image).filter(
    ([otherName, , otherUid]) =>
      otherName !== safe && (Number(otherUid) !== uid || otherName === 'root'),
  );
  return toText(uid === 0 && safe !== 'root' ? [own, ...others] : [...others, own]);
}

/** group(5): the image's entries, and one for the user's own group and for each further one where the image has none. */
export function renderGroup(
  image: string,
  { gid, name }: RunPlan['user'],
  groups: RunPlan['groups'],
): string {
  const lines = entries(image);
  const known = new Set(lines.map(([, , id]) => Number(id)));
  const names = new Set(lines.map(([groupName]) => groupName));
  const missing = [gid, ...groups.map((group) => group.gid)].filter((id) => !known.has(id));
  const added = [...new Set(missing)].map((id) => {
    const wanted = id === gid ? safeName(name) : `group${id}`;
    return [names.has(wanted) ? `group${id}` : wanted, 'x', String(id), ''];
  });
  return toText([...lines, ...added]);
}

const entries = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(':'));

const toText = (lines: readonly string[][]): string =>
  lines.map((fields) => `${fields.join(':')}\n`).join('');

/** A name as useradd takes it: names of directory services may hold `\`, `@` or blanks, and `:` would break the file. */
const safeName = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^[-.]/, '_') || 'ai';
