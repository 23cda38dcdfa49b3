// What was mounted read-only and is another file by now. Whoever replaces or removes a file on this machine takes the mounts on it
// away, in every container (rename(2), unlink(2) over a mount point of another mount namespace): nothing holds it from then on.

import { statWithoutLinks } from '../host/linkless.ts';

/** By path. */
export type Identities = Readonly<Record<string, string>>;

export const identitiesOf = (paths: readonly string[]): Identities =>
  Object.fromEntries(
    paths.flatMap((file) => {
      const identity = identityOf(file);
      return identity === undefined ? [] : [[file, identity] as const];
    }),
  );

export const replacedSince = (before: Identities): readonly string[] =>
  Object.entries(before).flatMap(([file, identity]) =>
    identityOf(file) === identity ? [] : [file],
  );

/** Numbers of inodes are given again, often at once; not so with the moment of their birth. */
function identityOf(file: string): string | undefined {
  try {
    const found = statWithoutLinks(file);
    return found === 'link' ? undefined : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
  } catch {
    return undefined;
  }
}
