// ai commit: what is staged, told to an assistant that sees nothing else, becomes a commit with the message that comes back.

import { path } from '../../base/path.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { AiError, isAiError } from '../../base/errors.ts';
import { exitCodes } from '../../base/exit-codes.ts';
import { quoteForShell } from '../../base/quote.ts';
import { stageAll } from '../../launch/commit-act.ts';
import {
  lookAtPush,
  lookAtRepository,
  lookAtStaged,
  lookAtUnpushed,
  lookAtUnstaged,
  type Repository,
  type Staged,
} from '../../launch/commit-look.ts';
import { maskedAmong } from '../../launch/look-mask.ts';
import { settleRun, type SettledSettings } from '../../launch/settle.ts';
import { assistantNamed } from '../../launch/which-assistant.ts';
import { isAtTerminal } from '../../launch/world.ts';
import type { FileDiff, StagedFile } from '../../plan/commit/changes.ts';
import { typesIn } from '../../plan/commit/message.ts';
import { commitPrompt } from '../../plan/commit/prompt.ts';
import { findSecrets } from '../../plan/commit/secrets.ts';
import { isLockFile, readable, selectDiffs, type Selection } from '../../plan/commit/selection.ts';
import { Interruption } from '../../session/interruption.ts';
import { say } from './answer.ts';
import { askToStage } from './commit-ask.ts';
import { finish, pushAlone, type Finish, type Way } from './commit-finish.ts';
import { askForMessage } from './commit-turn.ts';

export const commit: CommandHandler = async (call) => {
  const interruption = new Interruption();
  try {
    return await commitStaged(call, interruption);
  } catch (error) {
    if (!isAiError(error, 'AI_INTERRUPTED')) throw error;
    const { before, file } = error.facts;
    say(call, `interrupted before ${before}`);
    if (file !== undefined) say(call, `git commit -F ${quoteForShell(file)}  takes the message`);
    // Ctrl-C at a terminal goes to git as well, whose end may be seen before our own signal.
    return interruption.exitCode() ?? exitCodes.interrupted;
  } finally {
    interruption.stop();
  }
};

async function commitStaged(given: CommandCall, interruption: Interruption): Promise<number> {
  const { options } = given;
  const way = wayOf(given);
  const found = await lookAtRepository({
    cwd: path.resolve(given.world.directory, options.plain.directory ?? '.'),
    environment: given.world.environment,
    userPath: given.world.userPath,
    interrupt: interruption.abortSignal,
  });
  const settled = await settleRun(given.world, options.settings, options.plain);
  const { world } = settled;
  const call = { ...given, world };
  const git = { ...found.git, environment: world.environment };
  const repository = { ...found, git };
  const target = await lookAtPush(repository);
  if (way === 'push' && target.kind === 'none')
    throw new AiError('AI_GIT', { trouble: 'no-push', why: target.why, next: target.next });
  let staged = await lookAtStaged(repository);
  if (staged.files.length === 0) {
    const unstaged = await lookAtUnstaged(repository);
    if (unstaged.length > 0) {
      const paths = unstaged.map(({ path: name, state }) => `${state} ${readable(name)}`);
      if (!mayAsk(call))
        throw new AiError('AI_GIT', { trouble: 'nothing-staged', paths: few(paths) });
      if (!(await askToStage(call, paths, interruption))) return notStaged(call);
      await stageAll(repository);
      staged = await lookAtStaged(repository);
    }
  }
  // What differs in nothing that git keeps (ends of lines) is not staged either.
  if (staged.files.length === 0) {
    const unpushed = await lookAtUnpushed(repository, target);
    return pushAlone(call, repository, { way, target, unpushed, interruption });
  }
  const turn = { repository, staged, settled, interruption };
  const { message, warnings, title } = await writeMessage(call, turn);
  return finish(call, { repository, staged, way, target, message, warnings, title, interruption });
}

async function writeMessage(
  call: CommandCall,
  {
    repository: { top },
    staged: { files, subjects },
    settled,
    interruption,
  }: {
    repository: Repository;
    staged: Staged;
    settled: SettledSettings;
    interruption: Interruption;
  },
): Promise<Pick<Finish, 'message' | 'warnings' | 'title'>> {
  const { redactor } = call.world;
  const names = files.flatMap(({ path: name, from }) => [
    name,
    ...(from === undefined ? [] : [from]),
  ]);
  const places = { root: settled.project?.root ?? top, directory: top };
  const masked = await maskedAmong(settled.settings, places, names);
  const isMasked = ({ path: name, from }: StagedFile): boolean =>
    masked.has(name) || (from !== undefined && masked.has(from));
  refuseSecrets(call, files);
  const selection = selectDiffs(files, redactor.coverTelling, isMasked);
  const { title } = assistantNamed(settled.settings, settled.settings.assistant);
  sayWhatIsLeftOut(call, selection, title);
  const prompt = commitPrompt({
    subjects: subjects.map(redactor.coverTelling),
    changes: selection.text,
  });
  const written = await askForMessage(call, {
    ...{ prompt, types: typesIn(subjects), settled, interruption },
    check: () => {
      refuseSecrets(call, files);
    },
  });
  return { ...written, title };
}

/** What is done with the message. Nothing is committed or pushed that nobody has asked for; --yes does not ask. */
function wayOf({ world, options: { plain, extra } }: CommandCall): Way {
  if (plain.dryRun) return 'dry-run';
  if (extra['push'] === true) return 'push';
  if (extra['commit'] === true) return 'commit';
  return plain.json || !isAtTerminal(world) ? 'print' : 'ask';
}

/** Whether to stage is asked where somebody is there, and wants more than to see what would be. */
const mayAsk = ({ world, options: { plain } }: CommandCall): boolean =>
  isAtTerminal(world) && !plain.json && !plain.dryRun;

/** @throws AiError AI_COMMIT_SECRET */
function refuseSecrets({ world }: CommandCall, files: readonly FileDiff[]): void {
  // Lock files are not sent, and full of what looks like one. What is masked is not sent either, but it would be committed.
  const sent = files.filter((file) => !isLockFile(file));
  const places = findSecrets(sent, world.redactor.coverTelling);
  if (places.length === 0) return;
  throw new AiError('AI_COMMIT_SECRET', {
    places: places.map(
      ({ path: file, line, removed }) =>
        `${world.redactor.coverTelling(file)}:${line}${removed ? ' (a line that is taken away)' : ''}`,
    ),
  });
}

function sayWhatIsLeftOut(
  call: CommandCall,
  { summarised, lockFiles, binaries, masked }: Selection,
  title: string,
): void {
  for (const [files, why] of [
    [summarised, 'too large'],
    [lockFiles, 'lock files'],
    [binaries, 'binary'],
    [masked, 'hidden by the setting mask'],
  ] as const)
    if (files.length > 0)
      say(
        call,
        `not shown to ${title}, ${why}: ${few(
          files.map((one) => readable(one.path)),
          5,
        ).join(', ')}`,
      );
}

function notStaged(call: CommandCall): number {
  say(call, 'nothing is staged, and nothing was committed: git add  stages what you choose');
  return 1;
}

/** The first of them, and how many more there are. */
const few = (names: readonly string[], most = 15): readonly string[] =>
  names.length <= most ? names : [...names.slice(0, most), `… ${names.length - most} more`];
