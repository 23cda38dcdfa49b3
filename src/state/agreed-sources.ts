// What the user has agreed to have a project's image built from, to show later what has changed: `projects/<id>/image-sources.json`.
// The answers themselves are in trust.json; what stands here decides nothing.

import path from 'node:path';
import { asObject, ownValue, parseJson, type JsonValue } from '../base/json.ts';
import { hashEach } from '../host/context-files.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import type { ImageSource } from '../plan/project-image-facts.ts';

/** By the name of the source. */
export type AgreedSources = Readonly<Record<string, AgreedSource>>;

export interface AgreedSource {
  texts: Readonly<Record<string, string>>;
  files: Readonly<Record<string, string>>;
}

/** Of more files than this nobody reads what has changed. */
const mostFiles = 2000;

const fileOf = (stateDirectory: string, id: string): string =>
  path.join(stateDirectory, 'projects', id, 'image-sources.json');

export function readAgreed(stateDirectory: string, id: string): AgreedSources {
  const data = parseJson(readRegularFile(fileOf(stateDirectory, id)));
  return Object.fromEntries(
    Object.entries(data ?? {}).map(([name, value]) => {
      const source = asObject(value);
      return [
        name,
        { texts: textsIn(ownValue(source, 'texts')), files: textsIn(ownValue(source, 'files')) },
      ];
    }),
  );
}

/** @throws AiError AI_STATE_UNWRITABLE */
export function rememberAgreed(
  stateDirectory: string,
  id: string,
  sources: readonly ImageSource[],
): void {
  const file = fileOf(stateDirectory, id);
  const agreed = { ...readAgreed(stateDirectory, id) };
  for (const source of sources)
    agreed[source.name] = { texts: source.texts, files: filesOf(source) };
  ensureDirectory(path.dirname(file));
  writeFileAtomically(file, `${JSON.stringify(agreed)}\n`, { mode: 0o600 });
}

/** Of each file that is copied, a short hash. */
export function filesOf({ context }: ImageSource): Readonly<Record<string, string>> {
  if (context === undefined || context.names.length > mostFiles) return {};
  return Object.fromEntries(
    [...hashEach(context.directory, context.names)].map(([name, print]) => [
      name,
      print.slice(0, 14),
    ]),
  );
}

const textsIn = (value: JsonValue | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asObject(value) ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
