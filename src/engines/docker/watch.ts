// The end of a container, from whichever source tells it first: the `die` event or `wait?condition=next-exit`.

import type { ContainerEnd, Watch } from '../engine.ts';
import type { Connection } from './connection.ts';

/**
 * Subscribes to a container's end. Resolves when it stands, so call it before the start. If both sources break off
 * without an answer, the engine is lost: that is an end too, and never exit code 0.
 */
export async function watchContainer(connection: Connection, id: string): Promise<Watch> {
  let outOfMemory = false;
  let resolveEnd: (end: ContainerEnd) => void;
  const end = new Promise<ContainerEnd>((resolve) => (resolveEnd = resolve));
  const exited = (code: number): void => {
    resolveEnd({ kind: 'exited', code, outOfMemory });
  };

  const events = await connection.stream(
    'GET',
    eventsOf(id),
    lines((line) => {
      const event = JSON.parse(line) as EngineEvent;
      if (event.Action === 'oom') outOfMemory = true;
      if (event.Action === 'die') exited(Number(event.Actor?.Attributes?.['exitCode'] ?? 125));
    }),
  );
  if (events.status !== 200) throw new Error(`the engine answered ${events.status} to GET /events`);
  // Not waited for: some engines send its head only with the body. The event covers an end that comes before it stands.
  const waiting = connection
    .stream(
      'POST',
      `/containers/${id}/wait?condition=next-exit`,
      lines((line) => {
        const answer = JSON.parse(line) as { StatusCode?: number };
        if (typeof answer.StatusCode === 'number') exited(answer.StatusCode);
      }),
    )
    .then((wait) => wait.ended);
  void Promise.allSettled([events.ended, waiting]).then(() => {
    resolveEnd({ kind: 'lost' });
  });
  return { end: end.then((ended) => unlessEngineStops(connection, ended)) };
}

/**
 * An engine that shuts down ends its containers and still reports it on the connections that it has, even with code 0 where
 * the program ends politely. It takes no new ones by then (moby, cmd/dockerd: the listeners close first).
 */
async function unlessEngineStops(connection: Connection, end: ContainerEnd): Promise<ContainerEnd> {
  if (end.kind === 'lost') return end;
  return connection.request('GET', '/_ping').then(
    () => end,
    (): ContainerEnd => ({ kind: 'lost' }),
  );
}

interface EngineEvent {
  Action?: string;
  Actor?: { Attributes?: Record<string, string> };
}

function eventsOf(id: string): string {
  const filters = { type: ['container'], container: [id], event: ['die', 'oom'] };
  return `/events?filters=${encodeURIComponent(JSON.stringify(filters))}`;
}

/** Calls back with each line of a text that arrives in pieces. */
function lines(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') onLine(line);
  };
}
