// Runs a module of ours, written in TypeScript, in a plain node: what it exports, for the scripts of package.json.

import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param entry below the root of the repository */
export async function bundled(entry) {
  const program = path.join(root, `test/support/.bundled.${process.pid}.mjs`);
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    });
    return await import(pathToFileURL(program).href);
  } finally {
    rmSync(program, { force: true });
  }
}
