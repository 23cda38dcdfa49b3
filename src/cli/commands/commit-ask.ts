// What `ai commit` asks at a terminal: whether to stage, what to do with a message, how the user would have it.

import { readFileSync } from 'node:fs';
import type { CommandCall } from '../commands.ts';
import { AiError } from '../../base/errors.ts';
import { showOnOneLine } from '../../base/quote.ts';
import { editorOf, runEditor } from '../../host/editor.ts';
import type { GitOptions } from '../../host/git.ts';
import { privateFile } from '../../launch/commit-act.ts';
import { lookAtEditor, type Unpushed } from '../../launch/commit-look.ts';
import { readEdited, type CommitMessage } from '../../plan/commit/message.ts';
import type { PushTarget } from '../../plan/commit/push-target.ts';
import type { Interruption } from '../../session/interruption.ts';
import { choose } from '../choose.ts';
import { makePalette } from '../palette.ts';
import { say } from './answer.ts';

/** Files that are named one by one. */
const mostNamed = 20;

/** @throws AiError AI_INTERRUPTED */
export async function askToStage(
  { world }: CommandCall,
  paths: readonly string[],
  interruption: Interruption,
): Promise<boolean> {
  const left = paths.length - mostNamed;
  const details = ['nothing is staged; changed or new:', ...paths.slice(0, mostNamed)];
  const answer = await world.consent('Stage all of it?', [
    ...details.map(world.redactor.coverTelling),
    ...(left > 0 ? [`… ${left} more`] : []),
  ]);
  checkInterrupt(interruption, 'anything was staged');
  return answer === true;
}

/** @throws AiError AI_INTERRUPTED */
export async function askToPush(
  { world }: CommandCall,
  where: string,
  { count, subjects }: Unpushed,
  interruption: Interruption,
): Promise<boolean> {
  const left = count - subjects.length;
  const what = count === 0 ? 'the branch' : count === 1 ? 'one commit' : `${count} commits`;
  const answer = await world.consent(`Push ${what} to ${where}?`, [
    `nothing to commit; not pushed yet:${count === 0 ? ' the branch, without commits of its own' : ''}`,
    ...subjects.map(world.redactor.coverTelling),
    ...(left > 0 ? [`… ${left} more`] : []),
  ]);
  checkInterrupt(interruption, 'anything was pushed');
  return answer === true;
}

/** What to do with a message, which may be the user's own by then; undefined for nothing. @throws AiError AI_INTERRUPTED */
export async function askAboutMessage(
  call: CommandCall,
  first: CommitMessage,
  {
    target,
    git,
    interruption,
  }: { target: PushTarget; git: GitOptions; interruption: Interruption },
): Promise<{ message: CommitMessage; push: boolean } | undefined> {
  for (let message = first; ;) {
    show(call, message);
    const answer = await choose('Commit this?', waysOf(call, target));
    checkInterrupt(interruption, 'the commit');
    if (answer === 'p' || answer === 'c') return { message, push: answer === 'p' };
    if (answer !== 'e') return undefined;
    const edited = await edit(call, message, git);
    if (edited === 'empty') return undefined;
    message = edited ?? message;
  }
}

const waysOf = ({ world }: CommandCall, target: PushTarget) => {
  const end = [
    { key: 'e', text: 'edit the message first' },
    { key: 'n', text: 'neither: nothing is committed' },
  ];
  if (target.kind === 'none')
    return [{ key: 'c', text: showOnOneLine(`commit (no push: ${target.why})`) }, ...end];
  return [
    { key: 'p', text: world.redactor.cover(`commit, and push to ${placeOf(target)}`) },
    { key: 'c', text: 'commit only' },
    ...end,
  ];
};

/** With every address of it: who can write into .git/config can change what a remote is. */
export function placeOf({ where, urls, isNew }: Extract<PushTarget, { kind: 'push' }>): string {
  const more = [...urls, ...(isNew ? ['new there'] : [])];
  return showOnOneLine(`${where}${more.length === 0 ? '' : ` (${more.join(', ')})`}`);
}

function show({ world }: CommandCall, { text }: CommitMessage): void {
  const { stderr } = world.streams;
  const { bold } = makePalette(process.stderr);
  const lines = world.redactor.coverTelling(text).split('\n').map(showOnOneLine);
  const shown = lines.map((line, index) => (index === 0 ? bold(line) : line));
  stderr.write(`\n${shown.map((line) => `    ${line}`.trimEnd()).join('\n')}\n\n`);
}

/** @returns undefined where it stays as it was, `empty` where nothing was left of it */
async function edit(
  call: CommandCall,
  { text }: CommitMessage,
  git: GitOptions,
): Promise<CommitMessage | 'empty' | undefined> {
  const { world } = call;
  const editor = (await lookAtEditor(git)) ?? editorOf(world.environment);
  if (editor === undefined) {
    say(call, 'there is no editor here: export EDITOR=…');
    return undefined;
  }
  // By its name editors know what they have before them.
  const { file, remove } = privateFile('COMMIT_EDITMSG', `${text}\n`);
  try {
    const code = await runEditor(editor, file, {
      ...{ environment: world.environment, cwd: git.cwd },
    });
    if (code !== 0) {
      say(call, `the editor ended with ${code}: the message is as it was`);
      return undefined;
    }
    return readEdited(readFileSync(file, 'utf8')) ?? 'empty';
  } finally {
    remove();
  }
}

function checkInterrupt(interruption: Interruption, before: string): void {
  if (interruption.exitCode() !== undefined) throw new AiError('AI_INTERRUPTED', { before });
}
