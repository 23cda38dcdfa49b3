// The host's npm, run so that only the user's own settings count.

import { runCommand, type CommandEnd, type CommandOptions } from './command.ts';

/** `cwd` has to be a directory of our own: a repository's .npmrc must not count. Nor what an npm that has started `ai` tells it. */
export function runNpm(args: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const environment = Object.fromEntries(
    Object.entries(options.environment).filter(
      ([name]) => !/^npm_(package_|config_local_prefix$)/i.test(name),
    ),
  );
  // It would finish its downloads first, also from a registry that has stopped answering.
  return runCommand(['npm', ...args], { patience: 1000, ...options, environment });
}
