// The host's npm, run so that only the user's own settings count.

import { text } from 'node:stream/consumers';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { runCommand, streamCommand, type CommandEnd, type CommandOptions } from './command.ts';

/** `cwd` has to be a directory of our own: a repository's .npmrc must not count. */
export function runNpm(args: readonly string[], options: CommandOptions): Promise<CommandEnd> {
  const environment = withoutNpmRun(options.environment);
  // It would finish its downloads first, also from a registry that has stopped answering.
  return runCommand(['npm', ...args], { patience: 1000, ...options, environment });
}

/**
 * Without what an npm that has started `ai` (`npm run`, npx) tells it of a project, and with it of the project's own .npmrc: that
 * stands in variables in lower case then. In capitals they are the user's.
 */
export function withoutNpmRun<T>(
  environment: Readonly<Partial<Record<string, T>>>,
): Partial<Record<string, T>> {
  const isRun = ['npm_lifecycle_event', 'npm_execpath'].some((name) => name in environment);
  const isOfProject = isRun ? /^npm_config_/ : /^npm_config_local_prefix$/i;
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^npm_package_/i.test(name) && !isOfProject.test(name),
    ),
  );
}

/** The same for what npm prints on stdout, whole; its own words are in `output`. */
export async function askNpm(
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd & { stdout: string }> {
  const environment = withoutNpmRun(options.environment);
  const asked = { patience: 1000, ...options, environment };
  const { stdout, end } = await streamCommand(['npm', ...args], asked);
  const [printed, { ok, output }] = await Promise.all([text(stdout), end]);
  throwIfInterrupted(options.interrupt, 'npm had answered');
  return { ok, output, stdout: printed };
}
