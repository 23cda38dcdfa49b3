// Where a project's own settings for an assistant would send it: a cloned repository must not get a login that way.

import { realpathSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { filled } from '../assistants/words.ts';
import { asObject, parseJson } from '../base/json.ts';
import { path } from '../base/path.ts';
import { proxyAddresses } from '../base/proxies.ts';
import { readRegularFile } from '../host/files.ts';
import { diverts } from '../plan/endpoint.ts';
import type { Facts } from '../plan/facts.ts';

/** From the directory that it starts in up to the root; what cannot be read there, the assistant does not follow either. */
export function readProjectEndpoints(
  assistant: Assistant,
  directory: string,
  root: string,
): Facts['endpoints'] {
  const files = assistant.endpoint?.projectSettings ?? [];
  const named = [...(assistant.endpoint?.variables ?? []), ...proxyAddresses];
  return upTo(root, directory).flatMap((place) =>
    files.flatMap((file) => {
      const settings = asObject(parseJson(readThrough(path.join(place, file)))?.['env']) ?? {};
      return Object.entries(settings).flatMap(([name, text]) => {
        const value = named.includes(name) || diverts(assistant, name) ? filled(text) : undefined;
        return value === undefined ? [] : [{ name, value }];
      });
    }),
  );
}

/** Links are followed, as the assistant does. */
function readThrough(file: string): string | undefined {
  try {
    return readRegularFile(realpathSync.native(file));
  } catch {
    return undefined;
  }
}

function upTo(root: string, directory: string): readonly string[] {
  const isBelow = directory !== root && directory.startsWith(root === '/' ? '/' : `${root}/`);
  return isBelow ? [directory, ...upTo(root, path.dirname(directory))] : [directory];
}
