// A socket of the launcher for whoever runs inside, and nobody else.

import { chmodSync, lchownSync } from 'node:fs';
import type { Owner } from '../plan/run-plan.ts';

/** Nobody else gets into its directory. */
export function giveSocket(socket: string, { uid, gid }: Owner): void {
  chmodSync(socket, 0o600);
  if (process.getuid?.() === 0) lchownSync(socket, uid, gid);
}
