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
import { systemPath, textOfBytes } from '../base/byte-names.ts';
import { partThatRuns } from '../plan/executable-parts.ts';
import type { ExecutableKind, SeenFile } from '../plan/executable-files.ts';
import { printOfGitConfig } from '../plan/git-config-print.ts';

/** Bytes. What is larger is known by the time of its last change alone. */
const largestRead = 4 * 1024 ** 2;

/** Bytes of a text that is kept, to show what has changed. */
const largestKept = 64 * 1024;

/**
 * Undefined where there is nothing of that name, or nothing in it that would be run.
 * @param named its name to the user, where `file` is another way to it
 */
export function readSeenFile(
  file: string,
  kind: ExecutableKind,
  named = file,
): SeenFile | undefined {
  try {
    const place = systemPath(file);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    const touched = found.ctimeMs;
    if (found.isSymbolicLink())
      return { kind, print: `link ${textOfBytes(readlinkSync(place, 'buffer'))}`, touched };
    if (found.isDirectory()) return undefined;
    if (!found.isFile()) return { kind, print: 'special', touched };
    const mode = (found.mode & 0o111) === 0 ? '' : 'x ';
    const bytes = found.size > largestRead ? undefined : readBytes(place);
    if (bytes === undefined) return { kind, print: `${mode}${stampOf(found)}`, touched };
    const whole = bytes.includes(0) ? undefined : textOfBytes(bytes);
    const text = whole === undefined ? undefined : partThatRuns(named, whole);
    if (text === '') return undefined;
    const config =
      text !== undefined && isConfiguration(named, kind) ? printOfGitConfig(text) : undefined;
    const content = config?.print ?? (text === whole ? bytes : (text ?? bytes));
    return {
      ...{ kind, print: `${mode}${hashOf(content)}`, touched },
      ...(config && { addresses: hashesOf(config.addresses) }),
      ...(text !== undefined && text.length <= largestKept && { text }),
    };
  } catch {
    // Gone meanwhile, or not for us to read: then this user’s git and editor do not read it either.
    return undefined;
  }
}

/** When a directory was last changed, or got its name, in milliseconds (st_ctime); 0 where there is none. */
export function changeOf(directory: string): number {
  try {
    return lstatSync(systemPath(directory), { throwIfNoEntry: false })?.ctimeMs ?? 0;
  } catch {
    return 0;
  }
}

/** Attributes and pointers belong to the configuration of a repository, but are written otherwise. */
const isConfiguration = (file: string, kind: ExecutableKind): boolean =>
  kind === 'git config' && !/\/(\.git)?(attributes|commondir)$/i.test(`/${file}`);

const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('base64');

const hashesOf = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hashOf(text)]));

const stampOf = ({ ino, size, ctimeMs }: Stats): string => `${ino}:${size}:${ctimeMs}`;

function readBytes(file: string | Buffer): Buffer | undefined {
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
