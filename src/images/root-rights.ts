// How root's rights are had on this machine without asking anybody: as root, or by a sudo that needs no password now.

import { AiError } from '../base/errors.ts';
import { proxyVariables } from '../base/proxies.ts';
import { isInstalled, runCommand } from './command.ts';
import type { CommandOptions } from './command.ts';

/**
 * The words that stand before a command that needs root's rights.
 * @throws AiError AI_BASE_FAILED where there is no way to have them
 */
export async function rootPrefix(options: CommandOptions): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return [];
  const { environment } = options;
  if (isInstalled('sudo', environment) && (await runCommand(['sudo', '-n', 'true'], options)).ok) {
    const proxies = proxyVariables.filter((name) => environment[name] !== undefined);
    return ['sudo', '-n', ...(proxies.length === 0 ? [] : [`--preserve-env=${proxies.join(',')}`])];
  }
  throw new AiError('AI_BASE_FAILED', {
    step: 'asking for root’s rights',
    output: 'debootstrap needs root’s rights, and sudo gives none without a password',
    ...(isInstalled('sudo', environment) && { next: 'sudo -v' }),
  });
}
