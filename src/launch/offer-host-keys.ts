// Host keys that a session has met: offered to the user, who alone decides what the own known_hosts says.

import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { messageOf, systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { ensureDirectory } from '../host/files.ts';
import { readForeign } from '../host/foreign-files.ts';
import { addedHostKeys, type AddedHostKey } from '../read/added-host-keys.ts';
import { isAtTerminal, type World } from './world.ts';

/**
 * @param runHome the run's own home, on the host
 * @param known what the run was given
 */
export async function offerHostKeys(world: World, runHome: string, known: string): Promise<void> {
  const found = readForeign(runHome, '.ssh/known_hosts');
  if ('why' in found) return;
  const met = addedHostKeys(known, found.bytes.toString('utf8'));
  if (met.length === 0) return;
  const file = path.join(world.home, '.ssh/known_hosts');
  const shown = met.map(({ host, type, fingerprint }) => `${host} ${type} ${fingerprint}`);
  if (!isAtTerminal(world)) {
    const text = `ssh: not in your known_hosts, and met in this run: ${shown.join('; ')}`;
    world.emit({ type: 'note', text });
    return;
  }
  const question = `Add ${met.length === 1 ? 'this host key' : 'these host keys'} to ${file}?`;
  if (!(await world.consent(question, shown))) return;
  try {
    append(file, met);
  } catch (error) {
    world.emit({ type: 'warning', text: `cannot write ${file}: ${messageOf(error)}` });
  }
}

/** As ssh itself does it (hostfile.c, add_host_to_hostfile): at the end, in one write. */
function append(file: string, met: readonly AddedHostKey[]): void {
  ensureDirectory(path.dirname(file));
  const text = met.map(({ line }) => `${line}\n`).join('');
  const descriptor = openSync(file, 'a', 0o600);
  try {
    writeSync(descriptor, endsInLine(file) ? text : `\n${text}`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function endsInLine(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8');
    return text === '' || text.endsWith('\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    throw error;
  }
}
