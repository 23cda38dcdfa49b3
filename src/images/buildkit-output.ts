// Follows a build of BuildKit, whose steps run beside each other: what runs, and what the one said that failed.

import type { LauncherEvent } from '../base/events.ts';
import { keptLines, parseStep, plainLine, type BuildStep } from './build-output.ts';
import { decodeTrace, type Trace, type Vertex } from './buildkit-trace.ts';

interface Step extends BuildStep {
  lines: string[];
  /** What has come of a line that has not ended. */
  rest: string;
  running: boolean;
}

export class BuildKitOutput {
  #steps = new Map<string, Step>();
  /** The number of steps that have begun. */
  #begun = 0;
  #last: Step | undefined;
  #shown: Step | undefined;

  /** Takes the content of a `moby.buildkit.trace` message and returns what it has to tell. */
  take(trace: string): LauncherEvent[] {
    const { vertexes, logs } = decode(trace);
    // All steps are announced before the first one begins: only then their number is known.
    for (const vertex of vertexes) this.#announce(vertex);
    const before = logs.flatMap(({ vertex, text }) => this.#takeLog(vertex, text));
    return [...before, ...vertexes.flatMap((vertex) => this.#takeVertex(vertex))];
  }

  /** The step that failed, or else began last, as `3/9 RUN …`; empty before the first. */
  get step(): string {
    return this.#last === undefined
      ? ''
      : `${this.#last.step}/${this.#steps.size} ${this.#last.label}`;
  }

  /** The last lines of that step. */
  get tail(): readonly string[] {
    return this.#last?.lines ?? [];
  }

  #announce({ digest, name }: Vertex): void {
    const step = parseStep(`#1 ${name}`);
    // FROM and the builder's own doings are none of ours.
    if (
      step === undefined ||
      this.#steps.has(digest) ||
      !/^(?:RUN|COPY|ADD) /.test(instructionOf(name))
    )
      return;
    this.#steps.set(digest, { ...step, step: 0, lines: [], rest: '', running: false });
  }

  #takeVertex({ digest, started, completed, error }: Vertex): LauncherEvent[] {
    const step = this.#steps.get(digest);
    if (step === undefined) return [];
    if (error !== '' && !error.includes('context canceled')) this.#last = step;
    if (completed) {
      step.running = false;
      if (error !== '' || this.#last !== step) return [];
      // What still runs beside it is what the user waits for.
      const other = [...this.#steps.values()].find(({ running, works }) => running && works);
      return other === undefined ? [] : this.#show(other);
    }
    if (!started || step.running) return [];
    step.running = true;
    if (step.step === 0) step.step = ++this.#begun;
    return this.#show(step);
  }

  #show(step: Step): LauncherEvent[] {
    this.#last = step;
    const { step: number, label, works } = step;
    if (!works || this.#shown === step) return [];
    this.#shown = step;
    return [{ type: 'work-step', step: number, total: this.#steps.size, label }];
  }

  #takeLog(vertex: string, text: string): LauncherEvent[] {
    const step = this.#steps.get(vertex);
    if (step === undefined) return [];
    const lines = (step.rest + text).split('\n');
    step.rest = lines.pop() ?? '';
    return lines.map(plainLine).flatMap((line) => {
      if (line === '') return [];
      step.lines = [...step.lines, line].slice(-keptLines);
      return [{ type: 'work-line', line }];
    });
  }
}

/** A build whose progress cannot be read is a build all the same. */
function decode(trace: string): Trace {
  try {
    return decodeTrace(trace);
  } catch (error) {
    if (error instanceof RangeError) return { vertexes: [], logs: [] };
    throw error;
  }
}

const instructionOf = (name: string): string => name.replace(/^\[[^\]]*\] /, '');
