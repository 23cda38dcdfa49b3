// One file that this machine may run: what there is to compare of it. No link is followed, nothing waits, sizes have an end.

import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { isObject, ownValue, parseJsonValue } from '../base/json.ts';
import type { ExecutableKind, SeenFile } from '../plan/executable-files.ts';
import { printOfGitConfig } from '../plan/git-config-print.ts';

/** Bytes. What is larger is known by the time of its last change alone. */
const largestRead = 4 * 1024 ** 2;

/** Bytes of a text that is kept, to show what has changed. */
const largestKept = 64 * 1024;

/** Undefined where there is nothing of that name, or nothing in it that would be run. */
export function readSeenFile(file: string, kind: ExecutableKind): SeenFile | undefined {
  try {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    const touched = found.ctimeMs;
    if (found.isSymbolicLink()) return { kind, print: `link ${readlinkSync(file)}`, touched };
    if (found.isDirectory()) return undefined;
    if (!found.isFile()) return { kind, print: 'special', touched };
    const mode = (found.mode & 0o111) === 0 ? '' : 'x ';
    if (found.size > largestRead) return { kind, print: `${mode}${stampOf(found)}`, touched };
    const bytes = readBytes(file);
    if (bytes === undefined) return { kind, print: `${mode}${stampOf(found)}`, touched };
    const whole = bytes.includes(0) ? undefined : bytes.toString('utf8');
    const text = path.basename(file) === 'package.json' ? scriptsOf(whole) : whole;
    if (text === '') return undefined;
    const config =
      text !== undefined && isConfiguration(file, kind) ? printOfGitConfig(text) : undefined;
    const print = `${mode}${hashOf(config?.print ?? text ?? bytes)}`;
    return {
      ...{ kind, print, touched },
      ...(config && { addresses: hashesOf(config.addresses) }),
      ...(text !== undefined && text.length <= largestKept && { text }),
    };
  } catch {
    // Gone meanwhile, or not for us to read: then this user’s git and editor do not read it either.
    return undefined;
  }
}

/** Attributes and pointers belong to the configuration of a repository, but are written otherwise. */
const isConfiguration = (file: string, kind: ExecutableKind): boolean =>
  kind === 'git config' && !['attributes', 'commondir'].includes(path.basename(file));

const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('base64');

const hashesOf = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hashOf(text)]));

const stampOf = ({ ino, size, ctimeMs }: Stats): string => `${ino}:${size}:${ctimeMs}`;

function readBytes(file: string): Buffer | undefined {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const descriptor = openSync(file, flags);
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, largestRead));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Keys of package.json that name commands; the rest of it changes with every dependency. */
const commandKeys = ['scripts', 'husky', 'lint-staged', 'simple-git-hooks', 'gitHooks'];

/** The commands of a package.json; empty where it has none, and all of what is none. */
function scriptsOf(text: string | undefined): string | undefined {
  const manifest = parseJsonValue(text);
  if (!isObject(manifest)) return text;
  const commands = commandKeys.flatMap((key) => {
    const value = ownValue(manifest, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return commands.length === 0
    ? ''
    : `${JSON.stringify(Object.fromEntries(commands), undefined, 2)}\n`;
}
