// What `ai commit` does in the repository, each only where the user has said so: stage, commit, push.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { AiError, isAiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { actWithGit, askGit } from '../host/git.ts';
import { nextAfterPush, type PushTarget } from '../plan/commit/push-target.ts';
import { stagedTree, type Repository } from './commit-look.ts';

/** Somebody can be asked: hooks, ssh and gpg may do so. */
type AtTerminal = boolean;

/** Everything that is changed or new, wherever in the repository. @throws AiError AI_GIT */
export async function stageAll({ git, top }: Repository): Promise<void> {
  const options = { ...git, terminal: false, onLine: () => undefined };
  const { code, said } = await actWithGit(['add', '--all', '--', ':/'], options);
  if (code !== 0) throw new AiError('AI_GIT', { trouble: 'failed', path: top, said });
}

/** A file that nobody else may read; what is in its directory goes with it. */
export function privateFile(name: string, text: string): { file: string; remove: () => void } {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'ai-commit-'));
  const file = path.join(directory, name);
  writeFileSync(file, text, { mode: 0o600 });
  return {
    file,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Commits what the message was written for, with the user's hooks and signature.
 * @returns the commit's id
 * @throws AiError AI_GIT: something else is staged by now, or git or a hook has refused; AI_INTERRUPTED. Both name a file that
 *   the message is kept in: it may be the user's own by now
 */
export async function commit(
  repository: Repository,
  tree: string,
  message: string,
  terminal: AtTerminal,
): Promise<string> {
  const { git, top } = repository;
  const { file, remove } = privateFile('message', `${message}\n`);
  try {
    if (!(await isAsItWas(repository, tree)))
      throw new AiError('AI_GIT', { trouble: 'changed', file });
    // In the worktree's top, as hooks expect it. What stands in the file is the message, to the letter.
    const words = ['commit', '--quiet', '--cleanup=whitespace', '-F', file];
    const { code, interrupted: isInterrupted } = await actWithGit(words, { ...git, terminal });
    if (code !== 0 && isInterrupted) throw interrupted(file);
    if (code !== 0) throw new AiError('AI_GIT', { trouble: 'commit-refused', path: top, file });
  } catch (error) {
    if (isAiError(error, 'AI_INTERRUPTED')) throw interrupted(file);
    if (!isAiError(error, 'AI_GIT') || !('file' in error.facts)) remove();
    throw error;
  }
  remove();
  const made = await askGit(['rev-parse', 'HEAD'], { ...git, interrupt: never });
  return made.stdout.toString().trim();
}

const interrupted = (file: string): AiError =>
  new AiError('AI_INTERRUPTED', { before: 'the commit', file });

/** Nobody has committed or staged anything since. */
async function isAsItWas(repository: Repository, tree: string): Promise<boolean> {
  const { git, head } = repository;
  const now = await askGit(['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], git);
  const isMoved = now.stdout.toString().trim() !== (head ?? '');
  return !isMoved && (await stagedTree(repository)) === tree;
}

/** What was done is told, whatever comes. */
const never = new AbortController().signal;

/**
 * The user's own `git push`.
 * @param onLine gets what git and the other side say
 * @throws AiError AI_GIT
 */
export async function push(
  { git }: Repository,
  target: Extract<PushTarget, { kind: 'push' }>,
  { terminal, onLine }: { terminal: AtTerminal; onLine: (line: string) => void },
): Promise<void> {
  const options = { ...git, terminal, onLine };
  const { code, said, interrupted: isInterrupted } = await actWithGit(target.argv, options);
  if (code === 0) return;
  if (isInterrupted) throw new AiError('AI_INTERRUPTED', { before: 'the push was done' });
  const { where } = target;
  throw new AiError('AI_GIT', { trouble: 'push-refused', where, next: nextAfterPush(said) });
}
