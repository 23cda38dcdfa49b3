// What a path leads to where no link is on the way: step by step with each directory held open, so that nobody who exchanges
// something meanwhile has it lead elsewhere.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  type BigIntStats,
} from 'node:fs';
import { systemCode } from '../base/errors.ts';

/** open(2), asm-generic/fcntl.h; Node has no name for it. It holds what may be passed but not read, and opens no device. */
const O_PATH = 0o10000000;

/**
 * @param file absolute
 * @returns `link` where there is one, in its place or on the way
 * @throws what the system says, ENOENT before all
 */
export function statWithoutLinks(file: string): BigIntStats | 'link' {
  if (process.platform !== 'linux') return statByName(file);
  const hold = O_PATH | constants.O_NOFOLLOW;
  const steps = file.split('/').filter((step) => step !== '');
  let held = openSync('/', hold);
  try {
    for (const [index, step] of steps.entries()) {
      const flags = index < steps.length - 1 ? hold | constants.O_DIRECTORY : hold;
      // proc(5): what /proc/self/fd/N leads to is the open directory itself.
      const next = openSync(`/proc/self/fd/${held}/${step}`, flags);
      closeSync(held);
      held = next;
    }
    const found = fstatSync(held, { bigint: true });
    return found.isSymbolicLink() ? 'link' : found;
  } catch (error) {
    // open(2): a link is no directory, with O_NOFOLLOW.
    if (systemCode(error) === 'ENOTDIR') return 'link';
    throw error;
  } finally {
    closeSync(held);
  }
}

/** Engines of such machines run in a virtual one, which sees other numbers than this one anyway. */
const statByName = (file: string): BigIntStats | 'link' =>
  realpathSync.native(file) === file ? lstatSync(file, { bigint: true }) : 'link';
