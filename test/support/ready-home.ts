// Homes that tests begin with: one whose image is made, one whose settings are looked at.

import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { runAi } from './ai.ts';
import { stateOf } from './left-behind.ts';
import { temporaryDirectory, testDirectory } from './test-directory.ts';

/** Its first run has made what every run needs. */
export async function homeWithImage(): Promise<string> {
  const home = await homeWithImageFiles();
  expect(await runAi(['exec', '--', 'true'], { home })).toMatchObject({ code: 0 });
  return home;
}

/**
 * One in which nobody has run anything yet, but the image is made, and what `ai` keeps of it lies there: without that each first
 * run begins with a container that only gives these files.
 */
export async function homeWithImageFiles(): Promise<string> {
  const home = temporaryDirectory();
  const images = path.join(stateOf(await firstHome()), 'images');
  mkdirSync(stateOf(home), { mode: 0o700 });
  cpSync(images, path.join(stateOf(home), 'images'), { recursive: true });
  return home;
}

/** Of the whole vitest run, in which the image is made. Two files that want it at the same time wait for one `ai`. */
async function firstHome(): Promise<string> {
  const home = path.join(testDirectory(), 'first-home');
  const isMade = path.join(home, 'made');
  if (existsSync(isMade)) return home;
  mkdirSync(home, { recursive: true });
  const run = await runAi(['--yes', 'exec', '--', 'true'], { home });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  writeFileSync(isMade, '');
  return home;
}

/** With the place of the user's settings, which are none yet. */
export function homeWithSettings(): { home: string; file: string } {
  const home = temporaryDirectory();
  return { home, file: path.join(stateOf(home), 'config.yaml') };
}
