// What the plan of a run on the host is made from: everything that was looked up, as plain data.

import type { AuditedRun } from './audit-lines.ts';
import type { Facts, Request, TerminalFacts } from './facts.ts';
import type { Machine } from './native-installation.ts';

export interface NativeFacts {
  request: Request;
  assistant: Facts['assistant'];
  settings: Facts['settings'];
  /** The directory to work in, absolute. */
  directory: string;
  /** `environment` is the whole of it: a run on the host inherits it. */
  host: { environment: Readonly<Record<string, string>> };
  secrets: Facts['secrets'];
  kept?: NonNullable<Facts['kept']>;
  endpoints: Facts['endpoints'];
  state: Pick<Facts['state'], 'directory' | 'global'>;
  terminal: TerminalFacts;
  machine: Machine;
  program: ProgramFacts;
  /** By which the audit knows the run. */
  audited: AuditedRun;
  /** The program `script`, looked for where the setting `terminal` needs it. */
  script?: string;
  /** Why there is no container, where the user has not asked for that. */
  instead?: string;
}

/**
 * Where the assistant's program is: the user's own on PATH, one that `ai` has installed, or nowhere. `version` is the one that `ai`
 * would install, where that is not this release's.
 */
export type ProgramFacts =
  { kind: 'own'; path: string } | { kind: 'installed' | 'missing'; version?: string };
