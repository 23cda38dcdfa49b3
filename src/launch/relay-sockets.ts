// Brings sockets of this machine into a container of an engine that shares none: a program inside, and the relay to it.

import { connect } from 'node:net';
import { Transform, type Duplex } from 'node:stream';
import { isAiError, messageOf } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Container, ContainerUser } from '../engines/engine.ts';
import { relayProgram, socketDirectory } from '../plan/inside.ts';
import { Demultiplexer } from '../session/demultiplex.ts';
import { openRelay } from '../tunnel/relay.ts';

export interface RelayedSockets {
  /** Their names, inside as here. */
  names: readonly string[];
  /** What they lead to, for people. */
  title: string;
  /** Where one of them is on this side, asked for every connection. */
  addressOf: (name: string) => string | undefined;
  emit: Emit;
}

export interface SocketRelay {
  /** Nothing that ends from here on is worth a word. */
  expectEnd: () => void;
  close: () => void;
}

/**
 * Milliseconds until the engine is asked whether an end was one of the relay alone. It has mostly told the container's by then, and
 * the first process still waits for the sockets of a relay that did not start.
 */
const timeForTheSession = 3000;

/** Bytes of the program's words that are kept for the user. */
const mostWords = 300;

/** Starts in the background what the first process waits for. Where it fails, that is one warning. */
export function relaySockets(
  container: Container,
  user: ContainerUser,
  { names, title, addressOf, emit }: RelayedSockets,
): SocketRelay {
  let stream: Duplex | undefined;
  let isExpected = false;
  let warning: NodeJS.Timeout | undefined;
  const fail = (why: string): void => {
    if (isExpected || warning !== undefined) return;
    const text = `${title} cannot be reached from inside (the relay to it has ended${why && `: ${why}`})`;
    warning = setTimeout(() => {
      // A busy engine tells a container's end seconds after the programs in it are gone, but not that it runs.
      void container.isRunning().then((runs) => {
        if (runs && !isExpected) emit({ type: 'warning', text });
      });
    }, timeForTheSession);
  };
  const expectEnd = (): void => {
    isExpected = true;
    clearTimeout(warning);
  };
  const connectTo = (name: string) => {
    const path = names.includes(name) ? addressOf(name) : undefined;
    return path === undefined ? undefined : connect({ path, allowHalfOpen: true });
  };
  const start = async (): Promise<void> => {
    const places = names.map((name) => `${socketDirectory}/${name}`);
    const exec = await container.exec(['node', relayProgram, ...places], user);
    stream = exec;
    if (isExpected) exec.destroy();
    const words = new Words();
    openRelay({
      input: exec.pipe(programOutput(words)),
      output: exec,
      connect: connectTo,
      onReady: () => {
        words.begin();
      },
      onEnd: (problem) => {
        exec.destroy();
        fail(words.text || (problem ?? ''));
      },
    });
  };
  start().catch((error: unknown) => {
    fail(isAiError(error, 'AI_ENGINE_REFUSED') ? error.facts.message : messageOf(error));
  });
  return {
    expectEnd,
    close: () => {
      expectEnd();
      stream?.destroy();
    },
  };
}

/** Its stdout. What goes to stderr are words. */
function programOutput(words: Words): Transform {
  const demultiplexer = new Demultiplexer();
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      demultiplexer.push(data, (channel, payload) => {
        words.add(channel, payload);
        if (channel === 1) this.push(payload);
      });
      done();
    },
  });
}

/**
 * What the program says for people, or before it begins the engine in its place, as its stdout: bounded, and nothing that a
 * terminal would obey.
 */
class Words {
  private said = Buffer.alloc(0);
  private hasBegun = false;

  begin(): void {
    this.hasBegun = true;
    this.said = Buffer.alloc(0);
  }

  add(channel: 1 | 2, data: Buffer): void {
    if (this.said.length < mostWords && (channel === 2 || !this.hasBegun))
      this.said = Buffer.concat([this.said, data.subarray(0, mostWords)]).subarray(0, mostWords);
  }

  get text(): string {
    return this.said
      .toString('latin1')
      .replaceAll(/[^!-~]+/g, ' ')
      .trim();
  }
}
