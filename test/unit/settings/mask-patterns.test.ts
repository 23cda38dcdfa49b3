// The setting `mask`: patterns that would hide nothing are errors at their place, and only those who are trusted show again.

import { describe, expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { resolveSettings, type LayerValue } from '../../../src/settings/layers.ts';
import { schema } from '../../../src/settings/schema.ts';

const inFile = (data: unknown): LayerValue => ({
  key: 'mask',
  value: { kind: 'data', data },
  place: 'config.yaml:1',
  placeOf: (path) => `config.yaml:${path.length === 0 ? 1 : Number(path[0]) + 2}`,
});
const flag = (text: string): LayerValue => ({
  key: 'mask',
  value: { kind: 'flag', text },
  place: '--mask',
});

const maskOf = (...values: LayerValue[]): readonly string[] =>
  resolveSettings([{ origin: 'test', values }]).settings.mask;

function problemOf(...values: LayerValue[]): string {
  try {
    return `none: ${maskOf(...values).join()}`;
  } catch (error) {
    const { facts } = error as AiError<'AI_SETTING_INVALID'>;
    return facts.problems.map(({ origin, key, problem }) => `${origin} ${key} ${problem}`).join();
  }
}

describe('patterns', () => {
  it.each(['.env', '/secrets/', '!keep', '**/*.pem', 'a b', String.raw`\#x`, '..x', 'x\\\\', '.'])(
    'may be %j',
    (pattern) => {
      expect(maskOf(inFile([pattern]), flag(pattern))).toEqual([pattern, pattern]);
      expect(maskOf(inFile(pattern))).toEqual([pattern]);
    },
  );

  it.each([
    ['', 'must name something'],
    ['  ', 'must name something'],
    ['/', 'must name something'],
    ['!', 'must name something'],
    ['./.env', 'counts from the project’s root without the dot: write /.env'],
    ['!./.env', 'counts from the project’s root without the dot: write /.env'],
    ['../x', 'must stay in the project'],
    ['a/../../x', 'must stay in the project'],
    ['~/.ssh', 'must stay in the project'],
    ['# a comment', 'would be a comment'],
    ['a\nb', 'must be one line'],
    ['x\\', 'must not end in a backslash'],
    ['a/**/b/**/c/**/d/**/e', 'may hold ** 3 times'],
  ])('may not be %j, in any layer', (pattern, problem) => {
    expect(problemOf(inFile(['.env', pattern]))).toContain(`config.yaml:3 mask.1 ${problem}`);
    expect(problemOf(inFile(pattern))).toContain(`config.yaml:1 mask ${problem}`);
    expect(problemOf(flag(pattern))).toContain('--mask mask must be a list of patterns');
  });

  it('may be some hundreds, not more: every name is held against each', () => {
    const many = Array.from({ length: 301 }, (_, at) => `x${at}`);
    expect(maskOf(inFile(many.slice(1)))).toHaveLength(300);
    expect(problemOf(inFile(many))).toContain('may hold 300 patterns, not 301');
  });

  it.each([[[1]], [{ a: 'b' }], [3]])('are texts, not %j', (data) => {
    expect(problemOf(inFile(data))).toMatch(/^config\.yaml:\d mask\S* must be a/);
  });

  it('of all layers add up, in their order', () => {
    expect(maskOf(inFile(['.env', '*.pem']), flag('!.env'))).toEqual(['.env', '*.pem', '!.env']);
  });
});

describe('a project that nobody trusts', () => {
  const { trust, reachesHost } = schema.mask;

  it('may hide', () => {
    expect(trust).toBe('harmless');
    expect(reachesHost?.(['.env', String.raw`\!odd`], [])).toBe(false);
    expect(reachesHost?.('.env', [])).toBe(false);
  });

  it('may not show what the user hides', () => {
    expect(reachesHost?.(['a', '!.env'], [])).toBe(true);
    expect(reachesHost?.('!.env', [])).toBe(true);
  });
});
