// ai changes: what the last run of this project has changed of the files that this machine runs later.

import { path } from '../../base/path.ts';
import type { CommandHandler } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { diffLines, type DiffLine } from '../../base/line-diff.ts';
import { quoteForShell, showAsJson, showOnOneLine } from '../../base/quote.ts';
import { wordsForReplaced } from '../../launch/executable-words.ts';
import { settle } from '../../launch/settle.ts';
import type { ExecutableChange } from '../../plan/executable-files.ts';
import { readProject } from '../../read/project.ts';
import { readChanges, type RunChanges } from '../../state/executables.ts';
import { localTime } from '../local-time.ts';
import { makePalette } from '../palette.ts';
import { isPlain } from '../plain.ts';
import { formatTable } from '../table.ts';

/** Lines that are shown of one file. */
const mostLines = 60;

export const changes: CommandHandler = async ({ world, options, words }) => {
  const [name, ...more] = words;
  if (more.length > 0)
    throw new AiError('AI_USAGE', { problem: 'ai changes takes one run', next: 'ai changes RUN' });
  const { project: settled } = await settle(world, options.settings, options.plain);
  const directory = path.resolve(world.directory, options.plain.directory ?? '.');
  const project =
    settled ??
    readProject(directory, { ...world, allowAnyRoot: options.plain.allowRootDir === true });
  const { runs } = readChanges(world.stateDirectory, project.id);
  const run = name === undefined ? runs[0] : runs.find((one) => one.run === name);
  if (run === undefined && name !== undefined) throw new AiError('AI_RUN_NOT_FOUND', { name });
  const earlier = runs.filter((one) => one !== run && one.changes.length > 0);
  const covered = run && world.redactor.coverData(run);
  const { stdout } = world.streams;
  if (options.plain.json)
    stdout.write(
      `${showAsJson({ root: project.root, last: covered ?? null, earlier: earlier.map(summary) }, 2)}\n`,
    );
  else {
    if (covered === undefined)
      world.emit({ type: 'note', text: 'no run of this project has ended yet' });
    else stdout.write(await asText(covered, stdout));
    if (name === undefined && earlier.length > 0)
      world.emit({
        type: 'note',
        text: `earlier runs with changes: ${earlier.map((one) => `ai changes ${quoteForShell(one.run)}`).join(', ')}`,
      });
  }
  return 0;
};

const summary = ({ run, assistant, ended, changes: all }: RunChanges): object => ({
  run,
  assistant,
  ended,
  paths: all.map(({ path: file }) => file),
});

async function asText(run: RunChanges, stdout: NodeJS.WritableStream): Promise<string> {
  // Worktrees share what is kept: which of them it was.
  const title = `run ${run.run} (${run.assistant}) in ${run.root}, ended ${localTime(run.ended)}`;
  const more = [
    ...(run.complete ? [] : ['not all of the project could be looked at']),
    ...wordsForReplaced(run.replaced ?? []),
  ];
  const unseen = more.map((line) => `\n${line}\n`).join('');
  if (run.changes.length === 0)
    return `${showOnOneLine(title)}: nothing changed ${run.complete ? 'that this machine runs later' : 'of what was looked at'}\n${unseen}`;
  const rows = run.changes.map(({ change, kind, path: file }) => [change, kind, file]);
  const table = await formatTable(['CHANGE', 'KIND', 'FILE'], rows, stdout);
  const diffs = run.changes.map((change) => diffOf(change, stdout)).join('');
  return `${showOnOneLine(title)}\n\n${table}${diffs}${unseen}`;
}

function diffOf(
  { path: file, change, before, after }: ExecutableChange,
  stream: NodeJS.WritableStream,
): string {
  const { bold, dim } = makePalette(stream);
  const isWhole =
    (change === 'added' || before !== undefined) && (change === 'removed' || after !== undefined);
  if (!isWhole || change === 'removed') return '';
  const lines = diffLines(before ?? '', after ?? '');
  const shown = lines.slice(0, mostLines).map(({ sign, text }) => {
    const mark = isPlain(stream) ? signWords[sign] : sign;
    const line = `${mark} ${showOnOneLine(text.replaceAll('\t', '    '))}`.trimEnd();
    return `  ${styled(sign, stream)(line)}`;
  });
  const more = lines.length - shown.length;
  return [
    '',
    bold(showOnOneLine(file)),
    ...(lines.length === 0 ? [dim('  the same text, executable or not')] : shown),
    ...(more > 0 ? [dim(`  ${isPlain(stream) ? 'and' : '…'} ${more} more lines`)] : []),
    '',
  ].join('\n');
}

/** Marks are easily passed over by whatever reads them aloud. */
const signWords: Readonly<Record<DiffLine['sign'], string>> = {
  '+': 'added:',
  '-': 'removed:',
  ' ': 'as before:',
  '…': 'further down:',
};

function styled(sign: DiffLine['sign'], stream: NodeJS.WritableStream): (text: string) => string {
  const { red, green, dim } = makePalette(stream);
  return { '+': green, '-': red, ' ': dim, '…': dim }[sign];
}
