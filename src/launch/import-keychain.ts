// Claude's login where macOS keeps it: in the user's keychain, not in a file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { path } from '../base/path.ts';
import { runCommand } from '../host/command.ts';
import { takeOver, type Taken, type TakeOverOptions } from '../state/take-over.ts';
import type { World } from './world.ts';

/** The entry that Claude Code makes (seen in its program, 2.1.329). */
const entry = 'Claude Code-credentials';

/** @param platform macOS alone has it. @throws AiError AI_STATE_UNWRITABLE */
export async function importKeychain(
  { environment, directory }: World,
  options: Omit<TakeOverOptions, 'mirror'>,
  platform = process.platform,
): Promise<readonly Taken[]> {
  if (platform !== 'darwin') return [];
  const command = ['security', 'find-generic-password', '-s', entry, '-w'];
  const { ok, output } = await runCommand(command, { environment, cwd: directory });
  if (!ok || output.trim() === '') return [];
  const place = mkdtempSync(path.join(os.tmpdir(), 'ai-keychain-'));
  try {
    const file = path.join(place, '.credentials.json');
    writeFileSync(file, output, { mode: 0o600 });
    const found = { file, assistant: 'claude' as const, name: '.credentials.json' };
    // The keychain cannot be kept in step: Claude on the host may have to log in again.
    const taken = await takeOver([found], { ...options, mirror: false });
    return taken.map((one) => ({ ...one, file: `the keychain (${entry})` }));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
