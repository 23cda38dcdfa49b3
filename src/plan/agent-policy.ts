// What a run may do with the user's ssh agent, as plain data that the filter in the launcher acts on (src/tunnel).

export interface AgentPolicy {
  /**
   * `restricted`: keys sign for `hosts` and git's own signatures only. `all`: for every host, user and namespace, and on
   * through other machines. What would change the agent (add, remove, lock) is refused in both.
   */
  mode: 'restricted' | 'all';
  /** Where keys sign. Only read where restricted. */
  hosts: readonly AllowedHost[];
  /** The keys that are there for the run, as `ssh-keygen -l` prints them (`SHA256:…`); absent: all that the agent has. */
  fingerprints?: readonly string[];
}

/** A host that keys may log in to. */
export interface AllowedHost {
  /** For people and the audit: `github.com`, `[git.example.com]:2222`. */
  name: string;
  /** Who one may log in as there; absent: as anybody. */
  users?: readonly string[];
  /** The public keys of the host, in the wire format of ssh, in base64 (the third field of a line in known_hosts). */
  hostKeys: readonly string[];
}

/** One use of the agent, allowed or refused: a line of the audit. */
export interface AgentUse {
  action: 'list' | 'sign' | 'bind' | 'add' | 'remove' | 'lock' | 'extension' | 'other';
  allowed: boolean;
  /** The key's fingerprint, `SHA256:…`, where one was named. */
  key?: string;
  /** What it was for: `git@github.com`, `git signature`. */
  purpose?: string;
  /** Why not, for people. */
  reason?: string;
}
