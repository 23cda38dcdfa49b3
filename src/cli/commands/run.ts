// ai, ai run, ai exec, ai shell: everything that starts a container.

import { AiError, isAiError } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { readEngineFacts } from '../../engines/docker/facts.ts';
import { quoteForShell } from '../../base/quote.ts';
import { mark } from '../../base/trace.ts';
import { launch } from '../../launch/launch.ts';
import { withLiveEngine } from '../../launch/live-engine.ts';
import { confirmRemotes, rememberRemotes } from '../../launch/confirm-remotes.ts';
import { rememberHidden } from '../../launch/look-mask.ts';
import { look } from '../../launch/look.ts';
import { proposeMask } from '../../launch/propose-mask.ts';
import { migrateOnce } from '../../launch/migrate-once.ts';
import { rememberImage } from '../../launch/remember-image.ts';
import { runReferences } from '../../launch/run-references.ts';
import { engineEndpoint, makeServices } from '../../launch/services.ts';
import { settle, settleRun, type SettledSettings } from '../../launch/settle.ts';
import type { World } from '../../launch/world.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import type { EngineFacts, Facts, Request } from '../../plan/facts.ts';
import { secretsOfPlan } from '../../plan/known-secrets.ts';
import type { RunPlan } from '../../plan/run-plan.ts';
import type { Settings } from '../../settings/schema.ts';
import { factsApart, isApart, settingsApart } from '../../plan/apart.ts';
import { readGitSettings } from '../../read/git-settings.ts';
import type { StandardStreams } from '../../session/streams.ts';
import type { CommandCall, CommandHandler } from '../commands.ts';
import { assistantOf, assistantRequest } from './assistant-request.ts';
import type { NativeStart } from './native.ts';

export const run: CommandHandler = (call) =>
  startRequest(call, (settings) => assistantRequest(call, settings));

export const exec: CommandHandler = (call) =>
  startRequest(call, (settings) => {
    if (call.words.length === 0)
      throw new AiError('AI_USAGE', {
        problem: 'ai exec needs a command',
        next: 'ai exec -- npm test',
      });
    return { kind: 'exec', assistant: assistantOf(settings), command: call.words };
  });

export const shell: CommandHandler = (call) =>
  startRequest(call, (settings) => {
    if (call.words.length > 0)
      throw new AiError('AI_USAGE', {
        problem: 'ai shell takes no command',
        next: `ai exec -- ${call.words.map(quoteForShell).join(' ')}`,
      });
    return { kind: 'shell', assistant: assistantOf(settings) };
  });

/** The plan of a command line, and the facts that it was made from. */
export async function planOf(
  call: CommandCall,
  requestOf: (settings: Settings) => Request,
): Promise<{ facts: Facts; plan: RunPlan }> {
  const { world, options } = call;
  const settled = await settle(world, options.settings, options.plain);
  return planIn(call, settled, requestOf(settled.settings));
}

async function planIn(
  { options }: CommandCall,
  { settings: given, project, world }: SettledSettings,
  request: Request,
  settleFacts: (facts: Facts) => Facts | Promise<Facts> = (facts) => facts,
): Promise<{ facts: Facts; plan: RunPlan }> {
  const apart = isApart(request);
  const directory = path.resolve(world.directory, options.plain.directory ?? '.');
  // Begun first of all: it is what takes longest.
  const gitSettings = readGitSettings(directory, world.environment, world.home);
  gitSettings.catch(() => undefined);
  const live = await withLiveEngine(world, given);
  const settings = apart ? settingsApart(live) : live;
  const seen = await look(world, {
    request,
    settings,
    engine: await engineFactsOf(world, settings, options.plain.dryRun === true),
    directory,
    gitSettings,
    // Of a run apart nothing of it is mounted.
    allowAnyRoot: options.plain.allowRootDir === true || apart,
    ...(project && { project }),
  });
  mark('project and machine looked at');
  const facts = await settleFacts(apart ? factsApart(seen) : seen);
  const plan = buildPlan(facts);
  mark('run planned');
  world.redactor.learn(secretsOfPlan(plan.environment));
  return { facts, plan };
}

/**
 * A preview needs no engine: where none is found, the usual one is taken for granted, and where one cannot be used that is
 * said. A launch runs into what is wrong where it would begin, but for an engine that stays silent: nothing would end there.
 */
async function engineFactsOf(
  world: World,
  settings: Settings,
  isPreview: boolean,
): Promise<EngineFacts> {
  try {
    return await readEngineFacts(engineEndpoint(world, settings));
  } catch (error) {
    if (!(error instanceof AiError)) throw error;
    if (!isPreview && isAiError(error, 'AI_ENGINE_UNREACHABLE')) throw error;
    if (isPreview && !isAiError(error, 'AI_ENGINE_MISSING')) {
      const { wordsOf } = await import('../words.ts');
      const text = `# as for an engine on this machine; the one meant cannot be used: ${wordsOf(error).what}`;
      world.emit({ type: 'note', text });
    }
    return readEngineFacts(undefined);
  }
}

export interface StartOptions {
  /** `settle` where nobody is to be asked about the project's settings. */
  settleHow?: typeof settle;
  /** Those of the run, where it has not the user's own. */
  streams?: StandardStreams;
  /** Everything is known, its secrets too, and nothing has been started. */
  ready?: () => void;
  started?: () => void;
}

/**
 * Starts what is asked for, to its end.
 * @returns the exit code. @throws AiError
 */
export async function startRequest(
  given: CommandCall,
  requestOf: (settings: Settings) => Request,
  { settleHow = settleRun, streams, ready, started }: StartOptions = {},
): Promise<number> {
  const { options } = given;
  const settled = await (options.plain.dryRun ? settle : settleHow)(
    given.world,
    options.settings,
    options.plain,
  );
  mark('settings read');
  const { settings, world } = settled;
  const call = { ...given, world };
  if (!options.plain.dryRun && !settings.native) await migrateOnce(world);
  const request = requestOf(settings);
  const what = { settings, request, streams, ready, started };
  if (settings.native) return startNative(call, what);
  for (let wasSetUp = false; ; wasSetUp = true) {
    const session = { started: false };
    try {
      const isPreview = options.plain.dryRun === true;
      const { facts, plan } = await planIn(call, settled, request, async (seen) =>
        isPreview
          ? seen
          : proposeMask(world, await readyFacts(world, seen), settled.isSetByUser('mask')),
      );
      if (isPreview) {
        const { preview } = await import('./preview.ts');
        return preview(world, plan, options.plain.json === true);
      }
      ready?.();
      const inside = streams ? { ...world, streams } : world;
      const services = makeServices(inside, facts, plan, options.plain.waitRemoved === true);
      let remembered: Promise<void> | undefined;
      const noteStart = (): void => {
        session.started = true;
        // A run apart has seen nothing of them.
        if (!isApart(request)) rememberRemotes(world, facts);
        rememberHidden(world, facts);
        remembered = rememberImage(world, facts);
        services.started();
        started?.();
      };
      const code = await launch(plan, { ...services, started: noteStart });
      await remembered;
      return code;
    } catch (error) {
      if (session.started) throw error;
      const instead = await insteadOf(error, call, settings, wasSetUp);
      if (instead !== undefined) return startNative(call, { ...what, instead });
    }
  }
}

/** What the user has to be asked for, or to type, before a run. */
async function readyFacts(world: World, seen: Facts): Promise<Facts> {
  const isNew = (seen.image.project?.unagreed.length ?? 0) > 0;
  const { confirmImage } = isNew
    ? await import('../../launch/confirm-image.ts')
    : { confirmImage: undefined };
  const agreed = (await confirmImage?.(world, seen)) ?? seen;
  return runReferences(world, await confirmRemotes(world, agreed));
}

/** Why the run goes to the host after all; undefined where there is an engine now. Throws the error where there is not. */
async function insteadOf(
  error: unknown,
  { world, options }: CommandCall,
  settings: Settings,
  wasSetUp: boolean,
): Promise<string | undefined> {
  const mayNot = isAiError(error, 'AI_ENGINE_PERMISSION');
  const isMissing =
    isAiError(error, 'AI_ENGINE_MISSING') || isAiError(error, 'AI_ENGINE_UNREACHABLE');
  if (!mayNot && !isMissing) throw error;
  const [{ withoutEngine }, { choose }, { containerOptions }] = await Promise.all([
    import('../../launch/fallback.ts'),
    import('../choose.ts'),
    import('../native-options.ts'),
  ]);
  const way = await withoutEngine(world, error, {
    settings,
    yes: options.plain.yes === true,
    needsContainer: containerOptions(options),
    wasSetUp,
    choose,
  });
  if (way !== 'native') return undefined;
  return mayNot ? 'you may not use the engine here' : 'no engine runs here';
}

async function startNative(call: CommandCall, what: NativeStart): Promise<number> {
  const { startOnHost } = await import('./native.ts');
  return startOnHost(call, what);
}
