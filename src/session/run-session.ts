// One session from attach to exit, in the order that loses nothing: attach and watch, terminal and signals, start, wait.

import type { Container, ContainerEnd } from '../engines/engine.ts';
import { grace } from '../base/grace.ts';
import { Ending, shortGrace } from './ending.ts';
import { forwardSignals } from './signals.ts';
import {
  copyInput,
  copyOutput,
  flush,
  type OutputFilter,
  type StandardStreams,
} from './streams.ts';
import { suspendOnCtrlZ } from './suspend.ts';
import { oneAtATime, RawMode, ScreenState, sizeOf } from './terminal.ts';

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

/**
 * Runs a created container to its end.
 * @param onStarted called once the container runs
 * @throws AiError when the engine refuses to attach or to start; the container is still there then
 */
export async function runSession(
  container: Container,
  plan: SessionPlan,
  streams: StandardStreams,
  onStarted: () => void,
): Promise<SessionEnd> {
  const [attached, watch, filter] = await Promise.all([
    container.attach(),
    container.watch(),
    plan.terminal.safe && makeFilter(),
  ]);
  const ending = new Ending(container);
  const session = plan.terminal.tty ? atTerminal(container, streams) : withoutTerminal();
  let timedOut = false;
  let limit: NodeJS.Timeout | undefined;
  const stopForwarding = forwardSignals(container, ending);
  const output = copyOutput(attached, streams, {
    tty: plan.terminal.tty,
    see: session.seeOutput,
    filter,
    onBroken: () => {
      ending.begin('SIGPIPE', shortGrace);
    },
  });
  let stopInput = (): void => undefined;
  try {
    session.enter();
    if (plan.terminal.stdin)
      stopInput = copyInput(streams.stdin, attached, {
        tty: plan.terminal.tty,
        see: session.seeInput,
      });
    await container.start();
    onStarted();
    session.resize();
    if (plan.timeout !== undefined)
      limit = setTimeout(() => {
        timedOut = true;
        ending.begin('SIGTERM', grace);
      }, plan.timeout * 1000);
    const end = await watch.end;
    // The output's end follows the container's; after a lost engine it may never come.
    if (end.kind === 'exited') await output;
    await Promise.all([flush(streams.stdout), flush(streams.stderr)]);
    session.leave(end.kind === 'lost' || ending.begun || end.code > 128);
    return { ...end, timedOut };
  } finally {
    clearTimeout(limit);
    ending.over();
    stopForwarding();
    stopInput();
    session.leave(false);
    attached.destroy();
  }
}

async function makeFilter(): Promise<() => OutputFilter> {
  const { TerminalFilter } = await import('./terminal-filter.ts');
  return () => new TerminalFilter();
}

interface TerminalSession {
  enter: () => void;
  /** @param killed the program inside could not tidy up after itself */
  leave: (killed: boolean) => void;
  resize: () => void;
  seeInput?: (input: Buffer) => void;
  seeOutput?: (output: Buffer) => void;
}

function atTerminal(container: Container, { stdin, stdout }: StandardStreams): TerminalSession {
  const raw = new RawMode(stdin);
  const screen = new ScreenState();
  const resize = oneAtATime(async () => {
    const size = sizeOf(stdout);
    if (size) await container.resize(size.rows, size.columns);
  });
  return {
    enter: () => {
      raw.enter();
      stdout.on('resize', resize);
    },
    leave: (killed) => {
      stdout.off('resize', resize);
      raw.leave();
      if (killed) stdout.write(screen.reset);
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
    seeOutput: (data) => {
      screen.see(data);
    },
  };
}

const withoutTerminal = (): TerminalSession => ({
  enter: () => undefined,
  leave: () => undefined,
  resize: () => undefined,
});
