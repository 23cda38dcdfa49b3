// What is known of the machines that a project's ssh remotes are on.

/** A machine that the project's repositories name as a remote, as it stands there. Checked: no part can be an option. */
export interface SshRemote {
  user?: string;
  /** A name, an alias of the user's ssh configuration, or an IPv6 address without brackets. */
  host: string;
  port?: number;
  /** What names it: `remote.origin.url`. */
  origin: string;
}

/** Git's `url.<base>.insteadOf = <prefix>`; with `push` its pushInsteadOf. */
export interface UrlRewrite {
  base: string;
  prefix: string;
  push?: boolean;
}

/** What the user's ssh makes of a remote (`ssh -G`), before anything is connected. Paths are absolute. */
export interface ResolvedHost {
  /** The remote's own word for it. */
  alias: string;
  host: string;
  port: number;
  user: string;
  /** What its keys are filed under instead of its name (HostKeyAlias). */
  hostKeyAlias?: string;
  /** The agent that the configuration wants for it; `none` and `SSH_AUTH_SOCK` as ssh understands them. */
  identityAgent?: string;
  /** May contain ssh's tokens (`%h`). */
  identityFiles: readonly string[];
  userKnownHostsFiles: readonly string[];
  globalKnownHostsFiles: readonly string[];
  /** The machines on the way to it, as ssh writes them: `me@gate:22,other`. */
  proxyJump?: string;
  /** Present where it is itself on the way: the alias of the one behind it. */
  jumpFor?: string;
}

export interface SshFacts {
  /** Where keys may log in: what the project has pointed to all along, or the user has agreed to. */
  remotes: readonly SshRemote[];
  /** Those that are new since the last run of this project: a session may have written them, so keys do not log in there. */
  fresh: readonly SshRemote[];
}
