// The files of the repository that follow from the records of the settings and from the pages of errors, as they should be: see `npm run generate`.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { pagesAsMarkdown } from '../../src/cli/error-pages/render.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { presetTable, type Preset } from '../../src/plan/preset-table.ts';
import { settingsSchema } from '../../src/settings/json-schema.ts';
import { resolveSettings, type LayerValue } from '../../src/settings/layers.ts';
import { withPreset } from '../../src/settings/presets.ts';
import { referenceTable } from '../../src/settings/reference-table.ts';
import { buildFacts } from './build-facts.ts';

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
    {
      file: 'docs/errors.md',
      text: await format(pagesAsMarkdown(), { ...style, parser: 'markdown' }),
    },
    {
      file: 'README.md',
      text: withTable(withTable(readme, referenceTable()), presets(), 'presets'),
    },
  ];
}

function presets(): string {
  const preset = (words: readonly LayerValue[]): Preset => {
    const layers = withPreset([{ origin: 'command line', values: words }]);
    const { settings } = resolveSettings(layers);
    return {
      settings,
      plan: buildPlan(buildFacts({ settings, engine: { memory: 64 * 1024 ** 3 } })),
    };
  };
  const secure = { key: 'secure', value: { kind: 'data', data: true }, place: '--secure' } as const;
  return presetTable(preset([]), preset([secure]));
}

/** @throws Error where the two comments are missing between which the table stands */
export function withTable(readme: string, table: string, name = 'settings'): string {
  const [before, rest] = cut(readme, `<!-- ${name} -->`);
  const [, after] = cut(rest, `<!-- /${name} -->`);
  return `${before}<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->${after}`;
}

function cut(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`README.md has no ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}
