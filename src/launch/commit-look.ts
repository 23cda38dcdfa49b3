// What `ai commit` looks up in the repository: where it stands, what is staged, what could be, where a push would go. Changes nothing.

import { existsSync } from 'node:fs';
import { textOfBytes } from '../base/byte-names.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { askGit, type GitAnswer, type GitOptions } from '../host/git.ts';
import { DiffReader, readChanges, type FileDiff } from '../plan/commit/changes.ts';
import { pushTarget, type PushTarget } from '../plan/commit/push-target.ts';
import { mostSent } from '../plan/commit/selection.ts';
import { checkDirectory } from './look-native.ts';

export interface Repository {
  git: GitOptions;
  /** The top of the worktree. */
  top: string;
  /** The last commit; undefined where there is none. */
  head: string | undefined;
  /** Undefined where HEAD is on none. */
  branch: string | undefined;
}

/**
 * The repository that a directory is in.
 * @throws AiError AI_GIT, AI_COMMAND_NOT_FOUND, AI_DIRECTORY_MISSING, AI_PROJECT_UNREADABLE
 */
export async function lookAtRepository(given: GitOptions): Promise<Repository> {
  checkDirectory(given.cwd);
  const where = await askGit(['rev-parse', '--absolute-git-dir'], given);
  if (where.code !== 0) {
    const isNone = where.stderr.includes('not a git repository');
    throw gitError({
      ...{ trouble: isNone ? 'no-repository' : 'failed', path: given.cwd },
      said: where.stderr,
    });
  }
  // One at a time: a path may hold the end of a line.
  const directory = textOfBytes(where.stdout).replace(/\n$/, '');
  const isInside = await answerOf(['rev-parse', '--is-inside-work-tree'], given);
  if (isInside !== 'true\n') throw gitError({ trouble: 'no-worktree', path: given.cwd });
  const top = (await answerOf(['rev-parse', '--show-toplevel'], given)).replace(/\n$/, '');
  const git = { ...given, cwd: top };
  const underWay = whatIsUnderWay(directory);
  if (underWay !== undefined) throw gitError({ trouble: 'under-way', ...underWay });
  const unmerged = await askGit(['ls-files', '--unmerged', '-z'], git);
  if (unmerged.stdout.length > 0) throw gitError({ trouble: 'unmerged', path: top });
  const head = await askGit(['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], git);
  // Its short name would be another one where a tag has the same.
  const ref = firstLine(await askGit(['symbolic-ref', '--quiet', 'HEAD'], git));
  return { git, top, head: firstLine(head), branch: branchOf(ref) };
}

const branchOf = (ref: string | undefined): string | undefined =>
  /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1];

/** Git has a message for it already, and its own way to go on. */
function whatIsUnderWay(directory: string): { doing: string; next: string } | undefined {
  const found = underWayFiles.find(([name]) => existsSync(path.join(directory, name)));
  return found && { doing: found[1], next: found[2] };
}

const underWayFiles: readonly (readonly [file: string, doing: string, next: string])[] = [
  ['rebase-merge', 'a rebase', 'git rebase --continue'],
  ['rebase-apply', 'a rebase, or git am,', 'git rebase --continue'],
  ['MERGE_HEAD', 'a merge', 'git commit'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick', 'git cherry-pick --continue'],
  ['REVERT_HEAD', 'a revert', 'git revert --continue'],
];

/**
 * The tree that a commit would have now; git keeps it beside its objects, where nothing refers to it. Without filters: it would look into
 * what was staged just now, whose times do not tell whether it has changed since.
 * @throws AiError AI_GIT
 */
export const stagedTree = async ({ git }: Repository): Promise<string> =>
  (await answerOf(['write-tree'], { ...git, unset: await filtersOf(git) })).trim();

export interface Staged {
  tree: string;
  files: readonly FileDiff[];
  /** Of the last commits, newest first. */
  subjects: readonly string[];
}

/** What a commit would change, as it stands in git's own objects: it stays what it is, whatever happens to the index. */
export async function lookAtStaged(repository: Repository): Promise<Staged> {
  const { git, head } = repository;
  const tree = await stagedTree(repository);
  const before = head ?? (await answerOf(['hash-object', '-t', 'tree', '/dev/null'], git)).trim();
  const trees = [before, tree];
  const list = await askGit(
    ['diff-tree', '-r', '-z', '-M', '--raw', '--numstat', ...programless, ...trees],
    git,
  );
  if (list.code !== 0) throw failed(git, list);
  const changes = readChanges(list.stdout);
  if (changes.length === 0) return { tree, files: [], subjects: [] };
  const reader = new DiffReader(mostSent);
  const take = (chunk: Buffer): void => {
    reader.push(chunk);
  };
  const diffs = await askGit(
    ['diff-tree', '-r', '-M', '-p', '--submodule=short', ...programless, ...trees],
    { ...git, take },
  );
  if (diffs.code !== 0) throw failed(git, diffs);
  return { tree, files: reader.end(changes), subjects: await lastSubjects(repository) };
}

/** Nothing of the repository's is run for a diff. */
const programless = [
  ...['--no-ext-diff', '--no-textconv', '--no-color', '--src-prefix=a/', '--dst-prefix=b/'],
];

/** @param range in git's words: those of HEAD unless it is said */
export async function lastSubjects(
  { git, head }: Repository,
  range = 'HEAD',
): Promise<readonly string[]> {
  if (head === undefined) return [];
  const words = ['log', '-10', '-z', '--format=%s', '--encoding=UTF-8', range, '--'];
  const answer = await askGit(words, git);
  return textOfBytes(answer.stdout)
    .split('\0')
    .filter((subject) => subject !== '');
}

export interface Unstaged {
  /** Two letters of git's (git-status(1)): index and worktree. */
  state: string;
  path: string;
}

/**
 * What `git add --all` would stage, whole new directories by their name. No filter of the repository's is run for it, and git does not
 * look into submodules, whose own it would run: nothing but another commit of theirs can be staged.
 */
export async function lookAtUnstaged({ git }: Repository): Promise<readonly Unstaged[]> {
  const unset = await filtersOf(git);
  const how = ['--no-renames', '--untracked-files=normal', '--ignore-submodules=dirty'];
  const answer = await askGit(['status', '--porcelain=v1', '-z', ...how], { ...git, unset });
  if (answer.code !== 0) throw failed(git, answer);
  return textOfBytes(answer.stdout)
    .split('\0')
    .flatMap((entry) => (entry === '' ? [] : [{ state: entry.slice(0, 2), path: entry.slice(3) }]));
}

/** Names of the settings by which git would run filters of the repository's. */
async function filtersOf(git: GitOptions): Promise<readonly string[]> {
  const words = ['config', '--null', '--name-only', '--get-regexp', filterSettings];
  return textOfBytes((await askGit(words, git)).stdout)
    .split('\0')
    .filter((name) => name !== '');
}

const filterSettings = String.raw`^filter\..*\.(clean|smudge|process|required)$`;

/** The editor that git has for messages, of the user's settings alone; undefined where it is that of everything (git-var(1)). */
export async function lookAtEditor(git: GitOptions): Promise<string | undefined> {
  const named = git.environment['GIT_EDITOR'];
  if (named) return named;
  const words = ['config', '--global', '--includes', '--get', 'core.editor'];
  return firstLine(await askGit(words, git));
}

/** Where a push would go. */
export async function lookAtPush(repository: Repository): Promise<PushTarget> {
  const { git, branch } = repository;
  const ask = async (...words: string[]): Promise<string | undefined> =>
    firstLine(await askGit(words, git));
  const names = textOfBytes((await askGit(['remote'], git)).stdout).split('\n');
  // As a word of a command line it would be an option.
  const remotes = names.filter((name) => name !== '' && !name.startsWith('-'));
  const setting = (name: string): Promise<string | undefined> => ask('config', '--get', name);
  const ofBranch = (name: string): Promise<string | undefined> =>
    setting(`branch.${branch ?? ''}.${name}`);
  const [remote, merge] = [await ofBranch('remote'), branchOf(await ofBranch('merge'))];
  const ref = await ask('rev-parse', '--quiet', '--verify', '--symbolic-full-name', '@{upstream}');
  const way = pushTarget({
    ...{ branch, remotes, pushDefault: await setting('push.default') },
    chosen: (await ofBranch('pushRemote')) ?? (await setting('remote.pushDefault')),
    upstream:
      remote === undefined || merge === undefined
        ? undefined
        : { remote, branch: merge, ref: ref ?? `refs/remotes/${remote}/${merge}` },
  });
  if (way.kind === 'none') return way;
  const urls = await askGit(['remote', 'get-url', '--push', '--all', way.remote], git);
  const known = await ask('rev-parse', '--quiet', '--verify', `${way.ref}^{commit}`);
  return { ...way, isNew: known === undefined, urls: linesOf(urls).filter((url) => url !== '') };
}

export interface Unpushed {
  count: number;
  subjects: readonly string[];
  /** A push would change something: a new branch needs no commits of its own. */
  any: boolean;
}

/** Subjects of what a push would bring, ten at most, and how many they are. */
export async function lookAtUnpushed(
  repository: Repository,
  target: PushTarget,
): Promise<Unpushed> {
  if (target.kind === 'none' || repository.head === undefined)
    return { count: 0, subjects: [], any: false };
  const known = `${target.ref}..HEAD`;
  const range = target.isNew ? ['HEAD', '--not', `--remotes=${target.remote}`] : [known];
  const counted = await askGit(['rev-list', '--count', ...range, '--'], repository.git);
  const count = Number(firstLine(counted) ?? 0);
  const subjects = await lastSubjects(repository, target.isNew ? 'HEAD' : known);
  return { count, subjects: subjects.slice(0, count), any: count > 0 || target.isNew };
}

/** The answer of a question that git can always answer here. @throws AiError AI_GIT */
async function answerOf(
  words: readonly string[],
  git: Parameters<typeof askGit>[1],
): Promise<string> {
  const answer = await askGit(words, git);
  if (answer.code !== 0) throw failed(git, answer);
  return textOfBytes(answer.stdout);
}

const failed = ({ cwd }: GitOptions, { stderr }: GitAnswer): AiError =>
  gitError({ trouble: 'failed', path: cwd, said: stderr });

type GitFacts = ConstructorParameters<typeof AiError<'AI_GIT'>>[1];
const gitError = (facts: GitFacts): AiError => new AiError('AI_GIT', facts);

const linesOf = ({ stdout }: GitAnswer): readonly string[] => textOfBytes(stdout).split('\n');

const firstLine = (answer: GitAnswer): string | undefined =>
  answer.code === 0 ? linesOf(answer)[0] || undefined : undefined;
