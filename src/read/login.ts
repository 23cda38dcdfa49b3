// The login that an assistant's state holds. The assistant writes there: nothing in it may stop a launch or lead elsewhere.

import { lstatSync, realpathSync } from 'node:fs';
import type { Assistant, Login } from '../assistants/assistant.ts';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readRegularFile } from '../host/files.ts';

/** From the state at the vendor itself, `global_state/<name>`; undefined where it holds none. */
export const readLogin = (global: string, assistant: Assistant): Login | undefined =>
  readOwnLogin(global, assistant.name, assistant).login;

/** With the files that may hold one, and cannot be read or understood. */
export function readOwnLogin(
  globalState: string,
  stateName: string,
  { state }: Assistant,
): { login: Login | undefined; unreadable: readonly string[] } {
  const directory = path.join(globalState, stateName);
  const unreadable: string[] = [];
  const read = (name: string): string | undefined => {
    const file = path.join(directory, name);
    const { text, hidden } = lookAt(file, globalState);
    if (hidden || (text !== undefined && !isWhole(name, text))) unreadable.push(file);
    return text;
  };
  try {
    return { login: state.login(read), unreadable };
  } catch {
    // Something in it is not what it is in every other such file.
    return { login: undefined, unreadable: [directory] };
  }
}

/** False for JSON that breaks off or is none. An empty file is what a log-out may leave. */
function isWhole(name: string, text: string): boolean {
  const json = text.replaceAll(/^\s*\/\/.*$/gm, '').trim();
  if (!name.endsWith('.json') || json === '') return true;
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/**
 * The text of a regular file at exactly this place: an assistant can put links where it writes. `hidden` where there is
 * something that is no such file or cannot be read.
 */
function lookAt(file: string, globalState: string): { text: string | undefined; hidden: boolean } {
  try {
    const directory = path.dirname(file);
    const expected = path.join(realpathSync(globalState), path.relative(globalState, directory));
    lstatSync(file);
    const text = realpathSync(directory) === expected ? readRegularFile(file) : undefined;
    return { text, hidden: text === undefined };
  } catch (error) {
    return { text: undefined, hidden: systemCode(error) !== 'ENOENT' };
  }
}
