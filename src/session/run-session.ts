// One session from attach to exit, in the order that loses nothing: attach and watch, terminal and signals, start, wait.

import type { Container, ContainerEnd } from '../engines/engine.ts';
import { grace } from '../base/grace.ts';
import { mark } from '../base/trace.ts';
import { EarlySignals } from './early-signals.ts';
import { Ending, shortGrace } from './ending.ts';
import { forwardSignals } from './signals.ts';
import { makeFilter } from './make-filter.ts';
import { ScreenState, tidyTerminal } from './screen-state.ts';
import { copyInput, copyOutput, flush, openStdin, type StandardStreams } from './streams.ts';
import { suspendOnCtrlZ } from './suspend.ts';
import { oneAtATime, RawMode, sizeOf, withLastAgain } from './terminal.ts';

export interface SessionPlan {
  terminal: {
    tty: boolean;
    stdin: boolean;
    /** Output to a terminal is filtered: what reaches beyond its window is taken out. */
    safe?: true;
  };
  /** Seconds until the session is ended. */
  timeout?: number;
}

export type SessionEnd = ContainerEnd & { timedOut: boolean };

export interface SessionHooks {
  /** Last of all before the start. What it throws keeps the container from starting. */
  starting: () => Promise<void>;
  /** The container runs. */
  started: () => void;
}

/**
 * Runs a created container to its end.
 * @throws AiError when the engine refuses to attach or to start; the container is still there then
 */
export async function runSession(
  container: Container,
  plan: SessionPlan,
  streams: StandardStreams,
  { starting, started }: Partial<SessionHooks> = {},
): Promise<SessionEnd> {
  const attaching = Promise.all([
    container.attach(),
    container.watch(),
    plan.terminal.safe && makeFilter(),
  ]);
  // Node opens it when it is first asked for: while the engine answers.
  const stdin = plan.terminal.stdin ? openStdin(streams) : undefined;
  const [attached, watch, filter] = await attaching;
  mark('attached');
  const signals = new EarlySignals(container);
  const ending = new Ending(signals);
  const { tty, safe = false } = plan.terminal;
  const session = tty ? atTerminal(container, streams) : withoutTerminal();
  const screen = new ScreenState();
  let killed = false;
  let timedOut = false;
  let limit: NodeJS.Timeout | undefined;
  const stopForwarding = forwardSignals(signals, ending);
  const output = copyOutput(attached, streams, {
    tty,
    see: (data) => {
      screen.see(data);
    },
    filter,
    onBroken: () => {
      ending.begin('SIGPIPE', shortGrace);
    },
  });
  let stopInput = (): void => undefined;
  try {
    session.enter();
    if (stdin)
      stopInput = copyInput(stdin, attached, {
        tty,
        see: session.seeInput,
      });
    await starting?.();
    await container.start();
    mark('container started');
    signals.started();
    started?.();
    session.resize();
    if (plan.timeout !== undefined)
      limit = setTimeout(() => {
        timedOut = true;
        ending.begin('SIGTERM', grace);
      }, plan.timeout * 1000);
    const end = await watch.end;
    mark('container ended');
    // The output's end follows the container's; after a lost engine it may never come.
    if (end.kind === 'exited') await output;
    await Promise.all([flush(streams.stdout), flush(streams.stderr)]);
    mark('output complete');
    killed = tty && (end.kind === 'lost' || ending.begun || end.code > 128);
    return { ...end, timedOut };
  } finally {
    clearTimeout(limit);
    ending.over();
    stopForwarding();
    stopInput();
    session.leave();
    tidyTerminal(screen, streams, { killed, safe });
    attached.destroy();
  }
}

interface TerminalSession {
  enter: () => void;
  leave: () => void;
  resize: () => void;
  seeInput?: (input: Buffer) => void;
}

function atTerminal(container: Container, { stdin, stdout }: StandardStreams): TerminalSession {
  const raw = new RawMode(stdin);
  const resize = oneAtATime(async () => {
    const size = sizeOf(stdout);
    if (size) await container.resize(size.rows, size.columns);
  });
  const follow = withLastAgain(resize);
  return {
    enter: () => {
      raw.enter();
      stdout.on('resize', follow.call);
    },
    leave: () => {
      stdout.off('resize', follow.call);
      follow.stop();
      raw.leave();
    },
    resize,
    seeInput: suspendOnCtrlZ(container, {
      leave: () => {
        raw.leave();
      },
      enter: () => {
        raw.enter();
        resize();
      },
    }),
  };
}

const withoutTerminal = (): TerminalSession => ({
  enter: () => undefined,
  leave: () => undefined,
  resize: () => undefined,
});
