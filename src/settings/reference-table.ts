// The README's table of every setting, in Markdown, from the same records as everything else. Pure.

import { mainFields, schema, settingKeys, variableOf } from './schema.ts';
import type { SettingRecord } from './setting.ts';
import { writtenText } from './written.ts';

const head = ['key', 'flag', 'variable', 'default', 'in a project', 'what'];

/** A row for each setting; the last line has no line end. */
export function referenceTable(): string {
  const rows = settingKeys.map((key): readonly string[] => {
    const {
      flag,
      shorthand,
      default: standard,
      help,
      trust,
      type,
      reachesHost,
    }: SettingRecord = schema[key];
    const name = Object.keys(mainFields).find((group) => mainFields[group] === key) ?? key;
    const value = writtenText(key, standard);
    return [
      name === key ? code(key) : `${code(name)} (${code(key)})`,
      [flag, shorthand?.flag].flatMap((option) => (option ? [code(option)] : [])).join(', '),
      isOnlyForFiles(type) ? '' : code(variableOf(name)),
      ['', '[]', '{}'].includes(value) ? '' : code(value),
      trust === 'host' ? 'when trusted' : reachesHost ? 'yes, but what reaches the host' : 'yes',
      help.replaceAll('|', String.raw`\|`),
    ];
  });
  const line = (cells: readonly string[]): string =>
    `| ${cells.join(' | ')} |`.replaceAll('  ', ' ');
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** What is made of parts is no text. */
const isOnlyForFiles = ({ at, fromText }: SettingRecord['type']): boolean =>
  at !== undefined && fromText('A=1') === undefined;

const code = (text: string): string => `\`${text.replaceAll('|', String.raw`\|`)}\``;
