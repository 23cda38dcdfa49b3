// Values that nobody has words for, as `set key to value`, a line for each value inside.

import { quoteForShell } from '../base/quote.ts';
import { isMapping } from './shapes.ts';

/** `set things.mine.command.1 to run`. */
export function leavesOf(key: string, data: unknown): readonly string[] {
  const inside = Array.isArray(data)
    ? data.map((item: unknown, index) => [String(index + 1), item] as const)
    : isMapping(data)
      ? Object.entries(data)
      : [];
  return inside.length > 0
    ? inside.flatMap(([name, item]) => leavesOf(`${key}.${name}`, item))
    : [`set ${key} to ${typeof data === 'string' ? quoteForShell(data) : JSON.stringify(data)}`];
}
