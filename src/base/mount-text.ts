// The short form of a mount, taken apart in one way by whoever reads it: what is asked about must be what is mounted.

export interface MountText {
  /** As it is written: relative to something, `~` perhaps. */
  source: string;
  /** Begins with a slash. */
  target: string;
  mode?: 'ro' | 'rw';
}

/** `HOST:/CONTAINER[:ro|:rw]`; undefined for anything else. */
export function readMountText(text: string): MountText | undefined {
  const [, withoutMode = text, mode] = /^(.*?)(?::(ro|rw))?$/s.exec(text) ?? [];
  // From the right, because the host's path may hold colons.
  const colon = withoutMode.lastIndexOf(':/');
  if (colon < 1) return undefined;
  return {
    source: withoutMode.slice(0, colon),
    target: withoutMode.slice(colon + 1),
    ...((mode === 'ro' || mode === 'rw') && { mode }),
  };
}
