// Which directories of a project the container is to have for itself, as plain data.

export interface OverlayFacts {
  /** Outermost first; none of them lies in another. */
  places: readonly OverlayPlace[];
  /** By which the worktree is told from others of the same repository. Fit for a file name. */
  key: string;
  /** What was asked for and stays the host's, as paths below the root, by the reason. */
  left: Readonly<Record<OverlayLeft, readonly string[]>>;
  /** What fills `node_modules` here, as a command. */
  install: string;
  /** Not all of the project was looked at. */
  incomplete: boolean;
}

/** A link or a file stands there; git tracks what is in it, or does not say; the run starts in it; what it would be in is not there. */
export type OverlayLeft = 'link' | 'file' | 'tracked' | 'silent' | 'directory' | 'parent';

export interface OverlayPlace {
  /** Below the root, with `/`. */
  relative: string;
  /** On the host, absolute, without symlinks. */
  path: string;
  /** Why it is one, for people. */
  reason: string;
  /** On the host there is nothing, or only what another run has made for its own: to be made, and removed again if still empty. */
  isMade: boolean;
  /** The container has had none there before. */
  isNew: boolean;
  /** The volume's name, where the engine shares no directories of ours natively. */
  volume?: string;
}
