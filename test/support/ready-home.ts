// Homes that tests begin with: one whose image is made, one whose settings are looked at.

import path from 'node:path';
import { expect } from 'vitest';
import { runAi } from './ai.ts';
import { stateOf } from './left-behind.ts';
import { temporaryDirectory } from './test-directory.ts';

/** Its first run has made what every run needs. */
export async function homeWithImage(): Promise<string> {
  const home = temporaryDirectory();
  expect(await runAi(['--yes', 'exec', '--', 'true'], { home })).toMatchObject({ code: 0 });
  return home;
}

/** With the place of the user's settings, which are none yet. */
export function homeWithSettings(): { home: string; file: string } {
  const home = temporaryDirectory();
  return { home, file: path.join(stateOf(home), 'config.yaml') };
}
