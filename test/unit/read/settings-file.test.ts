// config.yaml as a layer of settings, each value with its line.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { readSettingsFile } from '../../../src/read/settings-file.ts';
import { resolveSettings } from '../../../src/settings/layers.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});

/** Values as `line key value`; problems as `line problem`. */
async function read(text: string): Promise<string[]> {
  const file = path.join(directory, 'config.yaml');
  writeFileSync(file, text);
  const line = (place: string): string => place.slice(file.length + 1);
  try {
    const { values } = await readSettingsFile(directory);
    return values.map(
      ({ key, value, place }) =>
        `${line(place)} ${key} ${value.kind === 'data' ? JSON.stringify(value.data) : ''}`,
    );
  } catch (error) {
    if (!(error instanceof AiError) || error.code !== 'AI_SETTING_INVALID') throw error;
    return (error as AiError<'AI_SETTING_INVALID'>).facts.problems.map(
      ({ origin, problem }) => `${line(origin)}! ${problem}`,
    );
  }
}

describe('the settings file', () => {
  it('may be missing', async () => {
    expect((await readSettingsFile(directory)).values).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['blanks', '  \n\n', []],
    ['a comment', '# later\n', []],
    [
      'values',
      'memory: 4g\n\npids: 10\nyolo: true\n',
      ['1:1 memory "4g"', '3:1 pids 10', '4:1 yolo true'],
    ],
    ['groups', 'image:\n  base: debian\nmodel: x\n', ['2:3 image.base "debian"', '3:1 model "x"']],
    ['a dotted key', 'image.base: debian\n', ['1:1 image.base "debian"']],
    [
      'lists and maps',
      'mounts: [a, b]\nenv:\n  A: 1\n  B:\n',
      ['1:1 mounts ["a","b"]', '2:1 env {"A":1,"B":null}'],
    ],
    [
      'anchors',
      'env: &e { A: 1 }\nmodel: &m x\nassistant: *m\n',
      ['1:1 env {"A":1}', '2:1 model "x"', '3:1 assistant "x"'],
    ],
    [
      'keys that are none',
      'memroy: 1\n5: x\nimage: { bse: y }\n',
      ['1:1 memroy 1', '2:1 5 "x"', '3:10 image.bse "y"'],
    ],
    ['an empty value', 'model:\n', ['1:1 model null']],
    ['an empty key', ': x\n', ['1:1 (an empty key) "x"']],
    ['a list as a key', '? [a, b]\n: x\n', ['1:3 ["a","b"] "x"']],
  ])('holds %s', async (_what, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it.each<[string, string, RegExp]>([
    ['a list', '- a\n- b\n', /^1:1! must hold/],
    ['a text', 'hello\n', /^1:1! must hold/],
    ['broken YAML', 'a: 1\nb: [1\n', /^[23]:\d+! \S/],
    ['a key twice', 'a: 1\na: 2\n', /^2:\d+! Map keys must be unique/],
    ['another YAML', '%YAML 1.1\n---\nroot: yes\n', /must be YAML 1\.2/],
    ['tabs', 'a:\n\tb: 1\n', /^2:\d+! \S/],
  ])('that holds %s says where it is wrong', async (_what, text, expected) => {
    const [problem = ''] = await read(text);
    expect(problem).toMatch(expected);
  });

  it('names file and line of a wrong value', async () => {
    writeFileSync(path.join(directory, 'config.yaml'), '\nmemroy: 1g\ncpus: many\n');
    const layer = await readSettingsFile(directory);
    expect(() => resolveSettings([layer])).toThrow(
      expect.objectContaining({
        facts: {
          problems: [
            {
              origin: `${directory}/config.yaml:2:1`,
              key: 'memroy',
              problem: 'is not a setting',
              nearest: 'memory',
            },
            {
              origin: `${directory}/config.yaml:3:1`,
              key: 'cpus',
              problem: 'must be a number above 0, not “many”',
            },
          ],
        },
      }) as Error,
    );
  });
});
