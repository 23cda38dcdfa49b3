// What the user has agreed to have a project's image built from, to show later what has changed: `projects/<id>/image-sources.json`.
// The answers themselves are in trust.json; what stands here decides nothing.

import { rmSync } from 'node:fs';
import { AiError, messageOf } from '../base/errors.ts';
import { asObject, ownValue, parseJson, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { digestOf, hashEach } from '../host/context-files.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import type { ImageSource } from '../plan/project-image-facts.ts';

/** By the name of the source. */
export type AgreedSources = Readonly<Record<string, AgreedSource>>;

export interface AgreedSource {
  texts: Readonly<Record<string, string>>;
  files: Readonly<Record<string, string>>;
}

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

/** What there is to remember of them. @throws AiError AI_IMAGE_SOURCE where something has changed since they were looked at */
export const agreedNow = (sources: readonly ImageSource[]): AgreedSources =>
  Object.fromEntries(
    sources.map((source) => [source.name, { texts: source.texts, files: filesOf(source) }]),
  );

/** @throws AiError AI_STATE_UNWRITABLE */
export function rememberAgreed(stateDirectory: string, id: string, now: AgreedSources): void {
  const file = fileOf(stateDirectory, id);
  const agreed = { ...readAgreed(stateDirectory, id), ...now };
  ensureDirectory(path.dirname(file));
  writeFileAtomically(file, `${JSON.stringify(agreed)}\n`, { mode: 0o600 });
}

/** The next question is about all of it again. */
export function forgetAgreed(stateDirectory: string, id: string): void {
  rmSync(fileOf(stateDirectory, id), { force: true });
}

/**
 * Of each file that is copied, its hash. They are those that the source's own hash is made of: what is shown is what the answer is for.
 * @throws AiError AI_IMAGE_SOURCE
 */
export function filesOf({ context }: ImageSource): Readonly<Record<string, string>> {
  if (context === undefined) return {};
  const refuse = (why: string): AiError =>
    new AiError('AI_IMAGE_SOURCE', { file: context.directory, why, next: 'try again' });
  let hashes: ReadonlyMap<string, string>;
  try {
    hashes = hashEach(context.directory, context.names);
  } catch (error) {
    throw refuse(messageOf(error));
  }
  if (digestOf(hashes) !== context.digest) throw refuse('something in it changed just now');
  return Object.fromEntries(hashes);
}

const textsIn = (value: JsonValue | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asObject(value) ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
