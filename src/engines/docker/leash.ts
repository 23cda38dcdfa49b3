// The leash: whatever happens to the launcher, SIGKILL included, its container does not outlive it. A watcher in a session
// of its own holds a pipe; when that closes without a word, the watcher removes the container. Nothing inside can stop it.

import { spawn } from 'node:child_process';
import type { Endpoint } from './endpoint.ts';

export interface Leash {
  /** The container has ended, or is to live on. */
  release(): void;
}

/** A shell waits, so that an idle watcher costs a megabyte and not forty; node comes only when there is something to do. */
const waitForWord = 'trap "" HUP INT TERM; read -r _ && exit 0; exec "$0" "$@"';

export interface LeashOptions {
  /** The built leash-program.cjs. */
  program: string;
  endpoint: Endpoint;
  /** Files that are there while the session renews a login. */
  locks: readonly string[];
}

export function holdLeash(containerId: string, { program, endpoint, locks }: LeashOptions): Leash {
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', waitForWord, process.execPath, program],
      ...[JSON.stringify(endpoint), containerId, JSON.stringify(locks)],
    ],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/', env: {} },
  );
  // Without a watcher (no process to be had) the next `ai` is the backstop.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    release: () => {
      child.stdin.end('done\n');
    },
  };
}
