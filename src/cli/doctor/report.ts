// How findings look: grouped by area, with a mark and a word each, in lines that a narrow terminal can hold.

import { showOnOneLine } from '../../base/quote.ts';
import { columnsOf, wrap } from '../layout.ts';
import { makePalette } from '../palette.ts';
import { isPlain } from '../plain.ts';
import type { AreaFinding } from './checks.ts';
import { count, type FindingState } from './finding.ts';

const marks: Record<FindingState, string> = { ok: '✔', warning: '!', failure: '✘', skipped: '-' };
const widestWord = 7;

/** Columns below which the words of a finding go under its mark. */
const narrow = 60;

/** @param only what is not well, and the last line */
export function formatReport(
  findings: readonly AreaFinding[],
  stream: NodeJS.WritableStream,
  only = false,
): string {
  const { bold, red, green, yellow, dim } = makePalette(stream);
  const styles = { ok: green, warning: yellow, failure: red, skipped: dim };
  if (isPlain(stream)) return plainReport(findings, only);
  const width = Math.max(24, columnsOf(stream) ?? Infinity);
  const shown = shownOf(findings, only);
  const lines: string[] = [];
  let area = '';
  for (const finding of shown) {
    if (finding.area !== area) lines.push(...(lines.length > 0 ? [''] : []), bold(finding.area));
    area = finding.area;
    lines.push(...linesOf(finding, width, styles[finding.state]));
  }
  return [
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    ...lastLines(findings).flatMap((line) => wrap(line, width)),
    '',
  ].join('\n');
}

const shownOf = (findings: readonly AreaFinding[], only: boolean): readonly AreaFinding[] =>
  findings.filter(({ state }) => !only || state === 'warning' || state === 'failure');

/** A line each, for screen readers. */
function plainReport(findings: readonly AreaFinding[], only: boolean): string {
  const lines = shownOf(findings, only).flatMap(({ area, state, summary, detail = [], fix }) => [
    `${area}: ${state}: ${showOnOneLine(summary)}`,
    ...detail.map(showOnOneLine),
    ...(fix === undefined ? [] : [`next: ${showOnOneLine(fix)}`]),
  ]);
  return [...lines, ...lastLines(findings), ''].join('\n');
}

function linesOf(
  { state, summary, detail = [], fix }: AreaFinding,
  width: number,
  style: (text: string) => string,
): readonly string[] {
  const isNarrow = width < narrow;
  const before = isNarrow ? 4 : 2 + 2 + widestWord + 2;
  const indent = ' '.repeat(before);
  const word = isNarrow ? state : state.padEnd(widestWord);
  const head = style(`${marks[state]} ${word}`);
  const [first = '', ...rest] = wrap(showOnOneLine(summary), width - before);
  const top = isNarrow ? [`  ${head}`, indent + first] : [`  ${head}  ${first}`];
  return [
    ...top,
    ...[...rest, ...detail.flatMap((line) => wrap(showOnOneLine(line), width - before))].map(
      (line) => indent + line,
    ),
    ...(fix === undefined
      ? []
      : fixLines(showOnOneLine(fix), width - before).map((line) => indent + line)),
  ];
}

/** The command on a line of its own, whole, so that it can be copied; words about it behind or below. */
function fixLines(fix: string, room: number): readonly string[] {
  const at = fix.indexOf('  ');
  if (at < 0 || fix.length + 2 <= room) return [`→ ${fix}`];
  return [
    `→ ${fix.slice(0, at)}`,
    ...wrap(fix.slice(at).trim(), room - 2).map((line) => `  ${line}`),
  ];
}

function lastLines(findings: readonly AreaFinding[]): readonly string[] {
  const of = (state: FindingState): number =>
    findings.filter((finding) => finding.state === state).length;
  const [warnings, failures, left] = [of('warning'), of('failure'), of('skipped')];
  const counts = [
    `${of('ok')} ok`,
    count(warnings, 'warning'),
    count(failures, 'failure'),
    ...(left > 0 ? [`${left} not looked at`] : []),
  ].join(', ');
  if (warnings + failures === 0) return [`all is well: ${counts}`];
  const mendable = findings.filter(
    ({ mend }) => mend !== undefined && mend.kind !== 'image',
  ).length;
  return [
    counts,
    ...(mendable > 0
      ? [
          `ai doctor --fix  mends ${mendable === warnings + failures ? 'that' : `${mendable} of them`}`,
        ]
      : []),
  ];
}
