// One setting changed in a text: the rest of it stays as the user wrote it, byte for byte where that can be.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiError, type ErrorFacts } from '../../../src/base/errors.ts';
import type { JsonValue } from '../../../src/base/json.ts';
import {
  editSettings,
  readData,
  waysOf,
  type SettingsText,
} from '../../../src/settings/edit-settings.ts';
import { valueAt, withEdit } from '../../../src/settings/edit-data.ts';
import { placeOf, type SettingPlace } from '../../../src/settings/place.ts';

const at = (name: string): SettingPlace => {
  const place = placeOf(name);
  if ('nearest' in place) throw new Error(`no setting: ${name}`);
  return place;
};
const set = (
  text: string,
  name: string,
  value: JsonValue | undefined,
  source: Partial<SettingsText> = {},
): Promise<string> => editSettings({ file: 'f', text, form: 'yaml', ...source }, at(name), value);
const unset = (text: string, name: string): Promise<string> => set(text, name, undefined);

describe('a text', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'assistant: gemini\n'],
    ['only a comment', '# mine\n', '# mine\nassistant: gemini\n'],
    ['other settings', 'memory: 4g\n', 'memory: 4g\nassistant: gemini\n'],
    ['no line end', 'memory: 4g', 'memory: 4g\nassistant: gemini\n'],
    ['a value', 'assistant: claude\n', 'assistant: gemini\n'],
    ['the same value', 'assistant:   "gemini"\n', 'assistant:   "gemini"\n'],
    [
      'a value between',
      'a: 1\nassistant:   claude  # why\nb: [1,  2]\n',
      'a: 1\nassistant:   gemini  # why\nb: [1,  2]\n',
    ],
    ['quotes', `assistant: 'claude'\n`, 'assistant: gemini\n'],
    ['a quoted key', `"assistant": claude\n`, `"assistant": gemini\n`],
    ['no value', 'assistant:\nb: 1\n', 'assistant: gemini\nb: 1\n'],
    ['no value, at the end', 'assistant:', 'assistant: gemini'],
    ['no value and a comment', 'assistant: # later\n', 'assistant: gemini # later\n'],
    ['null', 'assistant: ~ # x\n', 'assistant: gemini # x\n'],
    ['a list', 'assistant: [a, b]\n', 'assistant: gemini\n'],
    [
      'a list of lines',
      'assistant: # w\n  - a # b\n# c\nc: 1\n',
      'assistant: gemini # w\n# c\nc: 1\n',
    ],
    ['a text of lines', 'assistant: |\n  a\n  b\nc: 1\n', 'assistant: gemini\nc: 1\n'],
    ['a text in two lines', 'assistant: "a\n  b" # c\nc: 1\n', 'assistant: gemini # c\nc: 1\n'],
    ['lines of Windows', 'a: 1\r\nassistant: claude\r\n', 'a: 1\r\nassistant: gemini\r\n'],
    ['lines of Windows, without it', 'a: 1\r\n', 'a: 1\r\nassistant: gemini\r\n'],
    ['a mark of the byte order', '\uFEFFa: 1\n', '\uFEFFa: 1\nassistant: gemini\n'],
    ['such a mark only', '\uFEFF', '\uFEFFassistant: gemini\n'],
    ['a document start', '---\nassistant: claude\n', '---\nassistant: gemini\n'],
    ['a document end', 'a: 1\n...\n', 'a: 1\nassistant: gemini\n...\n'],
    ['one flow map', '{ assistant: claude, a: 1 }\n', '{ assistant: gemini, a: 1 }\n'],
    ['a flow map without it', '{ a: 1 } # x\n', '{ a: 1, assistant: gemini } # x\n'],
    ['an empty flow map', '# y\n{} # x\n', '# y\n{ assistant: gemini } # x\n'],
    [
      'the same name deeper',
      'env:\n    assistant: x\n',
      'env:\n    assistant: x\nassistant: gemini\n',
    ],
    [
      'long lines',
      `a: ${'word '.repeat(40)}end\n`,
      `a: ${'word '.repeat(40)}end\nassistant: gemini\n`,
    ],
    ['an alias', 'a: &x claude\nassistant: *x\n', 'a: &x claude\nassistant: gemini\n'],
    ['an anchor of nobody', 'assistant: &x claude # y\n', 'assistant: &x gemini # y\n'],
    ['a tag', 'assistant: !!str claude\n', 'assistant: !!str gemini\n'],
    ['a key of its own line', '? assistant\n: claude\n', '? assistant\n: gemini\n'],
    ['comments at the end', 'a: 1\n# b: 2\n', 'a: 1\n# b: 2\nassistant: gemini\n'],
  ])('with %s takes a text', async (_what, before, after) => {
    expect(await set(before, 'assistant', 'gemini')).toBe(after);
    expect(await set(after, 'assistant', 'gemini')).toBe(after);
  });

  it.each<[string, string, string, JsonValue, string]>([
    ['a group', '', 'image.base', 'a', 'image:\n  base: a\n'],
    ['a dotted key', 'image.base: b # x\n', 'image.base', 'a', 'image.base: a # x\n'],
    ['a map', 'image:\n    base: b # x\n', 'image.base', 'a', 'image:\n    base: a # x\n'],
    ['a flow map', 'image: {base: b} # x\n', 'image.base', 'a', 'image: {base: a} # x\n'],
    ['an empty group', 'image: # x\nc: 1\n', 'image.base', 'a', 'image: # x\n  base: a\nc: 1\n'],
    ['an empty map', 'image: {}\n', 'image.base', 'a', 'image: { base: a }\n'],
    ['a main field', '', 'ssh', 'none', 'ssh: none\n'],
    ['a main field by its name', '', 'ssh.mode', 'none', 'ssh: none\n'],
    ['a main field as it is', 'ssh: all # x\n', 'ssh.mode', 'none', 'ssh: none # x\n'],
    ['a main field in its map', 'ssh: { mode: all }\n', 'ssh', 'none', 'ssh: { mode: none }\n'],
    ['a main field, dotted', 'ssh.mode: all\n', 'ssh', 'none', 'ssh.mode: none\n'],
    [
      'a main field beside others',
      'ssh:\n  ghToken: true\n',
      'ssh',
      'none',
      'ssh:\n  ghToken: true\n  mode: none\n',
    ],
    [
      'a field beside the main one',
      'ssh: none # x\nc: 1\n',
      'ssh.ghToken',
      true,
      'ssh: # x\n  mode: none\n  ghToken: true\nc: 1\n',
    ],
    [
      'one beside a main list',
      'ssh:\n  - a.example # x\n',
      'ssh.ghToken',
      true,
      'ssh:\n  mode:\n    - a.example # x\n  ghToken: true\n',
    ],
    [
      'one beside it in a flow map',
      '{ ssh: none }\n',
      'ssh.ghToken',
      true,
      '{ ssh: { mode: none, ghToken: true } }\n',
    ],
    [
      'both ways at once',
      'image: { base: a }\nimage.base: b\n',
      'image.base',
      'c',
      'image.base: c\n',
    ],
    ['a list', '', 'mounts', ['a:/b'], 'mounts:\n  - a:/b\n'],
    ['an empty list', 'mounts: [a:/b]\n', 'mounts', [], 'mounts: []\n'],
    [
      'a list for a text',
      'mounts: a:/b # x\nc: 1\n',
      'mounts',
      ['c:/d'],
      'mounts: # x\n  - c:/d\nc: 1\n',
    ],
    [
      'a list on a line',
      'mounts: [a:/b] # x\n',
      'mounts',
      ['c:/d', 'e,f'],
      'mounts: [c:/d, "e,f"] # x\n',
    ],
    [
      'one more item',
      'mounts:\n- a # x\n# y\n- b\n# z\n',
      'mounts',
      ['a', 'b', 'c'],
      'mounts:\n- a # x\n# y\n- b\n- c\n# z\n',
    ],
    [
      'an item less',
      'mounts:\n    # w\n    - a # x\n    # y\n    - b\nc: 1\n',
      'mounts',
      ['b'],
      'mounts:\n    # w\n    # y\n    - b\nc: 1\n',
    ],
    ['another order', 'mounts:\n  - a\n  - b\n', 'mounts', ['b', 'a'], 'mounts:\n  - b\n  - a\n'],
    ['a variable', '', 'env.A', 'x', 'env:\n  A: x\n'],
    [
      'one more',
      'env:\n      A: 1 # x\n      # y\n\n# z\n',
      'env.B',
      'x',
      'env:\n      A: 1 # x\n      B: x\n      # y\n\n# z\n',
    ],
    ['one on a line', 'env: {A: 1}\n', 'env.B', 'x, y', 'env: {A: 1, B: "x, y"}\n'],
    ['one of the caller', 'env:\n  A: 1\n', 'env.B', null, 'env:\n  A: 1\n  B:\n'],
    ['one behind one of the caller', 'env:\n  A:\n', 'env.B', 'x', 'env:\n  A:\n  B: x\n'],
    [
      'all of them',
      'env:\n  # a\n  A: 1 # x\n  B: 2\n',
      'env',
      { A: '2', C: null },
      'env:\n  # a\n  A: "2" # x\n  C:\n',
    ],
    [
      'a shared map',
      'x: &e { A: 1 }\nenv: *e\n',
      'env.B',
      'x',
      'x: &e { A: 1 }\nenv:\n  A: 1\n  B: x\n',
    ],
    [
      'a map in a map with comments',
      'image:\n  # one\n\n  base: a   # two\n\n\n# three\nc: 1',
      'image.base',
      'b:1',
      'image:\n  # one\n\n  base: b:1   # two\n\n\n# three\nc: 1',
    ],
  ])('takes %s', async (_what, before, name, value, after) => {
    expect(await set(before, name, value)).toBe(after);
    expect(await set(after, name, value)).toBe(after);
  });

  it.each<[string, string, string, string]>([
    ['nothing', 'a: 1\n', 'memory', 'a: 1\n'],
    ['nothing at all', '', 'memory', ''],
    ['all that is there', 'memory: 1g\n', 'memory', ''],
    ['a value', '# a\nmemory: 1g # b\n# c\nc: 1\n', 'memory', '# a\n# c\nc: 1\n'],
    ['the last value', 'c: 1\nmemory: 1g', 'memory', 'c: 1\n'],
    ['a list', 'mounts: # x\n  - a\n  - b\n\n# c\nc: 1\n', 'mounts', '\n# c\nc: 1\n'],
    ['no value', 'memory:\nc: 1\n', 'memory', 'c: 1\n'],
    ['one of a flow map', '{ a: 1, memory: 1g, c: 2 }\n', 'memory', '{ a: 1, c: 2 }\n'],
    ['the first of one', '{ memory: 1g, c: 2 }\n', 'memory', '{ c: 2 }\n'],
    ['the only one', '{ memory: 1g } # x\n', 'memory', '{} # x\n'],
    ['a group with it', 'image:\n  base: a\nc: 1\n', 'image.base', 'c: 1\n'],
    ['a dotted key', 'image.base: a\nc: 1\n', 'image.base', 'c: 1\n'],
    ['every way', 'image: { base: a }\nimage.base: b\nc: 1\n', 'image.base', 'c: 1\n'],
    ['a main field', 'ssh: none\nc: 1\n', 'ssh.mode', 'c: 1\n'],
    [
      'a main field of a map',
      'ssh:\n  mode: none\n  ghToken: true\n',
      'ssh',
      'ssh:\n  ghToken: true\n',
    ],
    ['a variable', 'env:\n  A: 1\n  B: 2 # x\n', 'env.A', 'env:\n  B: 2 # x\n'],
    ['the only variable', 'env:\n  A: 1\n# x\n', 'env.A', '# x\n'],
    ['lines of Windows', 'a: 1\r\nmemory: 1g\r\nc: 1\r\n', 'memory', 'a: 1\r\nc: 1\r\n'],
    ['the first line of a marked file', '\uFEFFmemory: 1g\nc: 1\n', 'memory', '\uFEFFc: 1\n'],
  ])('loses %s', async (_what, before, name, after) => {
    expect(await unset(before, name)).toBe(after);
  });

  it.each<[string, string, string, JsonValue | undefined, string]>([
    ['a new one', '', 'memory', '1g', '{\n  "memory": "1g"\n}\n'],
    ['an empty one', '{}\n', 'memory', '1g', '{\n  "memory": "1g"\n}\n'],
    [
      'one of lines',
      '{\n    "a": 1\n}\n',
      'image.base',
      'b',
      '{\n    "a": 1,\n    "image": {\n        "base": "b"\n    }\n}\n',
    ],
    [
      'tabs',
      '{\n\t"memory": "1g"\n}',
      'mounts',
      ['a'],
      '{\n\t"memory": "1g",\n\t"mounts": [\n\t\t"a"\n\t]\n}',
    ],
    ['one line', '{"memory":"1g"}', 'env.A', null, '{"memory":"1g", "env": {"A":null}}'],
    [
      'a value in it',
      '{\n  "memory": "1g",\n  "a": [1,   2]\n}\n',
      'memory',
      'yes',
      '{\n  "memory": "yes",\n  "a": [1,   2]\n}\n',
    ],
    ['one less', '{\n  "memory": "1g",\n  "a": 1\n}\n', 'memory', undefined, '{\n  "a": 1\n}\n'],
    [
      'the last one less',
      '{\n  "a": 1,\n  "memory": "1g"\n}\n',
      'memory',
      undefined,
      '{\n  "a": 1\n}\n',
    ],
    [
      'lines of Windows',
      '{\r\n  "a": 1\r\n}\r\n',
      'memory',
      '1g',
      '{\r\n  "a": 1,\r\n  "memory": "1g"\r\n}\r\n',
    ],
  ])('of JSON stays JSON: %s', async (_what, before, name, value, after) => {
    expect(await set(before, name, value, { form: 'json' })).toBe(after);
  });

  it('may hold its settings at a key', async () => {
    const text = '{\n  "name": "x",\n  "memory": 1\n}\n';
    const source = { form: 'json', base: ['ai'] } as const;
    const added = await set(text, 'image.base', 'a', source);
    expect(added).toBe(
      '{\n  "name": "x",\n  "memory": 1,\n  "ai": {\n    "image": {\n      "base": "a"\n    }\n  }\n}\n',
    );
    expect(JSON.parse(await set(added, 'image.base', undefined, source))).toEqual({
      name: 'x',
      memory: 1,
      ai: {},
    });
  });

  it.each<[string, string, string]>([
    ['no YAML', 'a: 1\nb: }\n', 'f:2:4'],
    ['the same key twice', 'a: 1\n# x\na: 2\n', 'f:3:1'],
    ['no mapping', '- a\n', 'f:1:1'],
    ['an alias of nothing', 'a: *x\n', 'f:1:1'],
    ['a value that others share', 'assistant: &x claude\nb: *x\n', 'f:1:15'],
  ])('with %s is left alone, with the place in the error', async (_what, text, origin) => {
    const failure: unknown = await set(text, 'assistant', 'gemini').catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'AI_SETTING_INVALID' });
    const { problems } = (failure as AiError).facts as ErrorFacts['AI_SETTING_INVALID'];
    expect(problems[0]?.origin).toBe(origin);
  });
});

describe('whatever is written there', () => {
  const words = fc.oneof(
    fc.constantFrom(
      'yes',
      'No',
      '1e3',
      'a: b',
      '#x',
      'a #b',
      '~',
      'null',
      '',
      ' ',
      '- a',
      '0x1f',
      '.5',
    ),
    fc.constantFrom(
      'é',
      '日本 語',
      'a\nb',
      'a\r\nb\n',
      '\t',
      '"',
      "it's",
      '[x',
      '{',
      ',',
      '*x',
      '&x',
      '!x',
    ),
    fc.constantFrom(
      '%x',
      '@x',
      '`x',
      '<<',
      '2020-01-01',
      '10:20',
      'x:',
      '?',
      '-',
      '=',
      '\\',
      '\u0085',
      '\u2028',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  /** Each setting in some of the ways to write it, with comments that are told apart by their numbers. */
  const pieces = fc.tuple(
    fc.constantFrom('', 'memory: 4g #0\n', '"memory":   "4g"\n', 'memory: #1\n  4g\n', 'memory:\n'),
    fc.constantFrom('', 'model: >-\n  a\n  b\n', "model: 'it''s' #2\n", 'model: "a\n  b" #3\n'),
    fc.constantFrom(
      ...[
        '',
        'image.base: x #4\n',
        'image: #5\n     base: x #6\n     #7\n',
        'image: {base: x} #8\n',
      ],
      ...['image: #9\n', 'image:\n  #10\n\n  base:\n    x\n'],
    ),
    fc.constantFrom(
      ...[
        '',
        'ssh: none #11\n',
        'ssh: #12\n  mode: all #13\n  #14\n  ghToken: true\n',
        'ssh.mode: [a]\n',
      ],
      ...['ssh: { ghToken: false, mode: [ a ] } #15\n', 'ssh:\n- a #16\n'],
    ),
    fc.constantFrom(
      ...[
        '',
        'env: #17\n   A: 1 #18\n   #19\n\n   B: #20\n',
        'env: {\n  A: 1, #21\n  B: 2 #22\n}\n',
      ],
      ...['env: { A: 1 }\n', 'env: {}\n', 'env:\n  "B": |\n    x\n    y\n'],
    ),
    fc.constantFrom('', 'a: &x [1, 2] #23\nb: *x\n', '? [x, y]\n: z\n', 'c: !!binary aGk=\n'),
  );
  const document = fc
    .record({
      pieces: pieces.chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
      notes: fc.array(fc.constantFrom('', '\n', '#90\n', '\n#91\n\n', ' #92\n', '---\n'), {
        minLength: 7,
        maxLength: 7,
      }),
      isMarked: fc.boolean(),
      isWindows: fc.boolean(),
      isOpen: fc.boolean(),
    })
    .map(({ pieces, notes, isMarked, isWindows, isOpen }) => {
      const start = notes[0] ?? '';
      const rest = pieces.map((piece, at) => piece + (notes[at + 1] ?? '').replace('---\n', ''));
      const text = start + rest.join('');
      const open = isOpen ? text.replace(/\n+$/, '') : text;
      return (isMarked ? '\uFEFF' : '') + (isWindows ? open.replaceAll('\n', '\r\n') : open);
    });
  const change = fc.oneof(
    fc.tuple(fc.constantFrom('memory', 'model', 'image.base', 'ssh', 'env.A', 'env.C'), words),
    fc.tuple(fc.constantFrom('ssh.ghToken', 'root'), fc.boolean()),
    fc.tuple(
      fc.constantFrom('memory', 'model', 'ssh.mode', 'image.base', 'env.B'),
      fc.constant(undefined),
    ),
    fc.tuple(fc.constantFrom('mounts', 'caCertificates'), fc.array(words, { maxLength: 3 })),
  );
  const comments = (text: string): string[] => text.match(/#\d+/g) ?? [];

  it('a change is what is read afterwards, and leaves every other value and comment as it was', async () => {
    await fc.assert(
      fc.asyncProperty(document, change, async (text, [name, value]) => {
        const place = at(name);
        const before = await readData({ file: 'f', text, form: 'yaml' });
        const after = await set(text, name, value);
        const data = await readData({ file: 'f', text: after, form: 'yaml' });
        const ways = waysOf(data, place.key);
        const found = ways.map((way) => valueAt(data, [...way, ...place.inside])).at(-1);
        expect(found).toEqual(value);
        // Everything else.
        const rest = (all: JsonValue): JsonValue =>
          [place.key, 'ssh', 'image', 'env'].reduce<JsonValue>(
            (left, key) => withEdit(left, { path: [key], value: undefined }),
            all,
          );
        expect(rest(data)).toEqual(rest(before));
        for (const other of ['ssh.ghToken', 'ssh.mode', 'image.base', 'env.A', 'env.B', 'env.C']) {
          const { key, inside } = at(other);
          const valueIn = (all: JsonValue): unknown =>
            waysOf(all, key)
              .map((way) => valueAt(all, [...way, ...inside]))
              .at(-1);
          if (other !== name && key !== name && place.key !== other)
            expect([other, valueIn(data)]).toEqual([other, valueIn(before)]);
        }
        // A comment in a list, or beside a value on lines of its own, may go with that value.
        const gone = comments(text).filter((comment) => !comments(after).includes(comment));
        expect(gone.filter((comment) => !mayGo(comment, name, value))).toEqual([]);
        expect(after.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'));
        expect(/[^\r]\n/.test(after) && text.includes('\r\n')).toBe(false);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  function mayGo(comment: string, name: string, value: unknown): boolean {
    const own: Partial<Record<string, string[]>> = {
      memory: ['#0', '#1'],
      model: ['#2', '#3'],
      'image.base': ['#4', '#5', '#6', '#8', '#9', '#10'],
      ssh: ['#16'],
      'ssh.mode': ['#11', '#13', '#15', '#16'],
      'ssh.ghToken': ['#16'],
      'env.B': ['#17', '#20', '#22'],
    };
    if (comment === '#16') return name.startsWith('ssh');
    return value === undefined && own[name]?.includes(comment) === true;
  }
});

it('makes a list a part of a group with the comments in it', async () => {
  const text = 'ssh: # hosts\n  - a.example # first\n  # b\n  - b.example\nmemory: 1g\n';
  expect(await set(text, 'ssh.ghToken', true)).toBe(
    'ssh: # hosts\n  mode:\n    - a.example # first\n    # b\n    - b.example\n  ghToken: true\nmemory: 1g\n',
  );
});
