// The locks that a release brings: one for each package of the built-in assistants, in its pinned version.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isFromNpm, type NpmPackage } from '../../src/assistants/assistant.ts';
import { pinnedVersion } from '../../src/assistants/pins.ts';
import { assistants } from '../../src/assistants/registry.ts';
import { makeLock } from '../../src/images/package-lock.ts';

export interface Lock {
  lockfileVersion: number;
  packages: Record<
    string,
    { version?: string; integrity?: string; resolved?: string; dependencies?: object }
  >;
}

/** Several assistants may be one program. */
export const releasePackages: readonly NpmPackage[] = [
  ...new Map(
    Object.values(assistants)
      .map((assistant) => assistant.package)
      .filter(isFromNpm)
      .map((program) => [program.name, program]),
  ).values(),
];

export const releaseLockFile = (root: string, { name }: NpmPackage): string =>
  path.join(root, 'templates/locks', `${name}.json`);

export const parseLock = (text: string): Lock => JSON.parse(text) as Lock;

/** The version of the package itself in its lock. */
export const lockedVersion = ({ packages }: Lock, { npm }: NpmPackage): string | undefined =>
  packages[`node_modules/${npm}`]?.version;

/** @returns the files that were written, below the working directory */
export async function makeLocks({ all }: { all: boolean }): Promise<readonly string[]> {
  const root = process.cwd();
  const cwd = mkdtempSync(path.join(tmpdir(), 'ai-locks-'));
  const written: string[] = [];
  try {
    for (const program of releasePackages) {
      const file = releaseLockFile(root, program);
      const version = pinnedVersion(program);
      if (!all && versionIn(file, program) === version) continue;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, await makeLock(program.npm, version, { cwd, environment: process.env }));
      written.push(path.relative(root, file));
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  return written;
}

function versionIn(file: string, program: NpmPackage): string | undefined {
  try {
    return lockedVersion(parseLock(readFileSync(file, 'utf8')), program);
  } catch {
    return undefined;
  }
}
