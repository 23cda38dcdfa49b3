// What `ai commit` looks up in the repository: where it stands, what is staged, what could be, where a push would go. Changes nothing.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { textOfBytes } from '../base/byte-names.ts';
import { AiError } from '../base/errors.ts';
import { askGit, type GitAnswer, type GitOptions } from '../host/git.ts';
import { DiffReader, readChanges, type FileDiff } from '../plan/commit/changes.ts';
import { pushTarget, type PushTarget } from '../plan/commit/push-target.ts';
import { mostSent } from '../plan/commit/selection.ts';

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
 * @throws AiError AI_GIT, AI_COMMAND_NOT_FOUND
 */
export async function lookAtRepository(given: GitOptions): Promise<Repository> {
  const where = await askGit(['rev-parse', '--absolute-git-dir', '--is-inside-work-tree'], given);
  if (where.code !== 0) {
    const isNone = where.stderr.includes('not a git repository');
    throw gitError({
      ...{ trouble: isNone ? 'no-repository' : 'failed', path: given.cwd },
      said: where.stderr,
    });
  }
  const [directory = '', isInside] = linesOf(where);
  if (isInside !== 'true') throw gitError({ trouble: 'no-worktree', path: given.cwd });
  const top = (await answerOf(['rev-parse', '--show-toplevel'], given)).replace(/\n$/, '');
  const git = { ...given, cwd: top };
  const underWay = whatIsUnderWay(directory);
  if (underWay !== undefined) throw gitError({ trouble: 'under-way', ...underWay });
  const unmerged = await askGit(['ls-files', '--unmerged', '-z'], git);
  if (unmerged.stdout.length > 0) throw gitError({ trouble: 'unmerged', path: top });
  const head = await askGit(['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], git);
  const branch = await askGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], git);
  return { git, top, head: firstLine(head), branch: firstLine(branch) };
}

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

/** The tree that a commit would have now; git keeps it beside its objects, where nothing refers to it. @throws AiError AI_GIT */
export const stagedTree = async ({ git }: Repository): Promise<string> =>
  (await answerOf(['write-tree'], git)).trim();

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

/** What `git add --all` would stage, whole new directories by their name. No filter of the repository's is run for it. */
export async function lookAtUnstaged({ git }: Repository): Promise<readonly Unstaged[]> {
  const filters = await askGit(
    ['config', '--null', '--name-only', '--get-regexp', filterSettings],
    git,
  );
  const unset = textOfBytes(filters.stdout)
    .split('\0')
    .filter((name) => name !== '');
  const answer = await askGit(['status', '--porcelain=v1', '-z', '--no-renames'], {
    ...git,
    unset,
  });
  if (answer.code !== 0) throw failed(git, answer);
  return textOfBytes(answer.stdout)
    .split('\0')
    .flatMap((entry) => (entry === '' ? [] : [{ state: entry.slice(0, 2), path: entry.slice(3) }]));
}

const filterSettings = String.raw`^filter\..*\.(clean|smudge|process|required)$`;

/** Where a push would go. */
export async function lookAtPush(repository: Repository): Promise<PushTarget> {
  const { git, branch } = repository;
  const ask = async (...words: string[]): Promise<string | undefined> =>
    firstLine(await askGit(words, git));
  const names = textOfBytes((await askGit(['remote'], git)).stdout).split('\n');
  // As a word of a command line it would be an option.
  const remotes = names.filter((name) => name !== '' && !name.startsWith('-'));
  const upstream =
    branch === undefined
      ? undefined
      : await ask('rev-parse', '--quiet', '--verify', '--abbrev-ref', '@{upstream}');
  const chosen =
    (await ask('config', '--get', `branch.${branch ?? ''}.pushRemote`)) ??
    (await ask('config', '--get', 'remote.pushDefault'));
  const urls: Record<string, string> = {};
  for (const remote of remotes.slice(0, 10)) {
    const url = await ask('remote', 'get-url', '--push', remote);
    if (url !== undefined) urls[remote] = url;
  }
  return pushTarget({ branch, upstream, remotes, chosen, urls });
}

/** Subjects of what a push would bring, ten at most, and how many they are. */
export async function lookAtUnpushed(
  repository: Repository,
  target: PushTarget,
): Promise<{ count: number; subjects: readonly string[] }> {
  const nothing = { count: 0, subjects: [] };
  if (target.kind === 'none' || repository.head === undefined) return nothing;
  const range = target.isNew
    ? ['HEAD', '--not', `--remotes=${target.remote}`]
    : ['@{upstream}..HEAD'];
  const counted = await askGit(['rev-list', '--count', ...range, '--'], repository.git);
  const count = Number(firstLine(counted) ?? 0);
  if (count === 0) return nothing;
  const subjects = await lastSubjects(repository, target.isNew ? 'HEAD' : '@{upstream}..HEAD');
  return { count, subjects: subjects.slice(0, count) };
}

/** The answer of a question that git can always answer here. @throws AiError AI_GIT */
async function answerOf(words: readonly string[], git: GitOptions): Promise<string> {
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
