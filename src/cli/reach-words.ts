// The words for an engine that is not there or out of reach: what helps depends on whether somebody has named it.

import type { ErrorFacts } from '../base/errors.ts';
import { quoteForShell } from '../base/quote.ts';
import { withoutIt } from './setup-words.ts';
import { tlsNext } from './engine-words.ts';

interface ReachWords {
  what: string;
  details?: readonly string[];
  next: string;
}

const goWithout = 'ai --native  does without one, and without isolation';

export const missingWords = ({ tried }: ErrorFacts['AI_ENGINE_MISSING']): ReachWords => ({
  what: 'found no engine that runs on this machine',
  details: [`looked at: ${tried.join(', ')}`],
  next: `ai setup  installs or starts one; ${goWithout}; ai --host unix:///path/to/docker.sock  says where it is`,
});

export const unreachableWords = ({
  endpoint,
  cause,
  origin,
  tls,
}: ErrorFacts['AI_ENGINE_UNREACHABLE']): ReachWords => ({
  what: `cannot reach the engine at ${endpoint}: ${cause}${sayOrigin(origin)}`,
  next:
    tlsNext(tls) ??
    (origin === undefined
      ? `ai setup  starts one on this machine; ${goWithout}`
      : // `ai setup` leaves alone what was named.
        `start it, or ${withoutIt(origin)}; ${goWithout}`),
});

export function permissionWords({
  socket,
  origin,
}: ErrorFacts['AI_ENGINE_PERMISSION']): ReachWords {
  const what = `you may not use the engine at ${socket}${sayOrigin(origin)}`;
  const instead = origin === undefined ? '' : `, or ${withoutIt(origin)}`;
  // Root's Podman is for root alone.
  if (socket.includes('podman'))
    return {
      what,
      next: `systemctl --user enable --now podman.socket  gives you one of your own${instead}`,
    };
  return {
    what,
    next:
      origin === undefined
        ? `ai setup  lets you use it, or says who can; ${goWithout}`
        : `ls -l ${quoteForShell(socket)}  shows whom it is for${instead}`,
  };
}

const sayOrigin = (origin: string | undefined): string =>
  origin === undefined ? '' : ` (named by ${origin})`;
