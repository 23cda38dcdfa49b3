// Whether a container runs, and whether its main process does.

import type { Connection } from './connection.ts';

/** False also where nobody can tell. */
export async function isRunning(connection: Connection, id: string): Promise<boolean> {
  try {
    const response = await connection.request('GET', `/containers/${id}/json`);
    if (response.status !== 200) return false;
    const { State } = JSON.parse(response.body) as { State?: { Running?: boolean } };
    return State?.Running === true;
  } catch {
    return false;
  }
}

/** True if the main process is stopped; undefined where the engine cannot tell. */
export async function isMainStopped(
  connection: Connection,
  id: string,
): Promise<boolean | undefined> {
  // Docker hands the words to `ps`; Podman knows these names itself, and would need a `ps` in the image for the others.
  const processes =
    (await processesOf(connection, id, '-eo pid,ppid,stat')) ??
    (await processesOf(connection, id, 'pid,ppid,state'));
  if (processes === undefined) return undefined;
  const ids = new Set(processes.map(([pid]) => pid));
  // The init is the one whose parent is outside; the main process is its child.
  const init = processes.find(([, parent]) => !ids.has(parent))?.[0];
  return processes.some(([, parent, state]) => parent === init && state?.startsWith('T'));
}

async function processesOf(
  connection: Connection,
  id: string,
  columns: string,
): Promise<readonly string[][] | undefined> {
  const query = `ps_args=${encodeURIComponent(columns)}`;
  const response = await connection.request('GET', `/containers/${id}/top?${query}`);
  if (response.status !== 200) return undefined;
  const { Processes: rows = [] } = JSON.parse(response.body) as { Processes?: string[][] };
  return rows.every((row) => row.length === 3) ? rows : undefined;
}
