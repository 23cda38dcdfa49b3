// What the setting `mask` has found to hide, as plain data.

/** What of the project matches the patterns of `mask`. */
export interface MaskFacts {
  hidden: readonly MaskedPath[];
  /** Matches that a run sees all the same, as paths below the root, by the reason. */
  visible: Readonly<Record<'tracked' | 'link' | 'name', readonly string[]>>;
  /** Tracked by git, and hidden because an earlier run was not to see them: a session may have added them. */
  trackedSince: readonly string[];
  /** Hidden files that have other names (hard links) which are not hidden. */
  linked: readonly string[];
  /** Git could not say what it tracks: then everything that matches is hidden. */
  gitSilent: boolean;
  /** Not all of the project was looked at. */
  incomplete: boolean;
}

export interface MaskedPath {
  /** On the host, absolute, without symlinks. */
  path: string;
  /** As the user knows it: below the root, or absolute where a link leads out of it. */
  name: string;
  kind: 'file' | 'directory';
  /** The pattern that it matches. */
  pattern: string;
  /** Which file it is, whatever its name: another one in its place has another. */
  identity: string;
}
