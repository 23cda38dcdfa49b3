// The indexes that the host's pip is set to, for installs inside: as variables that pip itself reads.

import { isInstalled, runCommand, type CommandOptions } from '../host/command.ts';
import { indexInHelp, pipHelp } from '../host/pip.ts';

/** None where there is no pip, or where it says nothing that is of use in a container: directories of this machine are not. */
export async function pipVariables(
  options: CommandOptions,
): Promise<Readonly<Record<string, string>>> {
  if (!isInstalled('pip3', options.environment)) return {};
  const [help, set] = await Promise.all([ask(pipHelp, options), ask(['config', 'list'], options)]);
  // Its help breaks lines where the screen ends.
  const index = /https?:\/\/[^\s)"',]+/.exec(indexInHelp(help))?.[0];
  const words = (key: string, pattern: RegExp): string =>
    [...set.matchAll(new RegExp(`^\\S*\\.${key}='([^']*)'$`, 'gm'))]
      .flatMap(([, value = '']) => value.split(/\s+|\\n/))
      .filter((word) => pattern.test(word))
      .join(' ');
  const all = {
    PIP_INDEX_URL: index ?? '',
    PIP_EXTRA_INDEX_URL: words('extra-index-url', /^https?:\/\/\S+$/),
    PIP_TRUSTED_HOST: words('trusted-host', /^[\w.:[\]-]+$/),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

async function ask(args: readonly string[], options: CommandOptions): Promise<string> {
  const lines: string[] = [];
  await runCommand(['pip3', ...args], { ...options, onLine: (line) => lines.push(line) });
  return lines.join('\n');
}
