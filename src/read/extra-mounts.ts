// Mounts that the user asked for: read from their short form and looked up on the host.

import { realpathSync, statSync, type Stats } from 'node:fs';
import { AiError, messageOf, systemCode } from '../base/errors.ts';
import { readMountText } from '../base/mount-text.ts';
import { path } from '../base/path.ts';
import type { ExtraMountFacts } from '../plan/facts.ts';

/**
 * `HOST:CONTAINER[:ro]`. A relative host path counts from `directory`, `~` is the home.
 * @throws AiError AI_MOUNT_INVALID, AI_MOUNT_SOURCE_MISSING
 */
export function readExtraMount(text: string, directory: string, home: string): ExtraMountFacts {
  const parts = readMountText(text);
  if (parts === undefined)
    throw new AiError('AI_MOUNT_INVALID', {
      text,
      why: 'it is not HOST:/CONTAINER or HOST:/CONTAINER:ro',
    });
  const { target, mode } = parts;
  const named = sourceIn(parts, home);
  const option = /:([a-zA-Z,]+)$/.exec(target)?.[1];
  if (mode === undefined && option?.split(',').every((word) => dockerOptions.has(word)))
    throw new AiError('AI_MOUNT_INVALID', {
      text,
      why: `“${option}” is not an option; only :ro is`,
    });

  const { source, stats } = lookUp(text, path.resolve(directory, named));
  if (stats.isSocket())
    throw new AiError('AI_MOUNT_INVALID', {
      text,
      why: 'it is a socket: an engine’s or an agent’s would hand over more than this container',
    });
  return {
    source,
    target,
    readOnly: mode === 'ro',
    kind: stats.isDirectory() ? 'directory' : 'file',
    gid: stats.gid,
  };
}

/** Where such a mount is writable, as far as it says so. What is wrong with one is for `readExtraMount` to say. */
export function writableSource(text: string, directory: string, home: string): string | undefined {
  const parts = readMountText(text);
  if (parts === undefined || parts.mode === 'ro') return undefined;
  return path.resolve(directory, sourceIn(parts, home));
}

/** The place on the host as it is written: `~` is the home. */
const sourceIn = ({ source }: { source: string }, home: string): string =>
  source.replace(/^~(?=\/|$)/, home);

/** What docker's -v takes and a bind through the API does not: better refused than taken for a part of the path. */
const dockerOptions = new Set(
  'ro rw z Z U O consistent cached delegated nocopy shared rshared slave rslave private rprivate'.split(
    ' ',
  ),
);

function lookUp(text: string, named: string): { source: string; stats: Stats } {
  try {
    const source = realpathSync(named);
    return { source, stats: statSync(source) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new AiError('AI_MOUNT_SOURCE_MISSING', { source: named }, { cause: error });
    throw new AiError('AI_MOUNT_INVALID', { text, why: messageOf(error) }, { cause: error });
  }
}
