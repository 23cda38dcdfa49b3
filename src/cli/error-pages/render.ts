// The page of an error code as text for a terminal, as Markdown, and as data. Pure.

import { AiError, type ErrorCode } from '../../base/errors.ts';
import { errorLines, unseenLook, type ErrorLook } from '../error-lines.ts';
import { hang, pairs, wrap } from '../layout.ts';
import type { PageCode, Remedy } from './page.ts';
import { areas, pageOf } from './pages.ts';

/** @param width Infinity for plain words, where no line is to be broken */
export function pageAsText(code: PageCode, width: number): string {
  const { summary, means, causes, remedies } = pageOf(code);
  const plain = width === Infinity;
  return [
    ...hang(`${code}: ${summary}`, width),
    '',
    ...wrap(withoutMarks(means), width),
    '',
    'Usual causes:',
    ...causes.flatMap((cause) =>
      plain ? [`  ${withoutMarks(cause)}`] : hang(`  - ${withoutMarks(cause)}`, width),
    ),
    '',
    'What to do:',
    ...remedyLines(remedies, width),
    '',
    'How it looks:',
    ...exampleOf(code, { ...unseenLook, plain, width: width - 2 }).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** Commands side by side with what they do; sentences between them. */
function remedyLines(remedies: readonly Remedy[], width: number): readonly string[] {
  const commands = remedies.flatMap((remedy) =>
    typeof remedy === 'string' ? [] : [[remedy[0], withoutMarks(remedy[1])] as const],
  );
  const sentences = remedies.filter((remedy) => typeof remedy === 'string');
  return [
    ...sentences.flatMap((sentence) => hang(`  ${withoutMarks(sentence)}`, width, '  ')),
    ...pairs(commands, width),
  ];
}

export function pageAsData(code: PageCode): object {
  const { summary, means, causes, remedies } = pageOf(code);
  return {
    code,
    summary,
    means: withoutMarks(means),
    causes: causes.map(withoutMarks),
    remedies: remedies.map((remedy) =>
      typeof remedy === 'string'
        ? { command: null, effect: withoutMarks(remedy) }
        : { command: remedy[0], effect: withoutMarks(remedy[1]) },
    ),
    example: exampleOf(code, unseenLook),
  };
}

/** docs/errors.md: an index by area, and a section for each code. */
export function pagesAsMarkdown(): string {
  return [
    '# Errors',
    '',
    'Every error of `ai` ends with a code. `ai explain CODE` prints the same as stands here. (Made by `npm run generate` from [src/cli/error-pages](../src/cli/error-pages).)',
    '',
    ...areas.flatMap(([title, codes]) => [
      `**${title}**`,
      '',
      ...codes.map((code) => `- [${code}](#${code.toLowerCase()}): ${pageOf(code).summary}`),
      '',
    ]),
    ...areas.flatMap(([, codes]) => codes).flatMap(sectionOf),
  ].join('\n');
}

function sectionOf(code: PageCode): readonly string[] {
  const { summary, means, causes, remedies } = pageOf(code);
  return [
    `## ${code}`,
    '',
    `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}. ${means}`,
    '',
    'Usual causes:',
    '',
    ...causes.map((cause) => `- ${cause}`),
    '',
    'What to do:',
    '',
    ...remedies.map((remedy) =>
      typeof remedy === 'string' ? `- ${remedy}` : `- \`${remedy[0]}\` ${remedy[1]}`,
    ),
    '',
    '```text',
    ...exampleOf(code, unseenLook),
    '```',
    '',
  ];
}

/** The message itself, in the words that it really has. */
function exampleOf(code: PageCode, look: ErrorLook): readonly string[] {
  const { example } = pageOf(code);
  if (typeof example === 'string') return [example];
  return errorLines(new AiError(code as ErrorCode, example), look);
}

const withoutMarks = (text: string): string => text.replaceAll('`', '');
