// The shell's part of ai setup in words: what is offered, what was done, and how it is taken back.

import type { CommandCall } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { showAsJson } from '../../base/quote.ts';
import { shells } from '../../base/shells.ts';
import { isInstalled } from '../../host/command.ts';
import {
  addLine,
  foreseeShell,
  shellFilesToWrite,
  undoShell,
  type ShellProspect,
} from '../../launch/set-up-shell.ts';
import { isAtTerminal, type World } from '../../launch/world.ts';
import { readStamp, shellDirectory } from '../../state/shell-files.ts';
import { readFunctionList, shellFunctions } from '../shell/functions.ts';
import { shellText } from '../shell/text.ts';
import { wordsOf } from '../words.ts';

/** What became of it, for --json: null where the user's shell is none that we write for. */
export type ShellAnswer =
  (Pick<ShellProspect, 'shell' | 'rc' | 'line'> & { state: 'there' | 'added' | 'missing' }) | null;

export interface ShellPart {
  /** True if there is anything to say or to do. */
  isOpen: boolean;
  /** Says what would be done. */
  preview: () => ShellAnswer;
  /** Does what needs no question, asks about the rest. */
  offer: () => Promise<ShellAnswer>;
}

/** @throws AiError AI_USAGE for a wrong --functions */
export function shellPart({ world, options }: CommandCall): ShellPart {
  const list = options.extra['functions'];
  const asked = typeof list === 'string' ? readFunctionList(list) : undefined;
  const all = shellFunctions.map(({ name }) => name);
  const write = shellFilesToWrite(world, shellText, { asked, all });
  const prospect = prospectOf(world);
  return {
    isOpen: write !== undefined || (prospect !== undefined && prospect.there === undefined),
    preview: () => {
      const directory = shown(world, shellDirectory(world.stateDirectory));
      if (write) say(world, `ai setup would write shell functions and completion to ${directory}`);
      if (prospect === undefined || prospect.there) return answer(prospect, 'there');
      const { rc, line } = prospect;
      say(world, `ai setup would add to ${shown(world, rc)}: ${line}`);
      return answer(prospect, 'missing');
    },
    offer: async () => {
      if (!succeeds(world, () => write?.())) return answer(prospect, 'missing');
      const { functions: names = all } = readStamp(world.stateDirectory) ?? {};
      if (prospect && prospect.there === undefined) return offerLine(world, prospect, names);
      if (write)
        say(
          world,
          prospect
            ? `${listOf(names)}: up to date, new shells have them`
            : `${listOf(names)} for ${shells.join(', ')} are in ${shown(world, shellDirectory(world.stateDirectory))}`,
        );
      return answer(prospect, 'there');
    },
  };
}

/** Takes the lines out, and removes the files. */
export function undo({ world, options }: CommandCall): number {
  const { dryRun = false, json } = options.plain;
  const { lines, files, own, troubles } = undoShell(world, dryRun);
  if (json) world.streams.stdout.write(`${showAsJson({ lines, files, own }, 2)}\n`);
  else {
    const [takes, removes] = dryRun ? ['would take', 'would remove'] : ['took', 'removed'];
    for (const file of lines) say(world, `${takes} the line of ai out of ${shown(world, file)}`);
    if (files.length > 0)
      say(world, `${removes} ${files.map((file) => shown(world, file)).join(', ')}`);
    if (lines.length + files.length + troubles.length === 0)
      say(world, 'nothing to undo: ai setup has written nothing for shells here');
    else if (!dryRun) say(world, 'shells that are open keep their functions until they end');
  }
  for (const { file, line } of own)
    warn(world, `${shown(world, file)}:${line} loads them as well: that line is yours to take out`);
  for (const error of troubles) warn(world, wordsOf(error).what);
  return troubles.length > 0 ? exitCodes.failed : exitCodes.ok;
}

async function offerLine(
  world: World,
  prospect: ShellProspect,
  names: readonly string[],
): Promise<ShellAnswer> {
  const { rc, line, file, shell } = prospect;
  const place = shown(world, rc);
  const what = `${listOf(names)}: this line in ${place} loads them`;
  if (!(await world.confirm('Add it?', [`${what}:`, `    ${line}`]))) {
    say(
      world,
      isAtTerminal(world) ? `${place} stays as it is` : `${what} (ai setup --yes adds it): ${line}`,
    );
    return answer(prospect, 'missing');
  }
  if (
    !succeeds(
      world,
      () => {
        addLine(world, prospect);
      },
      `. By hand: ${line}`,
    )
  )
    return answer(prospect, 'missing');
  const here = `${shell === 'fish' ? 'source' : '.'} ${shown(world, file)}`;
  say(
    world,
    `added to ${place}: new shells have them (this one: ${here}); ai setup --undo takes it back`,
  );
  if (!isInstalled('ai', { PATH: world.userPath }))
    warn(world, 'the functions call ai, which is not on your PATH: npm install -g . in its clone');
  return answer(prospect, 'added');
}

/** What cannot be written is said, and no reason to fail either. */
function succeeds(world: World, work: () => void, more = ''): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    warn(world, `${wordsOf(error).what}${more}`);
    return false;
  }
}

/** What cannot be looked at is said, and is no reason to fail: the engine is there. */
function prospectOf(world: World): ShellProspect | undefined {
  try {
    return foreseeShell(world);
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    warn(world, `no shell functions: ${wordsOf(error).what}`);
    return undefined;
  }
}

const listOf = (names: readonly string[]): string =>
  names.length === 0 ? 'completion of ai' : `shell functions (${names.join(', ')}) and completion`;

const answer = (
  prospect: ShellProspect | undefined,
  state: NonNullable<ShellAnswer>['state'],
): ShellAnswer =>
  prospect ? { shell: prospect.shell, rc: prospect.rc, line: prospect.line, state } : null;

/** `~` for the home, as people write it. */
const shown = ({ home }: World, file: string): string =>
  file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;

const say = (world: World, text: string): void => {
  world.emit({ type: 'note', text });
};

const warn = (world: World, text: string): void => {
  world.emit({ type: 'warning', text });
};
