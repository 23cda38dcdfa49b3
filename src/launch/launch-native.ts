// The story of one run on the host itself: say so, install what is missing, and one process from its start to its end.

import { isatty } from 'node:tty';
import { AiError } from '../base/errors.ts';
import { exitCodes } from '../base/exit-codes.ts';
import { childMark, childVariable } from '../engines/native/own-child.ts';
import { inOwnTerminal } from '../engines/native/own-terminal.ts';
import { runProcess, type ProcessEnd } from '../engines/native/run-process.ts';
import { ensureDirectory } from '../host/files.ts';
import { wordsOfLimits } from '../plan/limit-words.ts';
import type { NativeFacts } from '../plan/native-facts.ts';
import type { NativePlan } from '../plan/native-plan.ts';
import { Interruption } from '../session/interruption.ts';
import { makeFilter } from '../session/make-filter.ts';
import { ScreenState, tidyTerminal, unseenScreen } from '../session/screen-state.ts';
import type { StandardStreams } from '../session/streams.ts';
import { seedState } from '../state/seeds.ts';
import { auditNative } from './audit-run.ts';
import { lookForNewer, tellNewer } from './look-for-newer.ts';
import type { World } from './world.ts';

/** @returns the exit code of the run. @throws AiError */
export async function launchNative(
  world: World,
  facts: NativeFacts,
  plan: NativePlan,
  {
    streams,
    started,
  }: { streams?: StandardStreams | undefined; started?: (() => void) | undefined } = {},
): Promise<number> {
  const interruption = new Interruption();
  const session = { started: false };
  const audit = auditNative(world, facts, plan);
  try {
    say(world, facts, plan);
    await installMissing(world, facts, plan, interruption.abortSignal);
    const environment = environmentOf(facts, plan);
    prepareState(facts, plan, environment);
    interruption.check();
    const { stdin, safe } = plan.terminal;
    const what = { argv: plan.command.argv, environment };
    const filter = safe && (await makeFilter());
    const screen = new ScreenState();
    const end = await runProcess(
      {
        ...(safe?.script ? inOwnTerminal(safe.script, what, process.platform) : what),
        directory: plan.workingDirectory.path,
        stdin,
        ...(filter && {
          filter,
          see: (output) => {
            screen.see(output);
          },
        }),
        ...(plan.limits.timeout && { timeout: plan.limits.timeout.seconds }),
        ...(streams && { streams }),
      },
      () => {
        session.started = true;
        started?.();
        audit.started();
        lookForNewer(world, facts.settings);
        interruption.stop();
      },
    );
    const isWrapped = safe?.script !== undefined;
    if (world.environment['TERM'] !== 'dumb')
      tidyTerminal(safe ? screen : unseenScreen, streams ?? world.streams, {
        killed: wasKilled(end, isWrapped) && streams === undefined && isatty(1),
        safe: safe !== undefined,
      });
    audit.ended(end, isWrapped);
    for (const text of audit.troubles())
      world.emit({ type: 'warning', text: `audit.jsonl: ${text}` });
    for (const text of wordsOfLimits(plan.limits, end)) world.emit({ type: 'warning', text });
    if (facts.program.kind !== 'own') await tellNewer(world, facts);
    return end.timedOut ? exitCodes.timedOut : end.code;
  } catch (error) {
    const interrupted = session.started ? undefined : interruption.exitCode();
    if (interrupted === undefined) throw error;
    return interrupted;
  } finally {
    interruption.stop();
  }
}

/** Who has not asked for a run without isolation is told of it even with --quiet. */
function say({ emit }: World, { instead }: NativeFacts, { notes }: NativePlan): void {
  for (const [index, text] of notes.entries())
    emit({ type: index === 0 && instead !== undefined ? 'notice' : 'note', text });
}

async function installMissing(
  world: World,
  { assistant }: NativeFacts,
  { installation }: NativePlan,
  interrupt: AbortSignal,
): Promise<void> {
  if (installation === undefined) return;
  const { npm, version, directory } = installation;
  const question = `Install ${npm} ${version} by npm into ${directory}, for ai alone?`;
  if (!(await world.confirm(question)))
    throw new AiError('AI_ASSISTANT_MISSING', {
      assistant: assistant.name,
      title: assistant.title,
      package: `${npm}@${version}`,
    });
  const { install } = await import('../engines/native/install.ts');
  await install(installation, { environment: world.environment, emit: world.emit, interrupt });
}

function environmentOf(
  { host }: NativeFacts,
  { environment, command }: NativePlan,
): Record<string, string> {
  const unset = environment.unset.map(({ name }) => name);
  const inherited = Object.entries(host.environment).filter(([name]) => !unset.includes(name));
  return {
    ...Object.fromEntries(inherited),
    ...Object.fromEntries(environment.set.map(({ name, value }) => [name, value])),
    [childVariable]: childMark(command.argv[0] ?? ''),
  };
}

/** Only a state of its own gets our seeds: the user's own settings are the user's. */
function prepareState(
  { assistant }: NativeFacts,
  { state }: NativePlan,
  environment: Readonly<Record<string, string>>,
): void {
  if (state === undefined) return;
  ensureDirectory(state.seedDirectory, 0o700);
  const seeds = assistant.state.seeds?.({
    project: undefined,
    variables: new Map(Object.entries(environment)),
  });
  const owner = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  seedState(state.seedDirectory, seeds ?? {}, { owner });
}

/** Node gives the terminal's modes back at our end; what was switched on in the terminal itself is still on after a kill. */
function wasKilled({ code, signal, timedOut }: ProcessEnd, isWrapped: boolean): boolean {
  const inside = isWrapped && code > 128 && code !== 130;
  return timedOut || inside || (signal !== undefined && signal !== 'SIGINT');
}
