// Git's pointer files, followed and followed back. A session may have rewritten those in its project to make the next one
// mount something else of the host, so a pointer that leaves the project counts only if its target points back.

import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { systemPath, textOfBytes } from '../base/byte-names.ts';
import { lastGitValue, parseGitConfig } from '../base/git-config.ts';
import { path } from '../base/path.ts';
import { exists, largestManifest, readProjectFile, realPathOf } from './project-file.ts';

/** What `.git` says of where the git directory is: `.git` itself, or what the file or the symlink names. */
export function readPointer(top: string): string | undefined {
  const file = path.join(top, '.git');
  const place = systemPath(file);
  try {
    const entry = lstatSync(place, { throwIfNoEntry: false });
    if (entry?.isDirectory()) return '.git';
    if (entry?.isSymbolicLink() && statSync(place).isDirectory())
      return textOfBytes(readlinkSync(place, 'buffer'));
  } catch {
    return undefined;
  }
  return readGitFile(file);
}

/** The directory that all worktrees share, for one of their git directories (gitrepository-layout(5), commondir). */
export function readCommonDirectory(directory: string): string | undefined {
  const pointer = readLine(`${directory}/commondir`);
  return pointer === undefined ? directory : realPathOf(path.resolve(directory, pointer));
}

/** True for what git takes for a git directory, near enough (setup.c, is_git_directory). */
export function isGitDirectory(directory: string, commonDirectory: string): boolean {
  return (
    exists(`${directory}/HEAD`) &&
    exists(`${commonDirectory}/objects`) &&
    exists(`${commonDirectory}/refs`)
  );
}

/** True if a git directory outside `top` knows that it belongs to it: as a linked worktree, or by core.worktree. */
export function pointsBack(directory: string, commonDirectory: string, top: string): boolean {
  if (directory !== commonDirectory) {
    if (path.dirname(directory) !== `${commonDirectory}/worktrees`) return false;
    return leadsTo(path.join(top, '.git'), directory, readLine(`${directory}/gitdir`));
  }
  return ['config', 'config.worktree'].some((name) =>
    leadsTo(top, directory, readConfiguredWorktree(`${directory}/${name}`)),
  );
}

/** The `.git` file that `worktrees/<id>/gitdir` names, if it exists and belongs to that entry. */
export function readLinkedWorktree(
  administration: string,
): { gitFile: string; pointer: string } | undefined {
  const pointer = readLine(`${administration}/gitdir`);
  if (pointer === undefined || path.basename(pointer) !== '.git') return undefined;
  const gitFile = realPathOf(path.resolve(administration, pointer));
  if (gitFile === undefined) return undefined;
  const belongs = leadsTo(administration, path.dirname(gitFile), readGitFile(gitFile));
  return belongs ? { gitFile, pointer } : undefined;
}

function leadsTo(target: string, from: string, pointer: string | undefined): boolean {
  return pointer !== undefined && realPathOf(path.resolve(from, pointer)) === target;
}

const gitFileMark = 'gitdir: ';

function readGitFile(file: string): string | undefined {
  const line = readLine(file);
  return line?.startsWith(gitFileMark) ? line.slice(gitFileMark.length) || undefined : undefined;
}

/** A file that holds one path, which may itself contain line ends. */
function readLine(file: string): string | undefined {
  // As much as git reads of a `.git` file (setup.c, read_gitfile_gently).
  const text = readProjectFile(file, largestManifest) ?? '';
  // Not by a pattern: those take quadratic time where line ends do not end the file.
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') end--;
  return text.slice(0, end) || undefined;
}

/** `core.worktree`, as `git submodule` writes it. */
function readConfiguredWorktree(file: string): string | undefined {
  const value = lastGitValue(
    parseGitConfig(readProjectFile(file, largestManifest) ?? ''),
    'core.worktree',
  );
  return value === true ? undefined : value;
}
