// Waiting for the first bytes of a tunnel until they say where they lead.

import type { Socket } from 'node:net';
import type { Target } from './egress-policy.ts';
import { judgeFirstBytes, judgeLastBytes, type Verdict } from './first-bytes.ts';

/** `gone`: the client is, before it has said anything that could be judged. */
type LastVerdict = Exclude<Verdict, 'more'> | 'gone';

/** Bytes in which a client has to say the name, and milliseconds from the first of them. */
const mostFirstBytes = 64 * 1024;
const patience = 10_000;

/** The bytes stay in the socket, which is paused. A client that says nothing, and may only want to hear, passes at its end. */
export function firstVerdict(
  client: Socket,
  target: Target,
  isListed: boolean,
): Promise<LastVerdict> {
  // Grows by half, so that many small parts are not copied over and over.
  let space = Buffer.alloc(0);
  let length = 0;
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    const finish = (verdict: LastVerdict): void => {
      clearTimeout(timer);
      client.pause().off('data', take).off('end', end).off('close', leave);
      if (length > 0 && verdict !== 'gone') client.unshift(space.subarray(0, length));
      resolve(verdict);
    };
    // In the midst of its first words it has broken off, and is nothing that was refused.
    const end = (): void => {
      finish(length === 0 ? 'pass' : 'gone');
    };
    const leave = (): void => {
      finish('gone');
    };
    const lastWords = (): void => {
      finish(judgeLastBytes(space.subarray(0, length), isListed));
    };
    const take = (part: Buffer): void => {
      const needed = length + part.length;
      if (needed > space.length) space = Buffer.concat([space], Math.ceil(needed * 1.5));
      part.copy(space, length);
      length = needed;
      const verdict = judgeFirstBytes(space.subarray(0, length), target, isListed);
      if (verdict !== 'more') finish(verdict);
      else if (length > mostFirstBytes) lastWords();
      else timer ??= setTimeout(lastWords, patience);
    };
    client.on('data', take).once('end', end).once('close', leave);
    client.resume();
  });
}
