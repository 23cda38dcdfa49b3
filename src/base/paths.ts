// Questions about absolute POSIX paths that need no file system.

/** True if `child` is `parent` itself or lies below it. Both absolute and normalised. */
export function isInside(child: string, parent: string): boolean {
  if (child === parent || parent === '/') return true;
  return child.startsWith(`${parent}/`);
}

/** True if `child` lies below `parent` and is not it. */
export const isBelow = (child: string, parent: string): boolean =>
  child !== parent && isInside(child, parent);

/**
 * The path of `child` seen from `parent`, or undefined where it is not inside. `''` for the parent itself. Both absolute and
 * normalised: path.relative would read all of them once more.
 */
export function relativeInside(child: string, parent: string): string | undefined {
  if (!isInside(child, parent)) return undefined;
  return child.slice(parent === '/' ? 1 : parent.length + 1);
}
