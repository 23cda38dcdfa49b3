// Opens one page in the user's browser, as a program of this machine that gets the address as its only argument.

import { spawn } from 'node:child_process';
import { messageOf } from '../base/errors.ts';
import type { World } from './world.ts';

/** Milliseconds in which an opener fails that does. Some stay as long as the browser they have started. */
const timeToFail = 1000;

/**
 * Without a shell: the address comes from inside the container.
 * @param url begins with `http`, so that it is no option
 * @returns what went wrong, where that is known
 */
export const openPage = (
  opener: string,
  url: string,
  { environment }: Pick<World, 'environment'>,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(opener, [url], {
      ...{ stdio: 'ignore', detached: true, cwd: '/' },
      env: { ...environment },
    });
    const timer = setTimeout(resolve, timeToFail, undefined);
    const settle = (trouble?: string): void => {
      clearTimeout(timer);
      resolve(trouble);
    };
    child.once('error', (error) => {
      settle(`${opener}: ${messageOf(error)}`);
    });
    child.once('exit', (code) => {
      settle(code === 0 ? undefined : `${opener} ended with ${code ?? 'a signal'}`);
    });
    child.unref();
  });
