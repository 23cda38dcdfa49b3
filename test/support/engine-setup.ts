// Before the integration and e2e tests: what they need is installed, an engine answers, `ai` is built. After: all gone.

import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildBusyboxImage } from './busybox-image.ts';
import { startEngineIfMissing } from './dockerd.ts';
import { connectToEngine, engineAnswers, removeContainersOf } from './engine.ts';
import { installMissing, packagesOfTests } from './packages.ts';

/** Vitest's global setup, once per project. What it throws fails the run: these tests are never left out silently. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  installMissing(packagesOfTests);
  const docker = connectToEngine();
  const stopEngine = await startEngineIfMissing(docker);
  const forgetSshd = makeSshdDirectory();
  const directory = mkdtempSync('/var/tmp/ai-test-');
  chmodSync(directory, 0o755);
  project.provide('testDirectory', directory);
  const cleanUp = async (): Promise<void> => {
    if (await engineAnswers(docker)) await removeContainersOf(directory, docker);
    rmSync(directory, { recursive: true, force: true });
    forgetSshd();
    await stopEngine?.();
  };
  try {
    await buildLauncher(project.config.root);
    await buildBusyboxImage(docker, directory);
  } catch (error) {
    await cleanUp();
    throw error;
  }
  return cleanUp;
}

/**
 * Where sshd puts its unprivileged half for each connection; packages make it when the service starts. For all files together:
 * several run at once, and the one that made it would take it from the other.
 */
function makeSshdDirectory(): () => void {
  if (process.getuid?.() !== 0) return () => undefined;
  const made = mkdirSync('/run/sshd', { recursive: true });
  return () => {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  };
}

/** Once, up front: else the first test would do it, within its own time. */
async function buildLauncher(root: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const builder = require(path.join(root, 'bin/build.js')) as { build: () => Promise<void> };
  await builder.build();
}
