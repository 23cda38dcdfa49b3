// Locks that a killed session has left in a directory that sessions share: the others would wait a minute for nobody.

import { lstatSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { assistantOfRun } from '../assistants/registry.ts';
import { asObject, parseJson } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readForeign } from '../host/foreign-files.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { RunState } from './run-state.ts';

/** Milliseconds. What is younger may be somebody's who has not written down yet who it is. */
const young = 2000;

/** The lock that is there while a session of this run, or another one, renews the login that they share. */
export function renewalLocks({ run, state: { exchange } }: RunPlan): readonly string[] {
  if (exchange === undefined) return [];
  const names = assistantOfRun(run)?.state.exchange?.locks.names ?? [];
  return names.map((name) => path.join(exchange, name));
}

/** Takes away what no living process holds. Without /proc nobody can tell, and the assistant's own patience has to do. */
export function releaseLocks({ plan, state }: RunState): void {
  const locks = state.exchange?.locks;
  if (plan.exchange === undefined || locks === undefined) return;
  const directory = plan.exchange;
  const held = [...locks.names, locks.owner].filter((name) => isOld(path.join(directory, name)));
  if (held.length === 0 || !isDead(namespaceIn(directory, locks.owner))) return;
  for (const name of held) rmSync(path.join(directory, name), { recursive: true, force: true });
}

function isOld(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > young;
}

/** The number of the holder's pid namespace; undefined where it has not said. */
function namespaceIn(directory: string, owner: string): string | undefined {
  const found = readForeign(directory, owner);
  if ('why' in found) return undefined;
  const domain = asObject(parseJson(found.bytes.toString('utf8')))?.['pidDomain'];
  // `linux:<machine>:pid:[4026532388]`, as claude 2.1.329 writes it.
  return typeof domain === 'object' ? undefined : /(\d+)\]?$/.exec(String(domain ?? ''))?.[1];
}

/** True if no process of that pid namespace is left. Those of other users are not to be seen, and count as living. */
function isDead(namespace: string | undefined): boolean {
  if (namespace === undefined) return false;
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .every((pid) => namespaceOf(pid) !== namespace);
  } catch {
    return false;
  }
}

function namespaceOf(pid: string): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[0];
  } catch {
    return undefined;
  }
}
