// From the command line to an exit code. The only place that ends the process.

import { runCommandLine } from './cli/program.ts';

/** Called by bin/ai.js with the words after `ai` and the directory of the package. */
export async function run(argv: readonly string[], packageRoot: string): Promise<void> {
  // Sockets, timers and a terminal that is still read would keep the process. All output has been flushed by now.
  process.exit(await runCommandLine(argv, packageRoot));
}
