// What a line of audit.jsonl is: its event, and whatever that tells.

export type AuditEvent =
  /** A run has begun: what it is, and how isolated. */
  | 'start'
  /** What it was given beyond its workspace. */
  | 'grants'
  /** A key of the user's agent was asked for, or a port of this machine opened. */
  | 'ssh agent'
  | 'host port'
  /** It has asked for a host of the network, and got it or not (network: allowlist). */
  | 'network'
  /** It has asked for a page in the user's browser, and got it or not. */
  | 'browser'
  /** It has changed files that the host will execute. */
  | 'executable files changed'
  | 'end';

export interface AuditLine {
  readonly what: AuditEvent;
  readonly [name: string]: unknown;
}
