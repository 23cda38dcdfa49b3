// What an engine says of mounts: which are in use, and of its volumes.

import type { Connection, EngineResponse } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { isForeign, refusal } from './refusals.ts';
import { unreachable } from './unreachable.ts';

/** Of `GET /containers/json` (Engine API 1.41). */
interface Listed {
  State: string;
  Labels: Readonly<Record<string, string>>;
  Mounts?: readonly { Source?: string }[] | null;
}

const isOver: readonly string[] = ['exited', 'dead', 'removing'];

/** Milliseconds that a list may take at the end of a run. */
const timeToList = 2000;

/** See Engine.mountedByRuns. */
export async function mountedByRuns(
  connection: Connection,
  at: Endpoint,
  butOf: string | undefined,
): Promise<ReadonlySet<string>> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['ai.run'] }));
  const signal = AbortSignal.timeout(timeToList);
  const target = `/containers/json?all=true&filters=${filters}`;
  const response = await ask(connection, at, target, signal);
  if (response.status !== 200) throw refusal('list your runs', response, at);
  const containers = JSON.parse(response.body) as readonly Listed[];
  return new Set(
    containers
      .filter(({ Labels, State }) => Labels['ai.run'] !== butOf && !isOver.includes(State))
      .flatMap(({ Mounts }) => Mounts?.flatMap(({ Source }) => Source ?? []) ?? []),
  );
}

/** See Engine.volumeMaker. */
export async function volumeMaker(
  connection: Connection,
  at: Endpoint,
  name: string,
): Promise<string | undefined> {
  const response = await ask(connection, at, `/volumes/${encodeURIComponent(name)}`);
  if (response.status === 404 && !isForeign(response)) return undefined;
  if (response.status !== 200) throw refusal(`look at the volume ${name}`, response, at);
  const { Labels } = JSON.parse(response.body) as {
    Labels?: Partial<Record<string, string>> | null;
  };
  return Labels?.['ai.run'] ?? '';
}

/** An engine that goes away in the middle of an answer is no bug of ours. */
const ask = (
  connection: Connection,
  at: Endpoint,
  target: string,
  signal?: AbortSignal,
): Promise<EngineResponse> =>
  connection.request('GET', target, { ...(signal && { signal }) }).catch((error: unknown) => {
    throw unreachable(at, error);
  });
