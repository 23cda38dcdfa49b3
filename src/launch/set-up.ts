// Brings this machine to a running engine: look, decide, ask, act.

import { AiError, isAiError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { path } from '../base/path.ts';
import { withSystemPath } from '../host/command.ts';
import { showEndpoint } from '../engines/docker/endpoint.ts';
import { namingOf, type EngineNaming } from '../engines/docker/find.ts';
import { Interruption } from '../session/interruption.ts';
import type { Settings } from '../settings/schema.ts';
import { act } from '../setup/act.ts';
import { actAsRoot } from '../setup/as-root.ts';
import { decide, type Decision } from '../setup/decide.ts';
import type { SetupFacts } from '../setup/facts.ts';
import { look } from '../setup/look.ts';
import { proxiesOf, rootEnvironment } from '../setup/step-environment.ts';
import { commandLine, groupNote, type Membership, type Work } from '../setup/work.ts';
import { choiceOf } from './engine-choice.ts';
import { askEngine, versionAt, type EngineAnswer } from './engine-version.ts';
import { withLiveEngine } from './live-engine.ts';
import { engineEndpoint } from './services.ts';
import { settle } from './settle.ts';
import { isAtTerminal, type World } from './world.ts';

/** What `ai setup` finds before it does anything. */
export type Prospect =
  | { kind: 'running'; endpoint: string; make: string; version: string }
  | { kind: 'decided'; facts: SetupFacts; decision: Decision };

export type SetUpEnd =
  | { kind: 'declined' }
  | { kind: 'ready'; endpoint: string; version: string; work: Work }
  /** It runs, and the user may use it from the next login on. */
  | ({ kind: 'login'; endpoint: string; version?: string; work?: Work } & Membership);

/**
 * Installs and starts what is missing, after the user's yes.
 * @param settings of this command line; without any, those of file and environment
 * @param asked the user has seen the commands and said yes already
 * @returns true if an engine runs now, false if the user said no
 * @throws AiError AI_SETUP_… where it cannot be done here, or not without a yes; AI_INTERRUPTED
 */
export async function setUp(world: World, settings?: Settings, asked = false): Promise<boolean> {
  const fromFile = { origin: 'command line', values: [] };
  const prospect = await foresee(world, settings ?? (await settle(world, fromFile)).settings);
  if (prospect.kind === 'running') return true;
  const end = await carryOut(world, prospect, asked);
  if (end.kind === 'login')
    throw new AiError('AI_SETUP_LOGIN', { user: end.user, group: end.group });
  return end.kind === 'ready';
}

/**
 * Looks and decides; changes nothing.
 * @throws AiError AI_SETUP_NAMED, and what a wrong endpoint or context throws
 */
export async function foresee(world: World, settings: Settings): Promise<Prospect> {
  const { environment, home, uid } = world;
  const named = namingOf(choiceOf(world, settings));
  const { endpoint, socket, answer } = await ask(world, settings);
  if (typeof answer !== 'string') return { kind: 'running', endpoint: endpoint ?? '', ...answer };
  const { platform } = process;
  if (named !== undefined && !isOfMac(named)) {
    const { origin, name } = named;
    throw new AiError('AI_SETUP_NAMED', { origin, name, forbidden: answer === 'forbidden' });
  }
  const facts = await look({
    ...{ environment, home, uid, platform },
    forbidden: answer === 'forbidden' ? socket : undefined,
    context: named?.name,
  });
  return { kind: 'decided', facts, decision: decide(facts) };
}

/** A make of engine for a Mac has a context of its own: starting it is what its user wants. */
export const isOfMac = ({ by }: EngineNaming): boolean =>
  process.platform === 'darwin' && by !== 'host' && by !== 'DOCKER_HOST';

async function ask(
  world: World,
  settings: Settings,
): Promise<{ endpoint?: string; socket?: string; answer: EngineAnswer }> {
  try {
    const endpoint = engineEndpoint(world, await withLiveEngine(world, settings));
    return {
      endpoint: showEndpoint(endpoint),
      ...(endpoint.kind === 'unix' && { socket: endpoint.path }),
      answer: await askEngine(endpoint),
    };
  } catch (error) {
    if (isAiError(error, 'AI_ENGINE_MISSING')) return { answer: 'silent' };
    throw error;
  }
}

/** Asks, unless that is done, and acts. */
export async function carryOut(
  world: World,
  { facts, decision }: Extract<Prospect, { kind: 'decided' }>,
  asked = false,
): Promise<SetUpEnd> {
  if (decision.kind === 'login') return { ...decision, endpoint: `unix://${decision.socket}` };
  if (decision.kind === 'instructions')
    throw new AiError('AI_SETUP_UNSUPPORTED', { why: decision.why, commands: decision.commands });
  const { work } = decision;
  if (work.asRoot && facts.root === 'none')
    throw new AiError('AI_SETUP_ROOT', {
      missing: work.missing,
      commands: commandsOf(work, facts),
    });
  if (!asked && !(await agreed(world, facts, work))) return { kind: 'declined' };
  const interruption = new Interruption();
  try {
    const version = await perform(world, facts, work, interruption.abortSignal);
    throwIfInterrupted(interruption.abortSignal, 'the next step');
    const running = { endpoint: `unix://${work.wait.socket}`, version, work };
    return facts.root === 'self' || work.joins === undefined
      ? { kind: 'ready', ...running }
      : { kind: 'login', ...running, ...work.joins };
  } finally {
    interruption.stop();
  }
}

/** The commands as this user would type them. */
export const commandsOf = (work: Work, { root }: SetupFacts): readonly string[] =>
  work.steps.map((step) => commandLine(step, work.asRoot && root === 'sudo'));

/**
 * Asks, where anything is to be changed.
 * @throws AiError AI_SETUP_NEEDED
 */
async function agreed(world: World, facts: SetupFacts, work: Work): Promise<boolean> {
  const commands = commandsOf(work, facts);
  const { missing, joins } = work;
  if (commands.length === 0) {
    world.emit({ type: 'note', text: missing });
    return true;
  }
  const details = [
    `${missing}; to set it up, ai runs:`,
    ...commands.map((command) => `    ${command}`),
    ...(joins === undefined ? [] : [groupNote(joins)]),
  ];
  if (await world.confirm('Do this now?', details)) return true;
  if (isAtTerminal(world)) return false;
  throw new AiError('AI_SETUP_NEEDED', { missing, commands });
}

async function perform(
  world: World,
  facts: SetupFacts,
  work: Work,
  interrupt: AbortSignal,
): Promise<string> {
  const { emit, environment } = world;
  const services = { emit, interrupt, versionAt };
  if (!work.asRoot) return act(work, { ...services, environment: withSystemPath(environment) });
  if (facts.root === 'self')
    return act(work, { ...services, environment: rootEnvironment(environment) });
  const program = path.join(world.dist, 'set-up-program.cjs');
  const options = { program, terminal: isAtTerminal(world) };
  return actAsRoot({ work, proxies: proxiesOf(environment) }, options, {
    ...services,
    environment,
  });
}
