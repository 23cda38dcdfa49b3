// The page of every error code: there, short, different from the others, and right about commands.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandActions } from '../../../src/cli/command-actions.ts';
import { dispatch } from '../../../src/cli/dispatch.ts';
import type { PageCode } from '../../../src/cli/error-pages/page.ts';
import { areas, pageCodes, pageOf } from '../../../src/cli/error-pages/pages.ts';
import { pageAsText, pagesAsMarkdown } from '../../../src/cli/error-pages/render.ts';

const root = path.join(import.meta.dirname, '../../..');

describe.each(pageCodes)('the page of %s', (code) => {
  const { summary, means, causes, remedies } = pageOf(code);

  it('says what it means, why, and what to do, in short', () => {
    expect(summary).toMatch(/^[a-z].{8,70}[^.]$/);
    expect(means).toMatch(/^\S.*[.]$/);
    expect(causes.length).toBeGreaterThan(0);
    for (const cause of causes) expect(cause).toMatch(/^\S.*[^.]$/);
    expect(remedies.length).toBeGreaterThan(0);
    for (const remedy of remedies)
      expect(remedy).toEqual(
        typeof remedy === 'string'
          ? expect.stringMatching(/^[A-Z].*\.$/)
          : [expect.stringMatching(/^\S+/), expect.stringMatching(/^\S.*[^.]$/)],
      );
    const lines = pageAsText(code, 80).split('\n');
    expect(lines.filter((line) => line !== '').length).toBeLessThanOrEqual(20);
    for (const line of lines) expect(line).not.toMatch(/undefined|\[object|`| $/);
  });

  it('names only commands that there are', () => {
    for (const words of commandsIn(code)) {
      const call = dispatch(words);
      const actions = { ...commandActions }[call.command as keyof typeof commandActions] as
        readonly (readonly [string, string])[] | undefined;
      const [action] = call.words;
      if (actions && action !== undefined)
        expect(actions.map(([name]) => name.split(' ')[0])).toContain(action);
      if (call.command === 'run' && call.words[0] !== undefined)
        expect(call.words[0]).toMatch(/^(claude|--)$/);
    }
  });
});

/** The words after `ai` of each command in the page, in the columns of commands and in sentences. */
function commandsIn(code: PageCode): readonly string[][] {
  const { means, causes, remedies } = pageOf(code);
  const quoted = [means, ...causes, ...remedies.flat()].flatMap((text) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner),
  );
  const alone = remedies.flatMap((remedy) => (typeof remedy === 'string' ? [] : [remedy[0]]));
  return [...quoted, ...alone].flatMap((text) => {
    const [program, ...words] = shellWords(text.replace(/^sudo /, ''));
    return program === 'ai' ? [words] : [];
  });
}

const shellWords = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );

it('commands of pages are looked at: an unknown one would be found', () => {
  expect(shellWords(`ai -v "$HOME/a b:/x" '!/y/' z`)).toEqual([
    ...['ai', '-v', '$HOME/a b:/x', '!/y/', 'z'],
  ]);
  expect(pageCodes.flatMap(commandsIn).length).toBeGreaterThan(40);
  expect(() => dispatch(['explian'])).toThrow('AI_UNKNOWN_NAME');
});

it('no two pages are the same', () => {
  const texts = pageCodes.map((code) => pageAsText(code, 80).replaceAll(code, ''));
  expect(new Set(texts).size).toBe(pageCodes.length);
  for (const part of ['summary', 'means'] as const)
    expect(new Set(pageCodes.map((code) => pageOf(code)[part])).size).toBe(pageCodes.length);
});

it('codes that the inside of a container says have pages, too', () => {
  const inside = path.join(root, 'templates/inside');
  const text = readdirSync(inside)
    .map((file) => readFileSync(path.join(inside, file), 'utf8'))
    .join('\n');
  const codes = [...text.matchAll(/\((AI_[A-Z_]+)\)/g)].map(([, code = '']) => code);
  expect(codes).toContain('AI_MOUNT_CHANGED');
  expect(pageCodes).toEqual(expect.arrayContaining(codes));
});

describe('docs/errors.md', () => {
  const text = readFileSync(path.join(root, 'docs/errors.md'), 'utf8');

  it('has a section for each code, and an index that leads there', () => {
    const sections = [...text.matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(sections).toEqual(pageCodes);
    // GitHub's anchors: in small letters, underscores stay.
    const links = [...text.matchAll(/\]\(#(\S+)\)/g)].map(([, anchor]) => anchor);
    expect(links).toEqual(pageCodes.map((code) => code.toLowerCase()));
  });

  it('comes from the table, each code in one area', () => {
    expect(areas.flatMap(([, codes]) => codes)).toEqual(pageCodes);
    for (const code of pageCodes) expect(pagesAsMarkdown()).toContain(pageOf(code).summary);
  });
});
