// The progress of longer work: a spinner with step, time and last line at a terminal, whole lines elsewhere and for plain words.

import type { Ora } from 'ora';
import { showOnOneLine } from '../base/quote.ts';
import { formatDuration } from '../base/units.ts';
import { wantsColour } from './palette.ts';
import { isPlain } from './plain.ts';
import { PlainProgress } from './plain-progress.ts';
import type { Step, WorkEvent } from './progress-events.ts';

export class Progress {
  private title = '';
  private step: Step | undefined;
  private line = '';
  private started = 0;
  private spinner: Ora | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly live: boolean;
  private readonly plain: PlainProgress;

  constructor(private readonly stream: NodeJS.WriteStream) {
    // A terminal that does not know its size (a serial line, some editors) cannot take back lines.
    this.live = stream.isTTY && stream.columns !== 0 && process.env['TERM'] !== 'dumb';
    this.plain = new PlainProgress((line) => void stream.write(`${line}\n`));
  }

  see(event: WorkEvent): void {
    if (isPlain(this.stream)) {
      this.plain.see(event);
      return;
    }
    switch (event.type) {
      case 'work-start':
        this.begin(event.title);
        break;
      case 'work-step':
        this.step = event;
        this.line = '';
        if (!this.live) this.stream.write(`ai: ${this.stepText()} (${this.elapsed()})\n`);
        break;
      case 'work-line':
        this.line = event.line;
        break;
      case 'work-end':
        this.end(event.ok, event.summary);
    }
    if (this.spinner) this.spinner.text = this.text();
  }

  /** Writes something else without disturbing the spinner. */
  pause(write: () => void): void {
    this.spinner?.clear();
    write();
    this.spinner?.render();
  }

  private begin(title: string): void {
    this.title = title;
    this.step = undefined;
    this.line = '';
    this.started = Date.now();
    if (!this.live) {
      this.stream.write(`ai: ${title} …\n`);
      return;
    }
    this.timer ??= setInterval(() => {
      if (this.spinner) this.spinner.text = this.text();
    }, 1000).unref();
    this.spin().catch(() => undefined);
  }

  private async spin(): Promise<void> {
    const { default: ora } = await import('ora');
    if (this.title === '' || this.spinner) return;
    const options = {
      stream: this.stream,
      discardStdin: false,
      // What is a terminal has been decided here; ora would spin at none where CI is set.
      isEnabled: true,
      ...(!wantsColour(this.stream) && { color: false as const }),
    };
    this.spinner = ora({ ...options, text: this.text() }).start();
  }

  private end(ok: boolean, summary: string): void {
    const text = `${summary} (${this.elapsed()})`;
    this.title = '';
    clearInterval(this.timer);
    this.timer = undefined;
    if (!this.live) {
      this.stream.write(`ai: ${text}\n`);
      return;
    }
    if (this.spinner) this.spinner.stopAndPersist({ symbol: ok ? '✔' : '✖', text });
    else this.stream.write(`${ok ? '✔' : '✖'} ${text}\n`);
    this.spinner = undefined;
  }

  /** One line that fits the terminal, its end cut off where need be. */
  private text(): string {
    const step = this.step ? ` ${this.stepText()}` : '';
    const line = this.line === '' ? '' : ` · ${showOnOneLine(this.line)}`;
    const whole = `${this.title} ${this.elapsed()}${step}${line}`;
    const width = Math.max(20, (this.stream.columns || 80) - 4);
    return whole.length > width ? `${whole.slice(0, width - 1)}…` : whole;
  }

  private stepText(): string {
    if (!this.step) return '';
    const { step, total, label } = this.step;
    return `[${step}${total === undefined ? '' : `/${total}`}] ${showOnOneLine(label)}`;
  }

  private elapsed(): string {
    return formatDuration((Date.now() - this.started) / 1000);
  }
}
