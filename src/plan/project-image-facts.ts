// What a project's own image is made of: the assistant's image, and what is built on it, step by step. Plain data.

import type { Packages } from '../base/packages.ts';

/** The files that a build may copy from. */
export interface BuildContext {
  /** Absolute, symlinks resolved. */
  directory: string;
  /** What is in it, below it: files, links and empty directories, in the order of their names. */
  names: readonly string[];
  /** SHA-256 of names, contents and whether files may run; of an empty one too. */
  digest: string;
  /** How many more there are that `mask` hides: no build gets them. */
  masked?: number;
}

/** A Dockerfile with all that its result depends on. */
export interface DockerfileBuild {
  text: string;
  context: BuildContext;
  args: Readonly<Record<string, string>>;
  target?: string;
}

export type ProjectStep = { /** Of what it makes. */ tag: string } & (
  | { kind: 'packages'; packages: Packages }
  | { kind: 'dockerfile'; build: DockerfileBuild }
  /** The assistant goes into another image. */
  | { kind: 'devcontainer'; image: string; build?: DockerfileBuild }
);

/** What an image is made of and others may write: the user agrees to its content, not to its name. */
export interface ImageSource {
  /** For people: `Dockerfile`, `.devcontainer/devcontainer.json`. */
  name: string;
  /** SHA-256 of all that its result depends on. */
  hash: string;
  /** By name, what of it can be shown. */
  texts: Readonly<Record<string, string>>;
  context?: BuildContext;
}

/** Of an image that is the project's own, built on the assistant's. */
export interface ProjectImage {
  /** The image of the assistant. */
  parent: { tag: string; files: string; reason: string };
  /** At least one; the last one makes the image of the run. */
  steps: readonly ProjectStep[];
  /** All that it is built from beside packages. */
  sources: readonly ImageSource[];
  /** Those that stand where a session can write and that the user has not agreed to as they are now. */
  unagreed: readonly ImageSource[];
  /** What of a devcontainer.json is not used. */
  unused: readonly string[];
  /** This is not the image that is wanted, but the last one that the user has agreed to. */
  stale?: true;
}
