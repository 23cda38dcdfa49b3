// What `ai` writes while a unit test calls it in this process, kept from the test's own output.

import { vi } from 'vitest';

export interface Heard {
  stdout: string;
  stderr: string;
}

/** Until `vi.restoreAllMocks()`. */
export function hear(): Heard {
  const heard: Heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      heard[name] += String(chunk);
      return true;
    });
  return heard;
}
