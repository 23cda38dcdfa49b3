// What the launcher says on stderr while it works: notes, warnings, and the progress of longer work.

import type { Emit } from '../base/events.ts';
import { showOnOneLine } from '../base/quote.ts';
import { makePalette } from './palette.ts';
import { Progress } from './progress.ts';

export function makeReporter({ quiet, debug }: { quiet: boolean; debug: boolean }): Emit {
  const { yellow, dim } = makePalette(process.stderr);
  const progress = new Progress(process.stderr);
  const say = (line: string): void => {
    progress.pause(() => process.stderr.write(`${line}\n`));
  };
  return (event) => {
    if (event.type === 'debug') {
      if (debug) say(dim(`ai: ${showOnOneLine(event.text)}`));
      return;
    }
    if (event.type === 'notice') say(`ai: ${showOnOneLine(event.text)}`);
    else if (quiet) return;
    else if (event.type === 'note')
      say(event.text.startsWith('#') ? event.text : `ai: ${showOnOneLine(event.text)}`);
    else if (event.type === 'warning') say(`${yellow('ai:')} ${showOnOneLine(event.text)}`);
    else progress.see(event);
  };
}
