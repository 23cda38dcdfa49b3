// ai auth import and ai auth migrate: logins that stand elsewhere on this machine, taken over and kept in step.

import { path } from '../../base/path.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { importGitHub } from '../../launch/import-github.ts';
import { importKeychain } from '../../launch/import-keychain.ts';
import { migrate } from '../../launch/migrate.ts';
import { settle } from '../../launch/settle.ts';
import { readProject } from '../../read/project.ts';
import {
  findOfFunctions,
  findOfGemini,
  findOfHost,
  findOfProject,
} from '../../state/found-files.ts';
import { takeOver, type Taken } from '../../state/take-over.ts';
import { print, say } from './answer.ts';
import { assistantsNamed } from './auth.ts';

export const importLogins: CommandHandler = async (call) => {
  const { world, options } = call;
  const { settings } = await settle(world, options.settings, options.plain);
  const { stateDirectory, home } = world;
  const { profile, backups } = settings;
  const dryRun = options.plain.dryRun === true;
  const words = call.words.filter((word) => word !== 'gh');
  const isAll = call.words.length === 0;
  const assistants = assistantsOf(settings.assistants);
  const wanted = isAll ? [...assistants.values()] : assistantsNamed(settings, words);
  const how = { stateDirectory, profile, backups, now: Date.now(), dryRun, assistants };
  const files = wanted.flatMap((assistant) => findOfHost(home, assistant));
  const taken = [
    ...(await takeOver(files, { ...how, mirror: true })),
    ...(wanted.some(({ name }) => name === 'claude') ? await importKeychain(world, how) : []),
  ];
  const gitHub = isAll || call.words.includes('gh') ? importGitHub(world, dryRun) : undefined;
  report(call, taken, gitHub === undefined ? [] : [gitHub]);
  return exitCodes.ok;
};

export const migrateLogins: CommandHandler = async (call) => {
  const { world, options } = call;
  const { stateDirectory, home } = world;
  const directory = path.resolve(world.directory, options.plain.directory ?? '.');
  const { root } = readProject(directory, { home, stateDirectory, allowAnyRoot: true });
  const files = [...findOfFunctions(stateDirectory), ...findOfGemini(home), ...findOfProject(root)];
  const dryRun = options.plain.dryRun === true;
  const { taken, backup } = await migrate(world, files, { dryRun });
  report(call, taken, backup === undefined ? [] : [`backup: ${backup}`]);
  return exitCodes.ok;
};

/** Names of files alone: what they hold is nobody's to read on a screen. */
function report(call: CommandCall, taken: readonly Taken[], more: readonly string[]): void {
  const { plain } = call.options;
  if (plain.json) {
    const files = taken.map(({ file, assistant, name, what, isLogin }) => ({
      ...{ file, assistant, name, what, isLogin },
    }));
    print(call, { dryRun: plain.dryRun === true, files, notes: more });
    return;
  }
  const verbs = {
    taken: plain.dryRun ? 'would take' : 'took',
    same: 'already has (or newer)',
    unreadable: 'cannot read',
  };
  for (const { file, assistant, what, isLogin } of taken)
    if (isLogin || what !== 'same')
      say(call, `${assistant}: ${verbs[what]} ${file}${isLogin ? ' (login)' : ''}`);
  for (const text of more) say(call, text);
  const isLinked = !plain.dryRun && taken.some(({ isLogin }) => isLogin);
  if (isLinked) say(call, 'logins are kept in step with these files from now on');
  if (taken.length === 0 && more.length === 0) say(call, 'found nothing to take over');
}
