// What `ai commit` does in the repository, each only where the user has said so: stage, commit, push.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AiError } from '../base/errors.ts';
import { actWithGit, askGit } from '../host/git.ts';
import { nextAfterPush, type PushTarget } from '../plan/commit/push-target.ts';
import { stagedTree, type Repository } from './commit-look.ts';

/** Somebody can be asked: hooks, ssh and gpg may do so. */
type AtTerminal = boolean;

/** Everything that is changed or new, wherever in the repository. @throws AiError AI_GIT */
export async function stageAll({ git, top }: Repository): Promise<void> {
  const { code, stderr } = await askGit(['add', '--all', '--', ':/'], git);
  if (code !== 0) throw new AiError('AI_GIT', { trouble: 'failed', path: top, said: stderr });
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
 * @throws AiError AI_GIT: something else is staged by now, or git or a hook has refused; then the message is kept in a file
 */
export async function commit(
  repository: Repository,
  tree: string,
  message: string,
  terminal: AtTerminal,
): Promise<string> {
  const { git, top, head } = repository;
  const now = await askGit(['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], git);
  const isMoved = now.stdout.toString().trim() !== (head ?? '');
  const isSame = !isMoved && (await stagedTree(repository)) === tree;
  const kept = privateFile('message', `${message}\n`);
  if (!isSame) throw new AiError('AI_GIT', { trouble: 'changed', file: kept.file });
  // In the worktree's top, as hooks expect it. What stands in the file is the message, to the letter.
  const words = ['commit', '--quiet', '--cleanup=whitespace', '-F', kept.file];
  const { code } = await actWithGit(words, { ...git, terminal });
  if (code !== 0) {
    if (git.interrupt.aborted) kept.remove();
    if (git.interrupt.aborted) throw new AiError('AI_INTERRUPTED', { before: 'the commit' });
    throw new AiError('AI_GIT', { trouble: 'commit-refused', path: top, file: kept.file });
  }
  kept.remove();
  const made = await askGit(['rev-parse', 'HEAD'], { ...git, interrupt: never });
  return made.stdout.toString().trim();
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
  const { code, said } = await actWithGit(target.argv, { ...git, terminal, onLine });
  if (code === 0) return;
  if (git.interrupt.aborted) throw new AiError('AI_INTERRUPTED', { before: 'the push was done' });
  const { where } = target;
  throw new AiError('AI_GIT', { trouble: 'push-refused', where, next: nextAfterPush(said) });
}
