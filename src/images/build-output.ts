// Follows the output of a build: which step it is at, and the last lines of that step.

import { stripVTControlCharacters } from 'node:util';
import type { LauncherEvent } from '../base/events.ts';
import { shorten } from '../base/shorten.ts';

/** Of a step that failed. */
export const keptLines = 20;
const labelLength = 72;

export interface BuildStep {
  step: number;
  total: number | undefined;
  label: string;
  /** It does something that takes time. */
  works: boolean;
}

/** The step that a line of the classic builder, Podman (buildah) or BuildKit announces, or undefined. */
export function parseStep(line: string): BuildStep | undefined {
  const [, step, total, instruction] =
    /^(?:\[\d+\/\d+\] )?STEP (\d+)(?:\/(\d+))? ?: (.*)$/i.exec(line) ??
    /^#\d+ \[(?:\S+ +)?(\d+)\/(\d+)\] (.*)$/.exec(line) ??
    [];
  if (step === undefined || instruction === undefined) return undefined;
  const title = /^RUN (?:--mount=\S+ )*: "([^"]+)"/.exec(instruction)?.[1];
  // Between stages goes the bulk of an image; our own files are small.
  const moved = /^COPY --from=\S+ +(\S+)/.exec(instruction)?.[1];
  const words =
    title ?? (moved && `${moved} into the image`) ?? instruction.replaceAll(/\s+/g, ' ').trim();
  const label = shorten(words, labelLength);
  const works = moved !== undefined || /^(RUN|ADD) /.test(instruction);
  return {
    step: Number(step),
    total: total === undefined ? undefined : Number(total),
    label,
    works,
  };
}

/** A line without colours; of one that was overwritten in place (a progress bar) the last state counts. */
export const plainLine = (raw: string): string =>
  stripVTControlCharacters(raw).trimEnd().split('\r').at(-1) ?? '';

/** What the builder says about itself; the user has no use for it. */
const chatter =
  /^ ?---> |^Removing intermediate container |^Successfully (built|tagged) |^--> |^\[Warning\] One or more build-args|^$/;

export class BuildOutput {
  #rest = '';
  #step: BuildStep | undefined;
  #lines: string[] = [];

  /** Takes the next piece of output, which may end anywhere, and returns what it has to tell. */
  take(text: string): LauncherEvent[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#takeLine(line));
  }

  /** The step that was reached, as `3/9 RUN …`; empty before the first. */
  get step(): string {
    if (this.#step === undefined) return '';
    const { step, total, label } = this.#step;
    return `${step}${total === undefined ? '' : `/${total}`} ${label}`;
  }

  /** The last lines of that step. */
  get tail(): readonly string[] {
    return this.#lines;
  }

  #takeLine(raw: string): LauncherEvent[] {
    const line = plainLine(raw);
    const step = parseStep(line);
    if (step !== undefined) {
      this.#step = step;
      this.#lines = [];
      // ARG, ENV, COPY of a small file and their like take no time and tell a user nothing.
      return step.works
        ? [{ type: 'work-step', step: step.step, total: step.total, label: step.label }]
        : [];
    }
    if (chatter.test(line)) return [];
    this.#lines = [...this.#lines, line].slice(-keptLines);
    return [{ type: 'work-line', line }];
  }
}
