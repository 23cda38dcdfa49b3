// The files of the repository that follow from the records of the settings, as they should be: see `npm run generate`.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { settingsSchema } from '../../src/settings/json-schema.ts';
import { referenceTable } from '../../src/settings/reference-table.ts';

export interface GeneratedFile {
  /** Below the root of the repository. */
  file: string;
  text: string;
}

export async function generatedFiles(root: string): Promise<readonly GeneratedFile[]> {
  const style = await resolveConfig(path.join(root, 'package.json'));
  const schema = await format(JSON.stringify(settingsSchema()), {
    ...style,
    parser: 'json',
    objectWrap: 'collapse',
  });
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  return [
    { file: 'templates/schema.json', text: schema },
    { file: 'README.md', text: withTable(readme, referenceTable()) },
  ];
}

/** @throws Error where the two comments are missing between which the table stands */
export function withTable(readme: string, table: string): string {
  const [before, rest] = cut(readme, '<!-- settings -->');
  const [, after] = cut(rest, '<!-- /settings -->');
  return `${before}<!-- settings -->\n\n${table}\n\n<!-- /settings -->${after}`;
}

function cut(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`README.md has no ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}
