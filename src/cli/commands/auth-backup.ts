// ai auth backup and ai auth restore: all logins and settings at one moment, and those of one assistant before a change.

import type { CommandCall, CommandHandler } from '../commands.ts';
import type { Assistant } from '../../assistants/assistant.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { formatSize } from '../../base/units.ts';
import { settle } from '../../launch/settle.ts';
import { isAtTerminal } from '../../launch/world.ts';
import { listBackups, makeBackup, pruneBackups, type BackupSet } from '../../state/backup-sets.ts';
import { restoreBackup } from '../../state/restore.ts';
import { restoreVersions, versionsToRestore } from '../../state/restore-version.ts';
import { truthOfAssistant } from '../../state/take-over.ts';
import type { Settings } from '../../settings/schema.ts';
import { formatTable } from '../table.ts';
import { print, say } from './answer.ts';
import { oneAssistant } from './auth.ts';

export const backup: CommandHandler = async (call) => {
  const { world, options } = call;
  const { stateDirectory, streams } = world;
  if (options.extra['list'] === true) {
    const sets = listBackups(stateDirectory);
    if (options.plain.json) print(call, { backups: sets.map(asData) });
    else if (sets.length === 0) say(call, 'there is no backup yet: ai auth backup  makes one');
    else {
      const rows = sets.map((set) => [set.name, String(set.files.length), sizeOf(set), set.reason]);
      streams.stdout.write(
        await formatTable(['TIME', 'FILES', 'SIZE', 'WHY'], rows, streams.stdout),
      );
    }
    return exitCodes.ok;
  }
  const { settings } = await settle(world, options.settings, options.plain);
  const made = makeBackup(stateDirectory, 'ai auth backup');
  if (made) pruneBackups(stateDirectory, settings.backups);
  if (options.plain.json) print(call, { backup: made ? asData(made) : null });
  else if (made === undefined) say(call, 'there is nothing to back up yet');
  else say(call, `backed up ${made.files.length} files (${sizeOf(made)}) in ${made.directory}`);
  return exitCodes.ok;
};

export const restore: CommandHandler = async (call) => {
  const { settings } = await settle(call.world, call.options.settings, call.options.plain);
  const assistant = oneAssistant(settings, call.words, 'restore');
  const from = call.options.extra['from'];
  const time = typeof from === 'string' ? from : undefined;
  return assistant === undefined
    ? restoreAll(call, time)
    : restoreOne(call, { assistant, settings }, time);
};

async function restoreAll(call: CommandCall, from: string | undefined): Promise<number> {
  const { world } = call;
  const sets = listBackups(world.stateDirectory);
  const set = sets.find(({ name }) => from === undefined || name.startsWith(from));
  if (set === undefined)
    throw new AiError('AI_BACKUP_MISSING', {
      wanted: from === undefined ? 'yet' : `from ${from}`,
      have: sets.map(({ name }) => name),
    });
  const what = `${set.files.length} files as of ${set.name} (${set.reason})`;
  if (!(await agreed(call, `Bring back ${what}?`))) return exitCodes.failed;
  await restoreBackup(world.stateDirectory, set);
  done(call, what, { set: set.name });
  return exitCodes.ok;
}

async function restoreOne(
  call: CommandCall,
  { assistant, settings }: { assistant: Assistant; settings: Settings },
  from: string | undefined,
): Promise<number> {
  const { name } = assistant;
  const { stateDirectory } = call.world;
  const { profile, backups } = settings;
  const truth = truthOfAssistant(name, { stateDirectory, profile, backups });
  const versions = versionsToRestore(truth, assistant, from);
  const what = versions
    .map((version) => `${version.name} as it was until ${version.time}`)
    .join(', ');
  if (!(await agreed(call, `Bring back ${what}?`))) return exitCodes.failed;
  const place = { stateDirectory, profile, name };
  await restoreVersions(truth, assistant, { versions, place });
  done(call, what, { assistant: name, versions });
  return exitCodes.ok;
}

/** @throws AiError AI_USAGE where nobody can be asked */
async function agreed(call: CommandCall, question: string): Promise<boolean> {
  if (call.options.plain.dryRun) {
    say(call, `would ${question.replace('Bring', 'bring').replace(/\?$/, '')}`);
    return false;
  }
  if (await call.world.confirm(question)) return true;
  if (!isAtTerminal(call.world))
    throw new AiError('AI_USAGE', {
      problem: `nobody can be asked here: ${question}`,
      next: 'the same with --yes',
    });
  say(call, 'nothing was changed');
  return false;
}

function done(call: CommandCall, what: string, data: object): void {
  if (call.options.plain.json) print(call, { restored: true, ...data });
  else say(call, `brought back ${what}; if a login was renewed since, log in again`);
}

const sizeOf = ({ files }: BackupSet): string =>
  formatSize(files.reduce((sum, { size }) => sum + size, 0));

const asData = ({ name, directory, reason, files }: BackupSet): object => ({
  name,
  directory,
  reason,
  files: files.map(({ path, size }) => ({ path, size })),
});
