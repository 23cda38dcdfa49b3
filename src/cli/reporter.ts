// What the launcher says on stderr while it works: notes, warnings, and the progress of longer work.

import type { Emit, LauncherEvent } from '../base/events.ts';
import { showOnOneLine } from '../base/quote.ts';
import { makePalette } from './palette.ts';
import { setPlain } from './plain.ts';
import { Progress } from './progress.ts';

export interface ReporterOptions {
  quiet: boolean;
  debug: boolean;
  /** Takes secrets out of an event. */
  coverData?: <T>(data: T) => T;
}

export function makeReporter({ quiet, debug, coverData = (data) => data }: ReporterOptions): Emit {
  const progress = new Progress(process.stderr);
  const say = (line: string): void => {
    progress.pause(() => process.stderr.write(`${line}\n`));
  };
  return (given) => {
    if (given.type === 'debug' && !debug) return;
    if (given.type === 'plain') {
      setPlain(process, true);
      return;
    }
    const { yellow, dim } = makePalette(process.stderr);
    // Its kind stays what it is, whatever the secrets are.
    const event: LauncherEvent = Object.assign(coverData(given), { type: given.type });
    if (event.type === 'debug') say(dim(`ai: ${showOnOneLine(event.text)}`));
    else if (event.type === 'notice') say(`ai: ${showOnOneLine(event.text)}`);
    else if (quiet) return;
    else if (event.type === 'note') {
      say(event.text.startsWith('#') ? event.text : `ai: ${showOnOneLine(event.text)}`);
      if (given.type === 'note') given.shown?.();
    } else if (event.type === 'warning') say(`${yellow('ai:')} ${showOnOneLine(event.text)}`);
    else progress.see(event);
  };
}
