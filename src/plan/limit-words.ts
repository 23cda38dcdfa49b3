// What the user is told of a run that met a limit: which, where it was set, and what sets another. Pure.

import { formatSize, writeDuration, writeSize } from '../base/units.ts';
import { changeText, whereSet } from '../settings/where-set.ts';
import type { Limits } from './run-plan.ts';

/** A line for each. */
export const wordsOfLimits = (
  { memory, timeout }: Pick<Limits, 'memory' | 'timeout'>,
  { timedOut, outOfMemory = false }: { timedOut: boolean; outOfMemory?: boolean },
): readonly string[] => [
  ...(timedOut && timeout ? [wordsOfTimeout(timeout)] : []),
  ...(outOfMemory ? [`the kernel ended a process inside: out of memory${ofMemory(memory)}`] : []),
];

const wordsOfTimeout = ({ seconds, place }: NonNullable<Limits['timeout']>): string =>
  `ended after ${writeDuration(seconds)} (${whereSet('timeout', place)}): ${changeText('timeout', writeDuration(2 * seconds), place)} gives it more`;

function ofMemory(memory: Limits['memory']): string {
  if (memory === undefined) return ' (this machine has no more)';
  const { bytes, swap, place } = memory;
  if (swap !== undefined || place === undefined)
    return ` (it had ${formatSize(bytes)}, most of this machine’s): ai --memory SIZE … sets another limit`;
  const more = changeText('memory', writeSize(2 * bytes), place);
  return ` (${whereSet('memory', place)}: ${writeSize(bytes)}): ${more} gives it more`;
}
