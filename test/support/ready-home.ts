// Homes that tests begin with: one whose image is made, one whose settings are looked at.

import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { BuiltInName } from '../../src/base/assistant-definition.ts';
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
  const [first, home] = [firstHome(), temporaryDirectory()];
  if (filesOfImages(first).length === 0) await makeImage('claude');
  const images = path.join(stateOf(home), 'images');
  mkdirSync(stateOf(home), { mode: 0o700 });
  mkdirSync(images);
  for (const files of filesOfImages(first))
    cpSync(files, path.join(images, path.basename(files)), { recursive: true });
  return home;
}

/**
 * Makes the image of an assistant where it is not there. All files do it in one home, so that those that want one at the same
 * time wait for a single `ai`.
 */
export async function makeImage(assistant: BuiltInName): Promise<void> {
  const args = ['--yes', '--assistant', assistant, 'exec', '--', 'true'];
  const run = await runAi(args, { home: firstHome() });
  expect(run, run.stderr).toMatchObject({ code: 0 });
}

/** Of the whole vitest run. */
function firstHome(): string {
  const home = path.join(testDirectory(), 'first-home');
  mkdirSync(home, { recursive: true });
  return home;
}

/** The whole ones: `ai` writes the list of users last. What it keeps beside them is for those who make an image just now. */
function filesOfImages(home: string): string[] {
  const images = path.join(stateOf(home), 'images');
  if (!existsSync(images)) return [];
  return readdirSync(images)
    .map((name) => path.join(images, name))
    .filter((files) => existsSync(path.join(files, 'passwd')));
}

/** With the place of the user's settings, which are none yet. */
export function homeWithSettings(): { home: string; file: string } {
  const home = temporaryDirectory();
  return { home, file: path.join(stateOf(home), 'config.yaml') };
}
