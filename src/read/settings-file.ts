// The user's settings file, as a layer of settings with the line of each value.

import path from 'node:path';
import { AiError, type SettingProblem } from '../base/errors.ts';
import { readTextIfThere } from '../host/files.ts';
import type { Layer, LayerValue } from '../settings/layers.ts';
import { settingKeys } from '../settings/schema.ts';

/**
 * The layer of `config.yaml`; an empty one where there is no such file (the usual case, which loads no YAML parser).
 * @throws AiError AI_SETTING_INVALID where it is no YAML mapping
 */
export async function readSettingsFile(stateDirectory: string): Promise<Layer> {
  const file = path.join(stateDirectory, 'config.yaml');
  const text = readTextIfThere(file);
  if (text === undefined || text.trim() === '') return { origin: file, values: [] };
  const { parseDocument, LineCounter, isMap, isScalar } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const problem = (offset: number, what: string): SettingProblem => ({
    origin: `${file}:${lineCounter.linePos(offset).line}`,
    key: '',
    problem: what,
  });
  if (document.errors.length > 0)
    throw new AiError('AI_SETTING_INVALID', {
      problems: document.errors.map((error) =>
        problem(error.pos[0], error.message.split('\n')[0] ?? 'is not YAML'),
      ),
    });
  if (document.contents === null) return { origin: file, values: [] };
  if (!isMap(document.contents))
    throw new AiError('AI_SETTING_INVALID', {
      problems: [problem(0, 'must hold `key: value` lines')],
    });

  const values: LayerValue[] = [];
  const collect = (map: typeof document.contents, prefix: string): void => {
    if (!isMap(map)) return;
    for (const { key, value } of map.items) {
      const node = key as { range?: [number, number, number]; toJS: (d: unknown) => unknown };
      // A key may be a list, a map or an alias in YAML: shown as it is written, it is no setting.
      const isEmpty = isScalar(key) && key.value === null;
      const written = isScalar(key) ? key.value : JSON.stringify(node.toJS(document));
      const name = `${prefix}${isEmpty ? '(an empty key)' : String(written)}`;
      const place = `${file}:${lineCounter.linePos(node.range?.[0] ?? 0).line}`;
      const isGroup = isMap(value) && settingKeys.some((known) => known.startsWith(`${name}.`));
      if (isGroup) collect(value, `${name}.`);
      else {
        const data: unknown =
          value === null ? undefined : (value as { toJS: (d: unknown) => unknown }).toJS(document);
        values.push({ key: name, value: { kind: 'data', data }, place });
      }
    }
  };
  collect(document.contents, '');
  return { origin: file, values };
}
