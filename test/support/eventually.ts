// Waits until something is so, for as long as a slow machine needs.

import { vi } from 'vitest';

/** Resolves when `check` does not throw (or reject) any more; rejects with what it throws when that takes too long. */
export async function eventually(check: () => unknown): Promise<void> {
  await vi.waitFor(check, { timeout: 8000, interval: 5 });
}
