// From the command line to an exit code. The only place that ends the process.

import { isatty } from 'node:tty';
import { exitCodes } from './base/exit-codes.ts';
import { Redactor } from './base/redact.ts';
import { mark, trace } from './base/trace.ts';
import { runCommandLine } from './cli/program.ts';

/**
 * Called by bin/ai.js with the words after `ai` and the directory of the package.
 * @param keepCompiled called after what went well; `isRun` after a run, when all that one needs has been compiled
 */
export async function run(
  argv: readonly string[],
  packageRoot: string,
  keepCompiled: (isRun: boolean) => void = () => undefined,
): Promise<void> {
  mark('program loaded');
  const terminals = [0, 1, 2].filter(isatty);
  // A reader that leaves (`ai ps | head -1`) is no crash; the session has its own way of taking it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const redactor = new Redactor();
  // What nobody awaits crashes here; node itself would print it as it is, secrets and all.
  process.on('uncaughtException', (error) => void crash(error, redactor));
  const code = await runCommandLine(argv, packageRoot, { redactor, keepCompiled });
  mark('all done');
  const timeline = trace();
  if (timeline !== '') process.stderr.write(timeline);
  // Node's own end gives the terminal its modes back, and crashes where that is gone by now (node.cc, ResetStdio).
  if (!terminals.every(isatty)) process.kill(process.pid, 'SIGHUP');
  // Sockets, timers and a terminal that is still read would keep the process. All output has been flushed by now.
  process.exit(code);
}

async function crash(error: unknown, { cover }: Redactor): Promise<void> {
  try {
    const { reportError } = await import('./cli/report-error.ts');
    reportError(error, false, cover);
  } catch {
    // Nothing of the error: what covers secrets in it is gone, too.
    process.stderr.write(withoutReport);
  } finally {
    // In any case: a crash that nobody can report would come back here, again and again.
    process.exit(exitCodes.failed);
  }
}

const withoutReport = `ai: crashed, and what would report it could not be loaded
    perhaps it was updated or removed while it ran
    next: start it again
`;
