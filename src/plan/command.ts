// What runs inside, and whether at a terminal: the user's words put into the assistant's own. Pure.

import type { Assistant, Gesture, SignIn } from '../assistants/assistant.ts';
import type { ModelRoute } from '../assistants/provider-way.ts';
import { AiError } from '../base/errors.ts';
import type { Facts, Request } from './facts.ts';
import type { Reasoned, RunPlan } from './run-plan.ts';

export function planCommand(
  { request, settings }: Pick<Facts, 'request' | 'settings'>,
  assistant: Assistant,
  route?: ModelRoute,
): Reasoned<{ argv: readonly string[] }> {
  if (request.kind === 'exec') return { argv: request.command, reason: 'ai exec' };
  if (request.kind === 'shell')
    return { argv: assistant.image === undefined ? ['bash'] : anyShell, reason: 'ai shell' };
  if (request.kind === 'login')
    return {
      argv: signInCommand(request.signIn),
      reason: `${assistant.title}’s own way to log in`,
    };
  const words = assistant.commandLine(
    gestureOf(request, { ...settings, ...modelOf(assistant, route) }, true),
  );
  return {
    argv: [
      assistant.package.command,
      ...(assistant.package.before ?? []),
      ...withArguments(words, request.arguments),
    ],
    reason: assistant.title,
  };
}

/** What a ready image has. */
const anyShell = ['sh', '-c', 'command -v bash >/dev/null && exec bash; exec sh'];

/** A published port arrives at the container's own address, and some programs listen on its loopback only. */
function signInCommand({ command, callback }: SignIn): readonly string[] {
  if (callback?.relayed !== true) return command;
  const { port } = callback;
  const relay = `socat TCP-LISTEN:${port},fork,bind="$(hostname -I | cut -d' ' -f1)" TCP:127.0.0.1:${port} 2>/dev/null &`;
  return ['sh', '-c', `${relay} exec "$@"`, 'sh', ...command];
}

/**
 * The user's own arguments stand before `--`: behind it everything is the prompt.
 * @throws AiError AI_USAGE where both have one
 */
export function withArguments(words: readonly string[], own: readonly string[]): readonly string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  if (end < words.length && own.includes('--'))
    throw new AiError('AI_USAGE', {
      problem: 'two prompts: one of ai, and one behind --',
      next: 'ai -p "one prompt"',
    });
  return [...words.slice(0, end), ...own, ...words.slice(end)];
}

/** The model of a provider in the assistant's own words, in place of those of the setting. */
export const modelOf = (
  { providers }: Assistant,
  route: ModelRoute | undefined,
): { model?: string; route?: ModelRoute } =>
  route ? { model: providers?.model?.(route) ?? route.model, route } : {};

/** What the user asked for; `contained` is false on the host itself. */
export const gestureOf = (
  { prompt, continue: goOn, json }: Extract<Request, { kind: 'assistant' }>,
  { yolo, model, route }: Pick<Facts['settings'], 'yolo' | 'model'> & { route?: ModelRoute },
  contained: boolean,
): Gesture => ({
  ...(prompt && { prompt }),
  ...(model !== undefined && { model }),
  ...(route && { route }),
  continue: goOn,
  yolo,
  json,
  contained,
});

/** @throws AiError AI_TTY_MISSING where only a terminal makes sense and there is none */
export function planTerminal({
  request,
  terminal,
  settings,
}: Pick<Facts, 'request' | 'terminal' | 'settings'>): RunPlan['terminal'] {
  const { rows, columns } = terminal;
  const safe = settings.terminal === 'safe' && { safe: true as const };
  const tty = terminal.stdin && terminal.stdout;
  checkTerminal(request, terminal);
  if (tty)
    return { tty, stdin: true, rows, columns, ...safe, reason: 'stdin and stdout are terminals' };
  const headless = request.kind === 'assistant' && request.prompt?.headless === true;
  // With -p nobody is going to type: an open terminal as stdin would make the assistant wait for more.
  const stdin = !(headless && terminal.stdin);
  return {
    tty,
    stdin,
    rows,
    columns,
    ...safe,
    reason: stdin ? 'no terminal: stdin is passed on' : 'no terminal, nothing to read',
  };
}

function checkTerminal(request: Request, terminal: Facts['terminal']): void {
  if (request.kind === 'shell' && !(terminal.stdin && terminal.stdout))
    throw new AiError('AI_TTY_MISSING', {
      command: 'ai shell',
      instead: 'ai exec -- sh -s < script.sh',
    });
  const isInteractive =
    request.kind === 'assistant' &&
    request.prompt?.headless !== true &&
    request.arguments.length === 0;
  if (isInteractive && terminal.stdin && !terminal.stdout)
    throw new AiError('AI_TTY_MISSING', {
      command: `a session of ${request.assistant}`,
      instead: 'ai -p "your prompt" > file',
    });
}
