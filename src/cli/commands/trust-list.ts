// ai trust --list: every project whose settings the user has said yes or no to.

import type { CommandCall } from '../commands.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { readTrust } from '../../state/trust-store.ts';
import { formatTable } from '../table.ts';
import { print, say } from './answer.ts';

export async function list(call: CommandCall): Promise<number> {
  const { streams, stateDirectory, emit } = call.world;
  const { projects, trouble } = readTrust(stateDirectory);
  if (trouble !== undefined) emit({ type: 'warning', text: `no project is trusted: ${trouble}` });
  const known = projects.map(({ id, root, records }) => ({
    project: id,
    root,
    trusted: filesOf(records, true),
    refused: filesOf(records, false),
  }));
  if (call.options.plain.json) print(call, known);
  else if (known.length === 0) say(call, 'no project is trusted');
  else {
    const rows = known.map(({ root, trusted, refused }) => [
      root,
      trusted.join(', ') || '-',
      refused.join(', ') || '-',
    ]);
    streams.stdout.write(
      await formatTable(['PROJECT', 'TRUSTED', 'REFUSED'], rows, streams.stdout),
    );
  }
  return exitCodes.ok;
}

/** Several contents of one file may have been answered about: a branch has one, the next another. */
const filesOf = (
  records: readonly { file: string; trusted: boolean }[],
  trusted: boolean,
): readonly string[] => [
  ...new Set(records.filter((one) => one.trusted === trusted).map(({ file }) => file)),
];
