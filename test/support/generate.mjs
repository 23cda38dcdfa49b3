// Writes the files that follow from records: templates/schema.json and the tables in README.md (settings), docs/errors.md (pages).

import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = path.join(root, `test/support/.generate.${process.pid}.mjs`);

try {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/support/generated-files.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { generatedFiles } = await import(pathToFileURL(program).href);
  for (const { file, text } of await generatedFiles(root)) {
    writeFileSync(path.join(root, file), text);
    console.log(file);
  }
} finally {
  rmSync(program, { force: true });
}
