// The progress of longer work for whoever has it read aloud: whole lines, seldom, in words alone.

import { showOnOneLine } from '../base/quote.ts';
import { formatDuration } from '../base/units.ts';
import type { Step, WorkEvent } from './progress-events.ts';

/** Milliseconds between two steps that are told; those between are left out. */
const pause = 3000;
/** Milliseconds after which a step that goes on is told again. */
const patience = 30_000;

export class PlainProgress {
  private started = 0;
  private step: Step | undefined;
  private told: Step | undefined;
  private toldAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly say: (line: string) => void) {}

  see(event: WorkEvent): void {
    switch (event.type) {
      case 'work-start':
        this.begin(event.title);
        break;
      case 'work-step':
        this.step = event;
        break;
      case 'work-line':
        break;
      case 'work-end':
        clearInterval(this.timer);
        this.timer = undefined;
        this.say(`ai: ${event.ok ? 'ok' : 'failed'}: ${event.summary}, ${this.elapsed()}`);
    }
  }

  private begin(title: string): void {
    this.started = Date.now();
    this.step = undefined;
    this.told = undefined;
    this.toldAt = this.started;
    this.say(`ai: started: ${title}`);
    this.timer ??= setInterval(() => {
      this.tell();
    }, pause).unref();
  }

  private tell(): void {
    const { step } = this;
    if (step === undefined) return;
    if (step === this.told && Date.now() - this.toldAt < patience) return;
    this.told = step;
    this.toldAt = Date.now();
    const of = step.total === undefined ? '' : ` of ${step.total}`;
    this.say(`ai: step ${step.step}${of}: ${showOnOneLine(step.label)}, ${this.elapsed()}`);
  }

  private elapsed(): string {
    return formatDuration((Date.now() - this.started) / 1000);
  }
}
