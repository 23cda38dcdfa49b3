// Writes the files that follow from records: templates/schema.json and the tables in README.md (settings), docs/errors.md (pages).

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundled, root } from './bundled.mjs';

const { generatedFiles } = await bundled('test/support/generated-files.ts');
for (const { file, text } of await generatedFiles(root)) {
  writeFileSync(path.join(root, file), text);
  console.log(file);
}
