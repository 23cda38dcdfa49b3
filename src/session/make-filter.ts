// The filter of `terminal: safe`, which only those who have asked for it load.

import type { OutputFilter } from '../base/output-filter.ts';

/** @returns makes one for each stream */
export async function makeFilter(): Promise<() => OutputFilter> {
  const { TerminalFilter } = await import('./terminal-filter.ts');
  return () => new TerminalFilter();
}
