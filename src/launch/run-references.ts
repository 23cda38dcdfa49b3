// Runs the commands on the host that give values which this run will get (`command:op read …`), and no others.

import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { planEnvironment } from '../plan/environment.ts';
import type { Facts, KeptFacts } from '../plan/facts.ts';
import { planNativeEnvironment } from '../plan/native-environment.ts';
import type { NativeFacts } from '../plan/native-facts.ts';
import { isPrinted, own } from '../plan/kept-values.ts';
import { planRoute } from '../plan/model-route.ts';
import type { Variable } from '../plan/run-plan.ts';
import { commandIn } from '../settings/references.ts';
import { Interruption } from '../session/interruption.ts';
import { isAtTerminal, type World } from './world.ts';

interface Reference {
  /** The variable, for people. */
  name: string;
  command: string;
}

/**
 * The facts with what the commands have printed.
 * @throws AiError AI_SECRET_COMMAND, AI_INTERRUPTED
 */
export const runReferences = (world: World, facts: Facts): Promise<Facts> =>
  run(world, facts, (now, assistant) =>
    // Neither terminal nor name decides about what the user gives.
    planEnvironment(now, assistant, {
      ...{ tty: false, userName: '', route: planRoute(now, assistant, 'container') },
    }),
  );

export const runNativeReferences = (world: World, facts: NativeFacts): Promise<NativeFacts> =>
  run(
    world,
    facts,
    (now, assistant) =>
      planNativeEnvironment(now, assistant, false, planRoute(now, assistant, 'host')).environment
        .set,
  );

type WithKept = Pick<Facts, 'assistant' | 'settings' | 'secrets'> & { kept?: KeptFacts };

async function run<F extends WithKept>(
  world: World,
  facts: F,
  environmentOf: (facts: F, assistant: Assistant) => readonly Variable[],
): Promise<F> {
  const { kept, assistant } = facts;
  if (kept === undefined || !hasReferences(facts, kept)) return facts;
  const interruption = new Interruption();
  try {
    let printed = kept.printed;
    for (;;) {
      const now = { ...facts, kept: { ...kept, printed } };
      const next = nextOf(referencesIn(environmentOf(now, assistant), printed), assistant);
      if (next.length === 0) return now;
      const values = await runAll(world, next, interruption.abortSignal);
      world.redactor.learn(Object.values(values));
      printed = { ...printed, ...values };
    }
  } catch (error) {
    if (interruption.exitCode() === undefined) throw error;
    throw new AiError('AI_INTERRUPTED', { before: 'the start' }, { cause: error });
  } finally {
    interruption.stop();
  }
}

/** A quick look, for the many who have none. */
const hasReferences = ({ settings, secrets }: WithKept, kept: KeptFacts): boolean =>
  Object.values(settings.env).some((value) => typeof value === 'object' && value !== null) ||
  [secrets, kept.project.values, kept.envFile].some((texts) =>
    Object.values(texts).some((text) => text !== undefined && commandIn(text) !== undefined),
  );

function referencesIn(
  environment: readonly Variable[],
  printed: KeptFacts['printed'],
): readonly Reference[] {
  const found = new Map<string, Reference>();
  for (const { name, from } of environment)
    if (from && isPrinted(from) && 'command' in from && own(printed, from.command) === undefined)
      found.set(from.command, { name, command: from.command });
  return [...found.values()];
}

/** Where it is sent decides which logins go along, so that comes first. */
function nextOf(all: readonly Reference[], { endpoint }: Assistant): readonly Reference[] {
  const ofEndpoint = all.filter(({ name }) => endpoint?.variables.includes(name));
  return ofEndpoint.length > 0 ? ofEndpoint : all;
}

/** One after the other where each may ask the user something, else all at once. */
async function runAll(
  world: World,
  references: readonly Reference[],
  interrupt: AbortSignal,
): Promise<Record<string, string>> {
  const { runForValue } = await import('./run-for-value.ts');
  const { environment, home } = world;
  const terminal = isAtTerminal(world);
  const failed = new AbortController();
  const giveUp = (): void => {
    failed.abort();
  };
  interrupt.addEventListener('abort', giveUp, { once: true });
  const one = async ({ name, command }: Reference): Promise<readonly [string, string]> => {
    world.emit({ type: 'debug', text: `${name}: ${command}` });
    const end = await runForValue(command, {
      ...{ environment, terminal },
      // Not the project: what lies there is not to change what the user's own commands do.
      directory: home,
      interrupt: failed.signal,
    });
    if ('value' in end) return [command, end.value];
    // Ctrl-C reaches it and us at once.
    if (end.detail === 'SIGINT' || (end.failure === 'exit' && end.detail === '130'))
      throw new AiError('AI_INTERRUPTED', { before: 'the start' });
    throw new AiError('AI_SECRET_COMMAND', { name, command, ...end });
  };
  try {
    if (terminal) {
      const values: (readonly [string, string])[] = [];
      for (const reference of references) values.push(await one(reference));
      return Object.fromEntries(values);
    }
    const ends = references.map(one);
    // All to their end: none is left behind.
    const first = Promise.all(ends);
    first.catch(giveUp);
    await Promise.allSettled(ends);
    return Object.fromEntries(await first);
  } finally {
    interrupt.removeEventListener('abort', giveUp);
  }
}
