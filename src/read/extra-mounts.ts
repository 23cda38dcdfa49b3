// Mounts that the user asked for: read from their short form and looked up on the host.

import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { AiError } from '../base/errors.ts';
import type { ExtraMountFacts } from '../plan/facts.ts';

/**
 * `HOST:CONTAINER[:ro]`. A relative host path counts from `directory`, `~` is the home.
 * @throws AiError AI_MOUNT_INVALID, AI_MOUNT_SOURCE_MISSING
 */
export function readExtraMount(text: string, directory: string, home: string): ExtraMountFacts {
  const [, withoutMode = text, mode] = /^(.*?)(?::(ro|rw))?$/s.exec(text) ?? [];
  // From the right, because the host's path may hold colons.
  const colon = withoutMode.lastIndexOf(':/');
  if (colon < 1)
    throw new AiError('AI_MOUNT_INVALID', {
      text,
      why: 'it is not HOST:/CONTAINER or HOST:/CONTAINER:ro',
    });
  const named = withoutMode.slice(0, colon).replace(/^~(?=\/|$)/, home);
  const target = withoutMode.slice(colon + 1);

  const source = resolveSource(path.resolve(directory, named));
  const stats = statSync(source);
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

function resolveSource(named: string): string {
  try {
    return realpathSync(named);
  } catch (error) {
    throw new AiError('AI_MOUNT_SOURCE_MISSING', { source: named }, { cause: error });
  }
}
