// What a session does with what it was given, told in the audit within limits: it could ask without end, and a file that has made
// room for its lines would have lost those of all other runs.

import type { AuditLine } from '../base/audit-line.ts';
import { appendAudit, type AuditSink } from '../journal/audit.ts';
import type { AuditedRun } from '../plan/audit-lines.ts';

/** Each kind has lines of its own, so that none hides another. `signed` is the use of a key. */
export type UseKind = keyof typeof most;

const most = { allowed: 200, failed: 200, refused: 200, signed: 10_000 };

export class AuditedUses {
  /** What was in the way of writing. */
  readonly troubles = new Set<string>();
  private readonly written = { allowed: 0, failed: 0, refused: 0, signed: 0 };
  private readonly leftOut = { allowed: 0, failed: 0, refused: 0, signed: 0 };
  private readonly known = new Set<string>();

  constructor(
    private readonly sink: AuditSink,
    private readonly of: AuditedRun & Pick<AuditLine, 'what'>,
  ) {}

  /** How many uses are not told, each as often as it was asked for. */
  get untold(): number {
    return Object.values(this.leftOut).reduce((sum, count) => sum + count);
  }

  /**
   * @param once what makes it the same as another: of those only the first is told
   * @returns whether it is told
   */
  note(kind: UseKind, use: object, once?: string): boolean {
    if (once !== undefined && this.known.has(once)) return false;
    if (this.written[kind] >= most[kind]) {
      this.leftOut[kind]++;
      return false;
    }
    if (once !== undefined) this.known.add(once);
    this.written[kind]++;
    this.append(use);
    return true;
  }

  /** At the end: how many were left out. */
  close(): void {
    const leftOut = Object.fromEntries(Object.entries(this.leftOut).filter(([, count]) => count));
    if (this.untold > 0) this.append({ leftOut });
    for (const kind of Object.keys(this.leftOut) as UseKind[]) this.leftOut[kind] = 0;
  }

  private append(more: object): void {
    const trouble = appendAudit(this.sink, { ...this.of, ...more });
    if (trouble !== undefined) this.troubles.add(`audit.jsonl: ${trouble}`);
  }
}
