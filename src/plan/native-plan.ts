// The plan of a run on the host itself, without a container and without isolation: facts in, plan out. Pure.

import { isFromNpm, type Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isApart } from './apart.ts';
import { gestureOf, modelOf, planTerminal, withArguments } from './command.ts';
import { foreignEndpoint } from './endpoint.ts';
import { checkKeys, endpointNotes } from './keys.ts';
import { planNativeEnvironment, type NativeEnvironment } from './native-environment.ts';
import type { NativeFacts } from './native-facts.ts';
import { installationOf, type Installation } from './native-installation.ts';
import { nativeNetworkNotes, planTimeout } from './limits.ts';
import { defaultProfile } from './places.ts';
import { nativePresetNotes } from './isolation-notes.ts';
import { nativeMaskNotes } from './mask.ts';
import { describeRoute, modelNotes, planRoute } from './model-route.ts';
import type { PlannedRoute } from './planned-route.ts';
import type { Limits, ModelPlan, Reasoned } from './run-plan.ts';

/** Raised when the shape changes in a way that a reader of `--dry-run --json` would notice. */
export const nativePlanVersion = 1;

export interface NativePlan {
  version: typeof nativePlanVersion;
  kind: 'native';
  run: { assistant: string };
  command: Reasoned<{ argv: readonly string[] }>;
  workingDirectory: Reasoned<{ path: string }>;
  environment: NativeEnvironment;
  /** The model, where it is a provider's and not the assistant's own. */
  model?: ModelPlan;
  /** A home for the assistant's state alone, where the user's own must not be used. */
  state?: Reasoned<{ home: string; seedDirectory: string }>;
  /** What has to be installed before the start. */
  installation?: Reasoned<Installation>;
  /** `safe`: the output is filtered, in a terminal of the run's own that the program `script` makes where there is a session. */
  terminal: { tty: boolean; stdin: boolean; safe?: { script?: string }; reason: string };
  limits: Pick<Limits, 'timeout'>;
  /** Said to the user before the start. */
  notes: readonly string[];
}

/**
 * The plan of one run on the host.
 * @throws AiError where the facts allow no run (no key, no terminal for a session)
 */
export function buildNativePlan(facts: NativeFacts): NativePlan {
  const { request, settings, state, program, machine, assistant } = facts;
  const { tty, stdin, safe, reason } = planTerminal(facts);
  if (safe && tty && facts.script === undefined)
    throw new AiError('AI_USAGE', {
      problem: 'terminal: safe needs the program `script` on this machine',
      next: 'install util-linux, or use --terminal raw',
    });
  const route = planRoute(facts, assistant, 'host');
  const model = describeRoute(route);
  if (request.kind === 'assistant' && !route) checkKeys(facts, assistant);
  const installation = isFromNpm(assistant.package)
    ? installationOf(
        ...([assistant.package, state.directory, machine] as const),
        program.kind === 'own' ? undefined : program.version,
      )
    : undefined;
  const isOurs = request.kind === 'assistant' && program.kind !== 'own';
  const { environment, home } = planNativeEnvironment(facts, assistant, isOurs, route);
  if (home !== undefined)
    checkHome(assistant, home, settings.profile === defaultProfile ? model : undefined);
  const timeout = planTimeout(settings);
  return {
    version: nativePlanVersion,
    kind: 'native',
    run: { assistant: assistant.name },
    command: planCommand(facts, assistant, installation, route),
    workingDirectory: { path: facts.directory, reason: 'where you are, or sent it with -C' },
    environment,
    ...(model && { model }),
    ...(home !== undefined && {
      state: {
        home,
        seedDirectory: path.join(home, assistant.state.directories[0].inside),
        reason: 'a login of its own: of a profile, or kept away from another vendor',
      },
    }),
    ...(request.kind === 'assistant' &&
      program.kind === 'missing' &&
      installation && {
        installation: { ...installation, reason: `no ${assistant.package.command} on your PATH` },
      }),
    terminal: {
      tty,
      stdin,
      ...(safe && { safe: tty && facts.script !== undefined ? { script: facts.script } : {} }),
      reason,
    },
    limits: timeout ? { timeout } : {},
    notes: notesOf(facts, assistant, { environment, home, route }),
  };
}

/** @throws AiError AI_USAGE where nothing tells it to keep its state elsewhere than in the user's home */
function checkHome({ title, state }: Assistant, home: string, model: ModelPlan | undefined): void {
  if (Object.keys(state.variables(home)).length > 0) return;
  throw new AiError(
    'AI_USAGE',
    model
      ? {
          problem: `on this machine itself ${title} knows no state but yours, whose login would go along to ${model.provider}`,
          next: 'leave out --native, or --model',
        }
      : {
          problem: `on this machine itself ${title} knows no state but yours, so no other profile`,
          next: 'leave out --native, or --profile',
        },
  );
}

function planCommand(
  { request, settings, program, host }: NativeFacts,
  assistant: Assistant,
  installation: Installation | undefined,
  route: PlannedRoute | undefined,
): NativePlan['command'] {
  if (request.kind === 'exec') return { argv: request.command, reason: 'ai exec' };
  if (request.kind === 'shell')
    return { argv: [host.environment['SHELL'] || '/bin/sh'], reason: 'ai shell: $SHELL' };
  if (request.kind === 'login')
    throw new AiError('AI_USAGE', {
      problem: `on this machine itself ${assistant.title} logs in by its own means`,
      next: (assistant.signIn?.command ?? [assistant.package.command]).join(' '),
    });
  const start = program.kind === 'own' ? [program.path] : installation?.command;
  const { name, title } = assistant;
  if (start === undefined) throw new AiError('AI_ASSISTANT_MISSING', { assistant: name, title });
  const words = assistant.commandLine(
    // Apart from the project its directory is one of ours, as in a container.
    gestureOf(request, { ...settings, ...modelOf(assistant, route) }, isApart(request)),
  );
  return {
    argv: [
      ...start,
      ...(assistant.package.before ?? []),
      ...withArguments(words, request.arguments),
    ],
    reason: `${assistant.title}, ${program.kind === 'own' ? 'as it is on your PATH' : 'installed by ai'}`,
  };
}

interface Surroundings {
  environment: NativeEnvironment;
  home: string | undefined;
  route: PlannedRoute | undefined;
}

function notesOf(
  facts: NativeFacts,
  assistant: Assistant,
  { environment, home, route }: Surroundings,
): readonly string[] {
  const { request, instead } = facts;
  const what =
    request.kind === 'assistant'
      ? assistant.title
      : request.kind === 'exec'
        ? (request.command[0] ?? '')
        : 'the shell';
  const given = environment.set;
  const sent = [...given, ...environment.inherited, ...facts.endpoints];
  const foreign = route?.host ?? foreignEndpoint(assistant, sent);
  return [
    `${instead ? `${instead}: ` : ''}${what} runs on this machine itself, without isolation`,
    ...nativeMaskNotes(facts.settings),
    ...nativeNetworkNotes(facts.settings),
    ...nativePresetNotes(facts.settings),
    ...modelNotes(facts, assistant),
    ...endpointNotes(facts, assistant, given, route),
    ...(foreign !== undefined && home !== undefined
      ? [`sent to ${foreign}: with settings of its own in ${home}, without your login`]
      : []),
    ...(route && home === undefined
      ? [`sent to ${route.host}: with the settings that it has on this machine`]
      : []),
  ];
}
