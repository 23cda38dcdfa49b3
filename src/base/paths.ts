// Questions about absolute POSIX paths that need no file system.

import { path } from './path.ts';

/** True if `child` is `parent` itself or lies below it. Both absolute and normalised. */
export function isInside(child: string, parent: string): boolean {
  if (child === parent || parent === '/') return true;
  return child.startsWith(`${parent}/`);
}

/** True if `child` lies below `parent` and is not it. */
export const isBelow = (child: string, parent: string): boolean =>
  child !== parent && isInside(child, parent);

/** The path of `child` seen from `parent`, or undefined where it is not inside. `''` for the parent itself. */
export function relativeInside(child: string, parent: string): string | undefined {
  return isInside(child, parent) ? path.relative(parent, child) : undefined;
}
