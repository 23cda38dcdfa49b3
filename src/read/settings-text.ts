// A text of settings, YAML or JSON, as values with the line and column of each. Whoever wrote it may be hostile.

import type { Document, ParsedNode, YAMLMap } from 'yaml';
import { AiError, messageOf, type SettingProblem } from '../base/errors.ts';
import type { LayerValue } from '../settings/layers.ts';
import { settingKeys } from '../settings/schema.ts';
import { tooMuchOf } from './yaml-bounds.ts';

/** Places in the values that aliases may lead to: a few lines of YAML can name more than any memory holds. */
const mostAliases = 100;

/**
 * @param file as people know it: the beginning of every place
 * @throws AiError AI_SETTING_INVALID with every mistake of the form; what values there may be is for `resolveSettings`
 */
export async function parseSettings(file: string, text: string): Promise<readonly LayerValue[]> {
  if (text.trim() === '') return [];
  const yaml = await import('yaml');
  const { parseDocument, LineCounter, isMap, isScalar, isNode } = yaml;
  const excess = tooMuchOf(text, yaml);
  if (excess !== undefined) throw invalid([{ origin: file, key: '', problem: excess }]);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    customTags: [],
    // They take time by the square of their number: minutes for 256 kB of quotes.
    prettyErrors: false,
    // What is wrong is said here, not by node's warnings.
    logLevel: 'error',
  });
  const placeAt = (offset = 0): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // 1.1 has sets, binaries, a merge key and more words for true. The library would obey.
  if (document.directives.yaml.version !== '1.2')
    throw invalid([
      { origin: placeAt(), key: '', problem: 'must be YAML 1.2, without a %YAML line' },
    ]);
  const troubles = [...document.errors, ...document.warnings];
  if (troubles.length > 0)
    throw invalid(
      troubles.map(({ pos, message }) => ({
        origin: placeAt(pos[0]),
        key: '',
        problem: message.split('\n')[0] ?? 'is not YAML',
      })),
    );
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents))
    throw invalid([{ origin: placeAt(), key: '', problem: 'must hold `key: value` lines' }]);

  const dataOf = (node: unknown): unknown =>
    isNode(node) ? node.toJS(document, { maxAliasCount: mostAliases }) : undefined;
  const offsetIn = (node: unknown, [step, ...rest]: readonly string[]): number | undefined => {
    if (step === undefined || !isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return offsetIn(pair?.value, rest) ?? rangeOf(pair?.key);
  };
  const collect = (map: YAMLMap, prefix: string): readonly LayerValue[] =>
    map.items.flatMap(({ key, value }): readonly LayerValue[] => {
      const name = `${prefix}${nameOf(key, document)}`;
      // What tells editors where templates/schema.json is.
      if (name === '$schema') return [];
      const offset = rangeOf(key);
      const isGroup = settingKeys.some((known) => known.startsWith(`${name}.`));
      if (isMap(value) && isGroup) return collect(value, `${name}.`);
      return [
        {
          key: name,
          value: { kind: 'data', data: dataOf(value) },
          place: placeAt(offset),
          placeOf: (path) => placeAt(offsetIn(value, path) ?? offset),
        },
      ];
    });
  try {
    return collect(contents, '');
  } catch (error) {
    // Aliases of something that is not there, or of far too much.
    throw invalid([{ origin: file, key: '', problem: messageOf(error) }]);
  }
}

const invalid = (problems: readonly SettingProblem[]): AiError =>
  new AiError('AI_SETTING_INVALID', { problems });

const rangeOf = (node: unknown): number | undefined =>
  (node as Partial<ParsedNode> | undefined)?.range?.[0];

/** A key may be a list, a map or an alias in YAML: shown as it is written, it is no setting. */
function nameOf(key: unknown, document: Document): string {
  const node = key as { value?: unknown; toJS: (of: Document) => unknown } | null;
  const name = node?.toJS(document) ?? '(an empty key)';
  return typeof name === 'string' ? name : JSON.stringify(name);
}
