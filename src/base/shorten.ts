// Cuts long texts so that no piece of a secret is left at the end: whoever learned the whole would not know the piece.

import { cover } from './redact.ts';
import { coverPatterns } from './secret-patterns.ts';

/** At most so many characters. What is cut ends in `…`, by which the redactor knows that a secret may only have begun. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  // Before the cut: half a key has not the look of one.
  const covered = coverPatterns(text, cover);
  return covered.length > most ? `${covered.slice(0, most - 1)}…` : covered;
}
