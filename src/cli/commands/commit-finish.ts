// What becomes of a commit message: shown, asked about, committed, pushed; and a push where there is nothing to commit.

import type { CommandCall } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { commit, push } from '../../launch/commit-act.ts';
import type { Repository, Staged, Unpushed } from '../../launch/commit-look.ts';
import { isAtTerminal } from '../../launch/world.ts';
import type { CommitMessage } from '../../plan/commit/message.ts';
import type { PushTarget } from '../../plan/commit/push-target.ts';
import type { Interruption } from '../../session/interruption.ts';
import { print, say } from './answer.ts';
import { askAboutMessage, askToPush, placeOf } from './commit-ask.ts';

/** `print`: the message on stdout and nothing else, because nobody has said more and nobody can be asked. */
export type Way = 'ask' | 'print' | 'dry-run' | 'commit' | 'push';

export interface Finish {
  repository: Repository;
  staged: Staged;
  way: Way;
  target: PushTarget;
  message: CommitMessage;
  warnings: readonly string[];
  title: string;
  interruption: Interruption;
}

/** @returns the exit code. @throws AiError AI_GIT, AI_INTERRUPTED */
export async function finish(call: CommandCall, given: Finish): Promise<number> {
  const { repository, staged, way, target, warnings, interruption } = given;
  const { world } = call;
  for (const text of warnings) world.emit({ type: 'warning', text });
  if (way === 'print' || way === 'dry-run') return showAlone(call, given);
  const wanted =
    way === 'ask'
      ? await askAboutMessage(call, given.message, { target, git: repository.git, interruption })
      : { message: given.message, push: way === 'push' };
  if (wanted === undefined) {
    say(call, 'nothing was committed; what was staged still is');
    return exitCodes.notWanted;
  }
  const { message } = wanted;
  const terminal = isAtTerminal(world);
  const committed = await commit(repository, staged.tree, message.text, terminal);
  const where = repository.branch ?? 'a detached HEAD';
  say(call, `committed ${committed.slice(0, 9)} on ${where}: ${message.header}`);
  if (repository.branch === undefined)
    say(call, 'it is on no branch: git switch -c NAME  puts it on one');
  if (wanted.push) {
    try {
      await pushTo(call, repository, target);
    } catch (error) {
      if (call.options.plain.json)
        print(call, answerOf(given, message, { committed, pushed: false }));
      throw error;
    }
  }
  if (call.options.plain.json)
    print(call, answerOf(given, message, { committed, pushed: wanted.push }));
  return exitCodes.ok;
}

function showAlone(call: CommandCall, given: Finish): number {
  const { world, options } = call;
  const { message, way } = given;
  if (options.plain.json) print(call, answerOf(given, message, { committed: null, pushed: false }));
  else world.streams.stdout.write(`${world.redactor.coverTelling(message.text)}\n`);
  say(
    call,
    way === 'dry-run'
      ? 'nothing was committed (--dry-run)'
      : 'nothing was committed: ai commit --commit  or --push  does',
  );
  return exitCodes.ok;
}

interface Done {
  committed: string | null;
  pushed: boolean;
}

const answerOf = (
  { repository, staged, title, target }: Pick<Finish, 'repository' | 'staged' | 'title' | 'target'>,
  { text, type, scope, breaking }: CommitMessage,
  { committed, pushed }: Done,
): object => ({
  message: text,
  type: type ?? null,
  scope: scope ?? null,
  breaking,
  assistant: title,
  branch: repository.branch ?? null,
  files: staged.files.length,
  committed,
  pushed,
  pushedTo: pushed && target.kind === 'push' ? target.where : null,
});

/** A clean tree with commits that are not pushed yet. @throws AiError AI_GIT */
export async function pushAlone(
  call: CommandCall,
  repository: Repository,
  {
    way,
    target,
    unpushed,
    interruption,
  }: {
    way: Way;
    target: PushTarget;
    unpushed: Unpushed;
    interruption: Interruption;
  },
): Promise<number> {
  const answer = (pushed: boolean): number => {
    const nothing = { message: null, type: null, scope: null, committed: null, pushed };
    if (call.options.plain.json) print(call, nothing);
    return exitCodes.ok;
  };
  const { count, any } = unpushed;
  if (target.kind === 'none' || (way !== 'ask' && way !== 'push') || (way === 'ask' && !any))
    throw new AiError('AI_GIT', {
      trouble: 'nothing',
      unpushed: count,
      where: target.kind === 'push' && any ? target.where : '',
    });
  if (!any) {
    say(call, `nothing to commit, and all is on ${target.where}`);
    return answer(false);
  }
  const isWanted =
    way === 'push' ||
    (await askToPush(call, call.world.redactor.cover(placeOf(target)), unpushed, interruption));
  if (!isWanted) {
    say(call, 'nothing was pushed');
    return exitCodes.notWanted;
  }
  await pushTo(call, repository, target);
  return answer(true);
}

async function pushTo(
  call: CommandCall,
  repository: Repository,
  target: PushTarget,
): Promise<void> {
  if (target.kind === 'none')
    throw new AiError('AI_GIT', { trouble: 'no-push', why: target.why, next: target.next });
  say(call, `pushing to ${placeOf(target)} …`);
  await push(repository, target, {
    terminal: isAtTerminal(call.world),
    onLine: (line) => {
      call.world.emit({ type: 'notice', text: `git: ${line}` });
    },
  });
  say(call, `pushed to ${target.where}`);
}
