// A launch without an engine: it is set up, or the run goes to the host itself, or there is none. The user decides.

import { isatty } from 'node:tty';
import { namingOf } from '../engines/docker/find.ts';
import { decideFallback } from '../plan/fallback.ts';
import type { Settings } from '../settings/schema.ts';
import type { SetupFacts } from '../setup/facts.ts';
import { groupNote, type Work } from '../setup/work.ts';
import { choiceOf } from './engine-choice.ts';
import { commandsOf, foresee, isOfMac, setUp } from './set-up.ts';
import type { World } from './world.ts';

export interface FallbackInput {
  settings: Settings;
  yes: boolean;
  /** Options of this command line that only a container keeps. */
  needsContainer: readonly string[];
  wasSetUp: boolean;
  choose: Choose;
}

/** Asks which of several ways to take; undefined for none. The first is the one for a bare Enter. */
export type Choose = (question: string, ways: readonly Way[]) => Promise<string | undefined>;

export interface Way {
  /** The letter to type. */
  key: string;
  text: string;
  /** What it does, line by line. */
  details?: readonly string[];
}

/**
 * What to do about it: the same launch `again`, with an engine now, or the run on the host.
 * @throws `error` where it is neither
 */
export async function withoutEngine(
  world: World,
  error: unknown,
  { settings, yes, needsContainer, wasSetUp, choose }: FallbackInput,
): Promise<'again' | 'native'> {
  const decision = decideFallback({
    fallback: settings.fallback,
    named: isNamed(world, settings),
    yes,
    canAsk: isatty(0) && isatty(2),
    needsContainer: needsContainer.length > 0,
    wasSetUp,
  });
  if (decision === 'native') return 'native';
  if (decision === 'set-up' && (await setUp(world, settings))) return 'again';
  const onlyIn = `only a container keeps ${needsContainer.join(', ')}`;
  if (decision === 'not-native') sayNotNative(world, onlyIn);
  if (decision !== 'ask' && decision !== 'ask-set-up') throw error;
  const way = await ask(world, settings, choose, decision === 'ask' ? undefined : onlyIn);
  if (way === 'fail') throw error;
  return way;
}

/**
 * One question, with what each answer does; there is nothing to ask where only stopping is left.
 * @param notNative why it cannot be a run on this machine itself
 */
async function ask(
  world: World,
  settings: Settings,
  choose: Choose,
  notNative: string | undefined,
): Promise<'again' | 'native' | 'fail'> {
  const prospect = await foresee(world, settings);
  if (prospect.kind === 'running') return 'again';
  const { facts, decision } = prospect;
  const stop: Way = { key: 'q', text: 'stop' };
  const native: readonly Way[] =
    notNative === undefined
      ? [{ key: 'n', text: 'run on this machine itself, without isolation' }]
      : [];
  const canSetUp = decision.kind === 'work' && !(decision.work.asRoot && facts.root === 'none');
  const ways: readonly Way[] = canSetUp
    ? [{ key: 's', text: 'set it up', details: detailsOf(decision.work, facts) }, ...native, stop]
    : [stop, ...native];
  if (ways.length === 1) {
    if (notNative !== undefined) sayNotNative(world, notNative);
    return 'fail';
  }
  const missing =
    decision.kind === 'work'
      ? decision.work.missing
      : decision.kind === 'login'
        ? `${decision.user} may use the engine from the next login on (or in: newgrp ${decision.group})`
        : decision.why;
  const why = notNative === undefined ? '' : `; there is no other way, because ${notNative}`;
  const answer = await choose(`${missing}${why}`, ways);
  if (answer === 'n') return 'native';
  if (answer !== 's') return 'fail';
  return (await setUp(world, settings, true)) ? 'again' : 'fail';
}

function sayNotNative({ emit }: World, why: string): void {
  emit({ type: 'notice', text: `not run on this machine itself: ${why}` });
}

const detailsOf = (work: Work, facts: SetupFacts): readonly string[] => [
  ...commandsOf(work, facts),
  ...(work.joins === undefined ? [] : [`(${groupNote(work.joins)})`]),
];

/** Docker's current context on a Mac is a make of engine, which can be started. */
function isNamed(world: World, settings: Settings): boolean {
  const named = namingOf(choiceOf(world, settings));
  return named !== undefined && !isOfMac(named);
}
