// The end of a container, from whichever source tells it first: the `die` event or `wait?condition=next-exit`.

import type { ContainerEnd, Watch } from '../engine.ts';
import type { Connection } from './connection.ts';

/**
 * Subscribes to a container's end. Resolves when it stands, so call it before the start. If both sources break off
 * without an answer, the engine is lost: that is an end too, and never exit code 0.
 */
export async function watchContainer(connection: Connection, id: string): Promise<Watch> {
  let outOfMemory = false;
  let exited: (code: number) => void;
  let broken: () => void;
  const exitCode = new Promise<number | undefined>((resolve) => {
    exited = resolve;
    broken = () => {
      resolve(undefined);
    };
  });

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
    broken();
  });
  const end = async (): Promise<ContainerEnd> => {
    const code = await exitCode;
    if (code === undefined || !(await takesConnections(connection))) return { kind: 'lost' };
    // Read last: where `wait` answers first, the event of the kernel's has come by now.
    return { kind: 'exited', code, outOfMemory };
  };
  return { end: end() };
}

/** Milliseconds after which an engine that does not answer counts as lost. */
const patience = 5000;

/**
 * An engine that shuts down ends its containers and still reports it on the connections that it has, even with code 0 where
 * the program ends politely. It takes no new ones by then (moby, cmd/dockerd: the listeners close first).
 */
async function takesConnections(connection: Connection): Promise<boolean> {
  return connection.request('GET', '/_ping', { signal: AbortSignal.timeout(patience) }).then(
    () => true,
    () => false,
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
