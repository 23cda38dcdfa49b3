// Waits until something is so, for as long as a slow machine needs.

import { vi } from 'vitest';

/** Resolves when `check` does not throw any more; rejects with what it throws when that takes too long. */
export const eventually = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: 8000, interval: 5 });
