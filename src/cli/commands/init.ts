// ai init: looks at a project, shows the settings file that it could begin with, and writes it where the user says yes.

import { path } from '../../base/path.ts';
import type { CommandHandler } from '../commands.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { planStarter, starterName, writeStarter } from '../../launch/init-project.ts';
import { isAtTerminal } from '../../launch/world.ts';
import { readProject } from '../../read/project.ts';
import { print, say } from './answer.ts';

export const init: CommandHandler = async (call) => {
  const { world, options } = call;
  const { home, stateDirectory } = world;
  const { json, yes, dryRun } = options.plain;
  const project = readProject(path.resolve(world.directory, options.plain.directory ?? '.'), {
    ...{ home, stateDirectory, allowAnyRoot: options.plain.allowRootDir === true },
  });
  const { text, found } = planStarter(project);
  const file = path.join(project.root, starterName);
  const isAsked = !dryRun && !json && isAtTerminal(world);
  const isWanted =
    !dryRun &&
    (yes === true ||
      (isAsked && (await world.confirm(`Write this to ${file}?`, text.trimEnd().split('\n')))));
  if (isWanted) await writeStarter(world, project, text);
  if (json) print(call, { file, written: isWanted, found, text });
  // Where nobody was asked it is an answer like any other.
  else if (!isWanted && !isAsked) world.streams.stdout.write(text);
  if (!json) say(call, wordsFor(file, isWanted, isAsked));
  return exitCodes.ok;
};

function wordsFor(file: string, isWritten: boolean, isAsked: boolean): string {
  if (isWritten) return `wrote ${file}; read it, and then: ai trust`;
  return isAsked ? 'nothing was written' : `nothing was written; ai init --yes  writes ${file}`;
}
