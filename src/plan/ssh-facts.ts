// What is known of a project's ways out by ssh, before anything of it is decided.

/** A place that git would log in to. */
export interface SshRemote {
  /** As written; ssh's own configuration may name another. */
  user?: string;
  /** A name of the network, or one that only ~/.ssh/config knows. */
  host: string;
  port?: number;
  /** Who names it, for people: `remote origin`, `submodule lib`. */
  origin: string;
}

export interface SshFacts {
  remotes: readonly SshRemote[];
  /** Those that are new since the last run of this project: a session may have written them, so keys do not log in there. */
  fresh: readonly SshRemote[];
}
