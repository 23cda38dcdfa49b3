// What is to be said of what crashes have left, and of files that are damaged.

import { path } from '../../base/path.ts';
import { quoteForShell } from '../../base/quote.ts';
import type { StateFacts } from '../../launch/doctor/look-state.ts';
import { count, listed, ok, skipped, warning, type Finding } from './finding.ts';

export const judgeState = (facts: StateFacts): readonly Finding[] => [
  judgeRuns(facts),
  judgeContainers(facts),
  judgeLocks(facts),
  ...judgeRestoration(facts),
  ...judgeDamaged(facts),
];

function judgeRuns({ left }: StateFacts): Finding {
  const id = 'state.runs';
  if (left.length === 0) return ok(id, 'no run was cut off');
  const names = left.map(({ id: run, assistant }) => (assistant ? `${run} (${assistant})` : run));
  const unsaved = left.some(({ isUnsaved }) => isUnsaved);
  const wait = unsaved ? '; what it has changed of logins and settings is not saved yet' : '';
  const [elsewhere] = left.flatMap((run) => run.elsewhere ?? []);
  return warning(
    id,
    `${count(left.length, 'run')} ${left.length === 1 ? 'was' : 'were'} cut off: ${listed(names)}${wait}`,
    elsewhere === undefined
      ? 'ai clean  finishes it, as the next ai does'
      : `ai --host ${quoteForShell(elsewhere)} clean  finishes it where its container is`,
    // Of one elsewhere only its logins and settings can be saved from here.
    unsaved || left.some((run) => run.elsewhere === undefined) ? { mend: { kind: 'runs' } } : {},
  );
}

function judgeContainers({ containers }: StateFacts): Finding {
  const id = 'state.containers';
  if (containers === undefined) return skipped(id, 'not looked at: no engine is in reach');
  if (containers.length === 0) return ok(id, 'no container is left over');
  return warning(
    id,
    `${count(containers.length, 'container')} of yours that no ai waits for: ${listed(containers.map(({ name }) => name))}`,
    'ai clean',
    { mend: { kind: 'runs' } },
  );
}

function judgeLocks({ locks }: StateFacts): Finding {
  const id = 'state.locks';
  if (locks.length === 0) return ok(id, 'no lock is left over');
  return warning(
    id,
    `${count(locks.length, 'lock')} of processes that are gone (in nobody’s way): ${listed(locks)}`,
    'ai doctor --fix',
    { mend: { kind: 'locks', files: locks } },
  );
}

const judgeRestoration = ({ isRestoring }: StateFacts): readonly Finding[] =>
  isRestoring
    ? [
        warning(
          'state.restoration',
          'a restoration of logins was cut short',
          'ai doctor --fix  finishes it, as the next ai does',
          { mend: { kind: 'restoration' } },
        ),
      ]
    : [];

function judgeDamaged({ aside, backups, trust }: StateFacts): readonly Finding[] {
  const found = [
    ...aside.map((file) =>
      warning(
        'state.damaged',
        `${file} could not be understood, and was put aside`,
        `ai auth restore ${assistantOf(file)}  if something is missing; then rm ${quoteForShell(file)}`,
      ),
    ),
    ...backups.map((directory) =>
      warning(
        'state.backups',
        `the backup ${path.basename(directory)} is damaged, and cannot be restored`,
        `ai auth backup  makes another one; then rm -r ${quoteForShell(directory)}`,
      ),
    ),
    ...(trust === undefined
      ? []
      : [
          warning(
            'state.trust',
            `no project is trusted: ${trust.path}: ${trust.why}`,
            `mv ${quoteForShell(trust.path)} ${quoteForShell(`${trust.path}.old`)}  and answer anew: ai trust`,
          ),
        ]),
  ];
  return found.length > 0 ? found : [ok('state.files', 'nothing that is kept is damaged')];
}

/** `…/global_state/claude/x.corrupt-…`; in a profile its logins need to be named. */
function assistantOf(file: string): string {
  const [, profile, name = ''] =
    /(?:\/profiles\/([^/]+))?\/global_state\/([^/]+)\//.exec(file) ?? [];
  const of = profile === undefined ? '' : ` --profile ${quoteForShell(profile)}`;
  return `${quoteForShell(name)}${of}`;
}
