// What the host's npm is asked for: the registry it uses, and packages as they are published.

import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInstalled } from '../host/command.ts';
import { runNpm } from '../host/npm.ts';
import type { CommandOptions } from '../host/command.ts';

const traceless = ['--logs-max=0', '--cache=/dev/null'];

/** The registry that the user's npm is set to, or undefined where there is no npm. The question leaves no log and no cache behind. */
export async function npmRegistry(options: CommandOptions): Promise<string | undefined> {
  if (!isInstalled('npm', options.environment)) return undefined;
  const lines: string[] = [];
  await runNpm(['config', 'get', 'registry', '--loglevel=silent', ...traceless], {
    ...options,
    onLine: (line) => lines.push(line),
  });
  return lines.find((line) => /^https?:\/\/\S+$/.test(line));
}

/**
 * Downloads a package, checked by npm against the registry's integrity, and returns the archive's path.
 * @throws AiError AI_BASE_FAILED
 */
export async function downloadPackage(
  name: string,
  version: string,
  options: CommandOptions,
): Promise<string> {
  const wanted = `${name}@${version}`;
  const { ok, output } = await runNpm(['pack', wanted, '--loglevel=error'], options);
  if (!ok) throw new AiError('AI_BASE_FAILED', { step: `download of ${wanted} by npm`, output });
  return path.join(options.cwd, `${name}-${version}.tgz`);
}
