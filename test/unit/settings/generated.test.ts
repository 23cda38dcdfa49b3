// What follows from the records of the settings: the schema for editors, and the README's table.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { settingsSchema } from '../../../src/settings/json-schema.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { schema, settingKeys, variableOf, type SettingKey } from '../../../src/settings/schema.ts';
import type { SettingRecord } from '../../../src/settings/setting.ts';
import { writtenData } from '../../../src/settings/written.ts';
import { parseSettings } from '../../../src/read/settings-text.ts';
import { generatedFiles, withTable } from '../../support/generated-files.ts';

const root = path.join(import.meta.dirname, '../../..');
const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
const isValid = ajv.compile(settingsSchema());

/** A settings file with this data, as `ai` reads it. */
async function isTaken(data: unknown): Promise<boolean> {
  try {
    const values = await parseSettings('f', JSON.stringify(data));
    resolveSettings([{ origin: 'f', values }]);
    return true;
  } catch (error) {
    if (error instanceof AiError && error.code === 'AI_SETTING_INVALID') return false;
    throw error;
  }
}

describe('the files that are generated', () => {
  it('are up to date; else: npm run generate', async () => {
    for (const { file, text } of await generatedFiles(root))
      expect(readFileSync(path.join(root, file), 'utf8'), `${file}: npm run generate`).toBe(text);
  });

  it('leave all of the README but the table as it is', () => {
    const readme = 'a\n<!-- settings -->\nold\n<!-- /settings -->\nb\n';
    expect(withTable(readme, '| t |')).toBe(
      'a\n<!-- settings -->\n\n| t |\n\n<!-- /settings -->\nb\n',
    );
    expect(() => withTable('a', '| t |')).toThrow('README.md has no <!-- settings -->');
  });

  it('name every setting and its variable in the README', () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    for (const key of settingKeys) expect(readme).toContain(`\`${key}\``);
    for (const key of settingKeys.filter(
      (name) => !['ssh.mode', 'assistants', 'providers'].includes(name),
    ))
      expect(readme).toContain(`\`${variableOf(key)}\``);
  });
});

describe('the schema', () => {
  it.each<[boolean, unknown]>([
    [true, {}],
    [true, { $schema: 'schema.json', memory: '4g', env: { A: 1, B: null, C: true, D: 'x' } }],
    [true, { ssh: 'remotes' }],
    [true, { ssh: ['git@git.example.com:2222', `SHA256:${'A'.repeat(43)}`] }],
    [true, { ssh: 'a.example, [::1]:22' }],
    [true, { ssh: { mode: 'none', ghToken: true } }],
    [true, { ssh: {} }],
    [true, { 'ssh.mode': 'all', 'image.base': 'debian' }],
    [true, { image: { base: 'a/b:c' } }],
    [true, { mounts: 'a:/b', publish: ['80', '81'] }],
    [true, { timeout: '1.5h', cpus: 0.01, pids: 4_194_304, memory: 1024 ** 3 }],
    [false, { memroy: '4g' }],
    [false, { image: { bse: 'x' } }],
    [false, { image: 'debian' }],
    [false, { image: { base: 'Bad Name' } }],
    [false, { image: null }],
    [false, { ssh: null }],
    [false, { ssh: '' }],
    [false, { ssh: [] }],
    [false, { ssh: ['all', 'git.example.com'] }],
    [false, { ssh: 'all none' }],
    [false, { ssh: { mode: { a: 1 } } }],
    [false, { 'image.base': 5 }],
    [false, { imagexbase: 'debian' }],
    [false, { memory: '0g' }],
    [false, { memory: 1024 }],
    [false, { memory: 'lots' }],
    [false, { timeout: 1e9 }],
    [false, { pids: 4_194_305 }],
    [false, { pids: '5' }],
    [false, { env: { 'a-b': 1 } }],
    [false, { env: { A: [] } }],
    [false, { mounts: [1] }],
    [false, { profile: '../x' }],
    [false, { root: 'true' }],
    [false, { env: { A: {} } }],
    [true, { mask: ['.env', '!.env.example'] }],
    [false, { mask: [''] }],
    [true, { assistants: { 'my-ai': { image: 'x/y:1', command: 'a --b', state: ['.my-ai'] } } }],
    [true, { assistants: { claude: { flags: { yolo: ['-y'] }, environment: { A: 1 } } } }],
    [false, { assistants: { 'my-ai': { image: 'x/y:1', iamge: 'x' } } }],
    [false, { assistants: { run: { image: 'x/y:1' } } }],
    [false, { assistants: { 'My Ai': { image: 'x/y:1' } } }],
    [false, { assistants: { claude: { environment: { 'a-b': 1 } } } }],
    [false, { assistants: { claude: { npm: 'x@latest' } } }],
    [false, { assistants: { claude: { keys: ['a b'] } } }],
    [false, { assistants: { claude: { title: 5 } } }],
  ])('takes as ai does (%s): %j', async (expected, data) => {
    expect(await isTaken(data)).toBe(expected);
    expect(isValid(data)).toBe(expected);
  });

  it.each(settingKeys)('takes the default of %s', (key) => {
    const value = writtenData(key, schema[key].default);
    if (value !== undefined) expect(isValid(nested(key, value))).toBe(true);
  });

  it.each(settingKeys)('has words for %s', (key) => {
    const { help }: SettingRecord = schema[key];
    expect(JSON.stringify(settingsSchema())).toContain(JSON.stringify(help));
  });

  it('takes of every setting what ai takes, and refuses what it refuses, as far as the form tells', async () => {
    const texts = [
      '',
      'x',
      '4g',
      '10m',
      'yes',
      '5',
      '0',
      '1e3',
      'none',
      'lend',
      'a b',
      'a:/b',
      '.',
    ];
    const scalar = fc.oneof(
      fc.constantFrom(...texts),
      fc.constantFrom(null, true, false, 0, 1, -1, 0.5, 1e7, 2 ** 53, 1e300),
      fc.string({ maxLength: 6 }),
      fc.integer(),
    );
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('A', 'mode', 'base', '1', 'a-b'), scalar, { maxKeys: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...settingKeys),
        value,
        fc.boolean(),
        async (key, data, dotted) => {
          const file = dotted ? { [key]: data } : nested(key, data);
          const taken = await isTaken(file);
          if (taken) expect(isValid(file)).toBe(true);
          else if (!isForAProgram(key, data)) expect(isValid(file)).toBe(false);
        },
      ),
      { numRuns: 1500 },
    );
  }, 60_000);
});

/** Whether a text names a size within its range, a machine, or a file, no schema tells. */
function isForAProgram(key: SettingKey, data: unknown): boolean {
  const { type }: SettingRecord = schema[key];
  const isText = typeof data === 'string' || Array.isArray(data);
  if (key === 'ssh.mode' || key === 'mask' || key === 'allow') return isText && data !== '';
  return typeof data === 'string' && type.range !== undefined;
}

const nested = (key: string, value: unknown): object =>
  key.split('.').reduceRight<unknown>((inside, name) => ({ [name]: inside }), value) as object;
