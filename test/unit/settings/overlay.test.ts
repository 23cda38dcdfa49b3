// The setting `overlay`: names are errors at their place, layers add up, `off` takes back, and a stranger may only ask for the usual.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { effectsOf } from '../../../src/settings/effects.ts';
import { resolveSettings, type LayerValue } from '../../../src/settings/layers.ts';
import { asData } from '../../../src/settings/shapes.ts';
import { schema } from '../../../src/settings/schema.ts';
import { sortByTrust } from '../../../src/settings/trust.ts';

const inFile = (data: unknown): LayerValue => ({
  key: 'overlay',
  value: { kind: 'data', data },
  place: 'config.yaml:1',
  placeOf: (path) => `config.yaml:${path.length === 0 ? 1 : Number(path[0]) + 2}`,
});
const asText = (kind: 'text' | 'flag', text: string): LayerValue => ({
  key: 'overlay',
  value: { kind, text },
  place: kind === 'flag' ? '--overlay' : 'AI_OVERLAY',
});

/** As editors judge it. */
const hasForm = (name: string): boolean => {
  const { pattern = '', maxLength = 0 } = schema.overlay.type.json as {
    pattern?: string;
    maxLength?: number;
  };
  return name.length <= maxLength && new RegExp(pattern, 'u').test(name);
};

const overlayOf = (...values: LayerValue[]): readonly string[] | undefined =>
  resolveSettings([{ origin: 'test', values }]).settings.overlay;

function problemOf(...values: LayerValue[]): string {
  try {
    return `none: ${overlayOf(...values)?.join()}`;
  } catch (error) {
    const { facts } = error as AiError<'AI_SETTING_INVALID'>;
    return facts.problems.map(({ origin, key, problem }) => `${origin} ${key} ${problem}`).join();
  }
}

describe('names', () => {
  it.each(['node_modules', '.venv', 'web/dist', './dist', 'a b', 'app/[slug]/out', '..x', 'git'])(
    'may be %j',
    (name) => {
      expect(overlayOf(inFile([name]), asText('flag', `${name}x`))).toEqual([name, `${name}x`]);
      expect(overlayOf(inFile(name))).toEqual([name]);
      expect(hasForm(name)).toBe(true);
    },
  );

  it('may end in a slash, as in .gitignore', () => {
    expect(['node_modules/', 'web/dist//', 'a/b/c/'].map(hasForm)).toEqual([true, true, true]);
    expect(overlayOf(inFile(['node_modules/', 'web/dist//']))).toEqual([
      'node_modules',
      'web/dist',
    ]);
  });

  it.each([
    ['', 'must name a directory'],
    [' ', 'must name a directory'],
    ['.', 'must name a directory'],
    ['./', 'must name a directory'],
    ['/', 'must name a directory'],
    ['/abs', 'must stay in the project'],
    ['~/x', 'must stay in the project'],
    ['..', 'must stay in the project'],
    ['../x', 'must stay in the project'],
    ['a/../b', 'must stay in the project'],
    ['./../b', 'must stay in the project'],
    ['a//b', 'must be a plain path'],
    ['a/./b', 'must be a plain path'],
    ['.git', 'must not be .git or in it'],
    ['.GIT/hooks', 'must not be .git or in it'],
    ['sub/.git', 'must not be .git or in it'],
    ['a\nb', 'must be one line'],
    ['a\0b', 'must be one line'],
    ['packages/*/dist', 'must be a name, not a pattern'],
    ['!node_modules', 'must be a name, not a pattern'],
    ['node_modules,target', 'must be one name'],
    ['x'.repeat(1001), 'must not have more than 1000 letters'],
  ])('may not be %j, in any layer', (name, problem) => {
    expect(problemOf(inFile(['target', name]))).toContain(`config.yaml:3 overlay.1 ${problem}`);
    expect(problemOf(inFile(name))).toContain(`config.yaml:1 overlay ${problem}`);
    expect(problemOf(asText('flag', name))).toContain('--overlay overlay must be a list of');
    expect(hasForm(name)).toBe(false);
  });

  it('are to editors what they are to ai', () => {
    const parts = [
      'a',
      '.',
      '..',
      '/',
      '.git',
      '.GIT',
      ' ',
      '~',
      '!',
      '*',
      ',',
      '\n',
      '\u0085',
      './',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 7 }), (some) => {
        const name = some.join('');
        expect(hasForm(name)).toBe(schema.overlay.type.fromData(name) !== undefined);
      }),
      { numRuns: 3000 },
    );
  });

  it('are texts, and not too many', () => {
    expect(problemOf(inFile([7]))).toBe('config.yaml:2 overlay.0 must be a text');
    expect(problemOf(inFile(true))).toMatch(/must be a list of directories .* or off, not “true”/);
    expect(problemOf(inFile(Array.from({ length: 51 }, () => 'a')))).toContain('may hold 50 names');
  });

  it('stand one a line in a variable', () => {
    expect(overlayOf(asText('text', 'node_modules\ntarget'))).toEqual(['node_modules', 'target']);
  });
});

describe('layers', () => {
  it('add up', () => {
    expect(overlayOf()).toBeUndefined();
    expect(overlayOf(inFile(['a']), asText('text', 'b'))).toEqual(['a', 'b']);
  });

  it.each([
    ['off', inFile('off')],
    ['an empty list', inFile([])],
    ['--no-overlay', asText('flag', 'off')],
    ['AI_OVERLAY', asText('text', 'off')],
  ])('before %s do not count, those after it do', (_what, off) => {
    expect(overlayOf(inFile(['a']), off)).toEqual(['off']);
    expect(overlayOf(inFile(['a']), off, asText('flag', 'b'))).toEqual(['off', 'b']);
  });

  it('are written as they are read', () => {
    const { type } = schema.overlay;
    for (const data of ['off', ['a', 'b'], ['off', 'a']])
      expect(asData(type, type.fromData(data) ?? [])).toEqual(data);
  });
});

describe('of a project that nobody trusts', () => {
  const counts = (data: unknown): boolean =>
    sortByTrust({ origin: 'x', values: [inFile(data)] }, []).harmless.values.length === 1;

  it.each([['node_modules'], [['.venv', 'target']]])('%j counts', (data) => {
    expect(counts(data)).toBe(true);
  });

  // What a run writes into `src` would never reach the user; and off opens what the user keeps apart.
  it.each([['off'], [[]], ['src'], [['node_modules', 'src']], ['a/node_modules'], [7]])(
    '%j does not count',
    (data) => {
      expect(counts(data)).toBe(false);
    },
  );

  it('what it does is said', () => {
    expect(effectsOf([inFile(['off', 'src'])], [])).toEqual([
      'let the run write into the directories of which it would have its own',
      'keep src of the project apart: what a run writes there does not reach your files',
    ]);
  });
});
