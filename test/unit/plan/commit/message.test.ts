// The message in an assistant's answer: what models put around it, what is wrong with it, and that no answer breaks the reader.

import { describe, expect, it } from 'vitest';
import {
  commitTypes,
  longestHeader,
  readAnswer,
  readEdited,
  typesIn,
} from '../../../../src/plan/commit/message.ts';

const textOf = (answer: string, options = {}): string => {
  const result = readAnswer(answer, options);
  return result.kind === 'message' ? result.message.text : `unfit: ${result.why}`;
};

describe('an answer is read as the message that is in it', () => {
  it.each([
    ['as it is', 'feat: add a button', 'feat: add a button'],
    ['with a scope', 'fix(cli)!: drop -x', 'fix(cli)!: drop -x'],
    ['in a fence', '```\nfeat: add a button\n```', 'feat: add a button'],
    ['in a fence with a language', '```text\nfeat: add\n\nWhy.\n```', 'feat: add\n\nWhy.'],
    ['in a fence of tildes', '~~~~\nfeat: add\n~~~~', 'feat: add'],
    ['in a fence that does not end', '```\nfeat: add a button', 'feat: add a button'],
    ['in double quotes', '"feat: add a button"', 'feat: add a button'],
    ['in quotes over lines', '"feat: add\n\nWhy."', 'feat: add\n\nWhy.'],
    ['in backticks', '`feat: add a button`', 'feat: add a button'],
    ['in bold', '**feat: add a button**', 'feat: add a button'],
    ['behind a preamble', 'Here is the commit message:\n\nfeat: add', 'feat: add'],
    ['behind a preamble that looks like one', 'Note: as asked.\n\nfeat: add', 'feat: add'],
    ['behind a label', 'Commit message: feat: add', 'feat: add'],
    ['behind a label in bold', '**Subject:** feat: add', 'feat: add'],
    ['behind thoughts and in a fence', 'I see a fix: a typo.\n```\ndocs: x\n```', 'docs: x'],
    ['before chatter', 'feat: add\n\nWhy.\n\nLet me know if it fits!', 'feat: add\n\nWhy.'],
    ['with a capital', 'Feat: Add a button', 'feat: Add a button'],
    ['with a full stop', 'feat: add a button.', 'feat: add a button'],
    ['with an ellipsis', 'feat: wait…', 'feat: wait…'],
    ['without the blank line', 'feat: add\nWhy.', 'feat: add\n\nWhy.'],
    ['with too many blank lines', 'feat: add\n\n\n\nOne.\n\n\n\nTwo.', 'feat: add\n\nOne.\n\nTwo.'],
    ['with CR LF', 'feat: add\r\n\r\nWhy.\r\n', 'feat: add\n\nWhy.'],
    [
      'without signatures',
      'feat: add\n\nWhy.\n\nCo-Authored-By: A <a@b.invalid>',
      'feat: add\n\nWhy.',
    ],
    ['without advertising', 'feat: add\n\n🤖 Generated with X', 'feat: add'],
    ['with a footer', 'feat: add\n\nBREAKING CHANGE: no x', 'feat: add\n\nBREAKING CHANGE: no x'],
  ])('%s', (_, answer, message) => {
    expect(textOf(answer)).toBe(message);
  });

  it('without anything that acts on a terminal or hides text', () => {
    const answer =
      '\u001b[31mfeat: a\u001b[0m\u001b]0;title\u0007dd\u0007 x\u202e\u200b\n\n\u009b2Jwhy\u001bPq\u001b\\\u0000 so\rok';
    expect(textOf(answer)).toBe('feat: add x\n\nwhy so\nok');
  });

  it('with long lines of the body broken between words, and lists under themselves', () => {
    const word = 'abcdefghi';
    const long = Array(12).fill(word).join(' ');
    const code = `    ${long}`;
    const link = `https://example.invalid/${'x'.repeat(90)}`;
    const text = textOf(`feat: add\n\n${long}\n\n- ${long}\n\n${code}\n${link}\nRefs: ${link}`);
    const lines = text.split('\n');
    expect(lines.filter((line) => Array.from(line).length > 72)).toEqual([
      code,
      link,
      `Refs: ${link}`,
    ]);
    expect(lines.filter((line) => line.startsWith('- '))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith(`  ${word}`))).toHaveLength(1);
    expect(text.split(word)).toHaveLength(37);
  });

  it('with its type, scope and breaking apart', () => {
    expect(readAnswer('fix(cli)!: drop -x')).toMatchObject({
      message: { type: 'fix', scope: 'cli', breaking: true, header: 'fix(cli)!: drop -x' },
    });
    expect(readAnswer('fix: x\n\nBREAKING CHANGE: y')).toMatchObject({
      message: { type: 'fix', breaking: true },
    });
  });

  it('with a type of the repository’s own', () => {
    expect(typesIn(['deps: raise x', 'feat: y', 'just words', 'deps(a): z'])).toEqual(['deps']);
    expect(textOf('deps: raise', { types: ['deps'] })).toBe('deps: raise');
  });
});

describe('an answer is refused', () => {
  const tooLong = `feat: ${'x'.repeat(longestHeader)}`;
  it.each([
    ['that is empty', ' \n\u001b[0m\n', 'it is empty'],
    ['that says something else', 'I cannot do that.', 'no line of it is of the form'],
    ['with an unknown type', 'feature: add', '“feature” is none of the types feat, fix'],
    ['with nothing behind the colon', 'feat: ', 'no line of it'],
    ['with a long first line', tooLong, `its first line has ${longestHeader + 6} characters`],
    ['with a body without end', `feat: x\n\n${'word '.repeat(2000)}`, 'its body has more than'],
    ['of any size', 'x'.repeat(70_000), 'it is far too long'],
  ])('%s', (_, answer, why) => {
    expect(textOf(answer)).toContain(`unfit: ${why}`);
  });

  it('but a first line that is a little long will do in the end, and is told of', () => {
    expect(readAnswer(tooLong, { isLast: true })).toMatchObject({
      kind: 'message',
      warnings: [`the first line has ${longestHeader + 6} characters, and 72 are the most`],
    });
    expect(textOf(`feat: ${'x'.repeat(100)}`, { isLast: true })).toContain('unfit');
  });
});

it('what the user has written is theirs, and empty is nothing', () => {
  expect(readEdited('\n\nWhatever  \n\n# not a comment\n\n')).toEqual({
    text: 'Whatever\n\n# not a comment',
    header: 'Whatever',
    breaking: false,
  });
  expect(readEdited('fix(a): b')).toMatchObject({ type: 'fix', scope: 'a' });
  expect(readEdited(' \n\t\n')).toBeUndefined();
});

it('no answer breaks the reader, takes it long, or leaves a control in a message', () => {
  const pieces = [
    ...['feat: x', 'fix(a)!: y', 'Note: z', '```', '~~~', '\n', '\n\n', '"', '**', '`', '“', ' '],
    ...['\u001b[1m', '\u001b]8;;', '\u0007', '\u009b', '\u202e', '\ud800', '\r', '\t', '- ', '> '],
    ...['Co-authored-by: x', 'let me know', 'BREAKING CHANGE: q', 'a'.repeat(80), '(((', ': ', '#'],
  ];
  let seed = 8;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed % below;
  };
  let messages = 0;
  for (let round = 0; round < 3000; round++) {
    const answer = Array.from({ length: random(30) }, () => pieces[random(pieces.length)]).join('');
    const result = readAnswer(answer, { isLast: round % 2 === 0 });
    if (result.kind === 'unfit') continue;
    messages++;
    const { text, header, type } = result.message;
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}]/u);
    expect(text.split('\n')[0]).toBe(header);
    expect(text.split('\n')[1] ?? '').toBe('');
    expect(commitTypes).toContain(type);
    expect(Array.from(header).length).toBeLessThanOrEqual(100);
    expect(text).toBe(text.trimEnd());
  }
  expect(messages).toBeGreaterThan(300);
});

it.each([
  ['fences', '```\n'.repeat(16_000)],
  ['escapes', '\u001b]'.repeat(32_000)],
  ['strings to a terminal', '\u001bP'.repeat(32_000)],
  ['quotes', '"'.repeat(64_000)],
  ['headers', 'feat:'.repeat(12_000)],
  ['spaces', `feat: x${' '.repeat(60_000)}y`],
  ['blank lines', `feat: x${'\n'.repeat(60_000)}y`],
  ['colons', 'a (b'.repeat(16_000)],
])('an answer of nothing but %s takes no time', (_, answer) => {
  const start = performance.now();
  readAnswer(answer, { isLast: true });
  expect(performance.now() - start).toBeLessThan(1000);
});
