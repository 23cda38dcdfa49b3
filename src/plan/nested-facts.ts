// What this machine has mounted in a project, as plain data.

export interface NestedFacts {
  /** Mount points, absolute. */
  paths: readonly string[];
  /** They come along with the project; else each is an empty directory inside. */
  along: boolean;
}
