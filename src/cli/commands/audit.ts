// ai audit: what runs have done with what is the user's, as audit.jsonl has it.

import { AiError } from '../../base/errors.ts';
import { showAsJson } from '../../base/quote.ts';
import { tellLeftNative } from '../../launch/audit-run.ts';
import { settle } from '../../launch/settle.ts';
import { readAudit, type AuditEntry } from '../../journal/read-audit.ts';
import { auditDetails } from '../audit-words.ts';
import { localTime } from '../local-time.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { formatTable } from '../table.ts';

/** Lines of the table where nothing else is said. */
const usual = 50;

export const audit: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const [action = 'show', ...more] = words;
  if (action !== 'show' || more.length > 0)
    throw new AiError('AI_USAGE', {
      problem: `ai audit has no action “${words.join(' ')}”`,
      next: 'ai audit --help',
    });
  const project = options.extra['all'] === true ? undefined : await projectOf(call);
  const run = textOf(options.extra['run']);
  const most = countOf(options.extra['lines']);
  tellLeftNative(world);
  const { entries, broken } = readAudit(world.stateDirectory, { project, run });
  if (broken > 0)
    world.emit({ type: 'warning', text: `${broken} lines of audit.jsonl cannot be read` });
  if (options.plain.json) {
    const shown = world.redactor.coverTelling(entries.slice(-(most ?? entries.length)));
    world.streams.stdout.write(`${showAsJson(most === 0 ? [] : shown, 2)}\n`);
    return 0;
  }
  await print(call, entries, most ?? usual);
  return 0;
};

async function print(
  { world, options }: CommandCall,
  entries: readonly AuditEntry[],
  most: number,
): Promise<void> {
  const { streams, emit, redactor } = world;
  const isOfAll = options.extra['all'] === true;
  if (entries.length === 0) {
    const next = isOfAll ? '' : ' of this project (of all: ai audit --all)';
    emit({ type: 'note', text: `nothing is recorded yet${next}` });
    return;
  }
  const shown = most === 0 ? [] : entries.slice(-most);
  const rows = redactor
    .coverData(shown)
    .map((entry) => [
      localTime(entry.time),
      text(entry['run']),
      ...(isOfAll ? [text(entry['project'])] : []),
      entry.what,
      auditDetails(entry),
    ]);
  const head = ['TIME', 'RUN', ...(isOfAll ? ['PROJECT'] : []), 'WHAT', 'DETAILS'];
  streams.stdout.write(await formatTable(head, rows, streams.stdout));
  const older = entries.length - shown.length;
  if (older > 0)
    emit({ type: 'note', text: `${older} older lines: ai audit -n ${entries.length}` });
}

/** Where no run could start, there is none to tell of. */
async function projectOf({ world, options }: CommandCall): Promise<string> {
  const { project } = await settle(world, options.settings, options.plain);
  // As it stands in the lines.
  if (project !== undefined) return world.redactor.coverTelling(project.root);
  throw new AiError('AI_USAGE', { problem: 'this is not a project', next: 'ai audit --all' });
}

function countOf(given: unknown): number | undefined {
  const words = textOf(given);
  if (words === undefined) return undefined;
  if (/^\d{1,9}$/.test(words)) return Number(words);
  throw new AiError('AI_USAGE', {
    problem: `“${words}” is not a number of lines`,
    next: 'ai audit -n 20',
  });
}

const textOf = (given: unknown): string | undefined =>
  typeof given === 'string' ? given : undefined;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
