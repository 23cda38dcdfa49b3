// AI_TRACE=1: which phase of a run has taken how long. Without it a mark costs nothing.

interface Mark {
  phase: string;
  /** Milliseconds since the process began. */
  at: number;
}

const marks: Mark[] | undefined = isWanted(process.env['AI_TRACE']) ? [] : undefined;

/** The phase that ends here. */
export function mark(phase: string): void {
  marks?.push({ phase, at: performance.now() });
}

/** The time line as text with an end of line; empty where nobody has asked for it. */
export const trace = (): string => (marks === undefined ? '' : timeline(marks));

/** One line for each phase: milliseconds since the process began, those of the phase, and its name. */
export function timeline(marks: readonly Mark[]): string {
  let before = 0;
  return marks
    .map(({ phase, at }) => {
      const line = `trace ${at.toFixed(1).padStart(9)} ms  +${(at - before).toFixed(1).padStart(8)}  ${phase}\n`;
      before = at;
      return line;
    })
    .join('');
}

function isWanted(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value);
}
