// How root's rights are had on this machine without asking anybody: as root, or by a sudo that needs no password now.

import { proxyVariables } from '../base/proxies.ts';
import { isInstalled, runCommand } from './command.ts';
import type { CommandOptions } from './command.ts';

/**
 * The words that stand before a command that needs root's rights, or why there are none: no sudo at all, or one that
 * wants a password.
 */
export async function rootPrefix(
  options: CommandOptions,
): Promise<{ words: readonly string[] } | { missing: 'sudo' | 'password' }> {
  if (process.getuid?.() === 0) return { words: [] };
  const { environment } = options;
  if (!isInstalled('sudo', environment)) return { missing: 'sudo' };
  if (!(await runCommand(['sudo', '-n', 'true'], options)).ok) return { missing: 'password' };
  const proxies = proxyVariables.filter((name) => environment[name] !== undefined);
  return {
    words: ['sudo', '-n', ...(proxies.length === 0 ? [] : [`--preserve-env=${proxies.join(',')}`])],
  };
}
