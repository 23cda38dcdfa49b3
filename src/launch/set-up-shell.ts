// The shell's part of ai setup: the files with functions and completion, and the line of the user's own file that loads them.

import { AiError } from '../base/errors.ts';
import { isShell, shells, type Shell } from '../base/shells.ts';
import {
  hasOurLine,
  ownLine,
  rcFiles,
  rcLine,
  shellOf,
  withLine,
  withoutLine,
} from '../plan/shell-rc.ts';
import { asRcText, changeRcFile, readRcFile } from '../state/rc-file.ts';
import {
  firstLines,
  readStamp,
  removeShellFiles,
  shellFile,
  writeShellFiles,
} from '../state/shell-files.ts';
import { buildOf } from './shell-build.ts';
import type { World } from './world.ts';

/** Makes the text for a shell: the lines that it begins with, and the names of the functions that are wanted. */
export type ShellTexts = (shell: Shell, first: string, functions: readonly string[]) => string;

type Place = Pick<World, 'stateDirectory' | 'dist'>;

/** What there is for the shell that the user has, before anything is done. */
export interface ShellProspect {
  shell: Shell;
  /** Where the line goes. */
  rc: string;
  line: string;
  /** What the line loads. */
  file: string;
  /** The file that has it already, and at which line where it is the user's own. */
  there: { file: string; ownLine?: number } | undefined;
}

/** What can be told of the user's shell; undefined where it is none that we write for. @throws AiError AI_FILE_UNREADABLE */
export function foreseeShell({
  environment,
  home,
  stateDirectory,
}: World): ShellProspect | undefined {
  const shell = shellOf({ environment });
  if (!isShell(shell)) return undefined;
  const files = rcFiles(shell, { environment, home });
  const file = shellFile(stateDirectory, shell);
  const line = rcLine(shell, file, home);
  const [rc = ''] = files;
  return { shell, rc, line, file, there: firstWith(files, shell, line) };
}

/** Which functions are wanted: those that were asked for, else those that the files have, else all. */
export interface WantedFunctions {
  asked?: readonly string[] | undefined;
  all: readonly string[];
}

/**
 * What writes the files, where they are of another build or are to have other functions.
 * @returns undefined where there is nothing to write; what it returns throws AiError AI_STATE_UNWRITABLE
 */
export function shellFilesToWrite(
  place: Place,
  texts: ShellTexts,
  { asked, all }: WantedFunctions,
): (() => void) | undefined {
  const { stateDirectory } = place;
  const stamps = shells.map((shell) => readStamp(stateDirectory, shell));
  const functions = asked ?? stamps.find((stamp) => stamp !== undefined)?.functions ?? all;
  const first = firstLines({ build: buildOf(place), functions });
  if (stamps.every((stamp) => stamp !== undefined && firstLines(stamp) === first)) return undefined;
  return () => {
    writeShellFiles(stateDirectory, (shell) => texts(shell, first, functions));
  };
}

/** @throws AiError AI_FILE_UNREADABLE, AI_STATE_UNWRITABLE */
export function addLine({ stateDirectory }: Place, { rc, line, shell }: ShellProspect): void {
  const text = asRcText(line);
  changeRcFile(stateDirectory, rc, (now) => {
    if (now === undefined) return withLine(now, text);
    // One for another state directory loads what is not written any more.
    return hasOurLine(now, shell) && now.includes(text)
      ? now
      : withLine(withoutLine(now, shell), text);
  });
}

export interface ShellUndone {
  /** Files from which a line was taken out. */
  lines: readonly string[];
  /** Files that were removed. */
  files: readonly string[];
  /** Lines of the user's own that load what is gone now: theirs to take out. */
  own: readonly { file: string; line: number }[];
  /** What could not be done. */
  troubles: readonly AiError[];
}

/** Takes back what was written for the shells, for all of them. @param only looks where it is true */
export function undoShell(
  { stateDirectory, environment, home }: World,
  only: boolean,
): ShellUndone {
  const undone = {
    lines: [] as string[],
    own: [] as { file: string; line: number }[],
    troubles: [] as AiError[],
  };
  for (const shell of shells)
    for (const file of rcFiles(shell, { environment, home }))
      try {
        const text = readRcFile(file) ?? '';
        if (hasOurLine(text, shell)) {
          if (!only) changeRcFile(stateDirectory, file, (now) => now && withoutLine(now, shell));
          undone.lines.push(file);
        }
        const line = ownLine(text, shell);
        if (line !== undefined) undone.own.push({ file, line });
      } catch (error) {
        if (!(error instanceof AiError)) throw error;
        undone.troubles.push(error as AiError);
      }
  return {
    ...undone,
    files: undone.troubles.length > 0 ? [] : removeShellFiles(stateDirectory, only),
  };
}

function firstWith(files: readonly string[], shell: Shell, line: string): ShellProspect['there'] {
  for (const file of files) {
    const text = readRcFile(file);
    if (text === undefined) continue;
    if (hasOurLine(text, shell) && text.includes(asRcText(line))) return { file };
    const own = ownLine(text, shell);
    if (own !== undefined) return { file, ownLine: own };
  }
  return undefined;
}
