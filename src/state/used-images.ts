// The image that each assistant was last run in, and in each project with one of its own: `images/used/…json`, for saying what
// changes, for going on with it, and for who tidies up.

import { readdirSync, rmSync } from 'node:fs';
import { asObject, isList, ownValue, parseJson, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, readRegularFile, writeFileAtomically } from '../host/files.ts';
import type { Ingredients, SourcePrint } from '../plan/image-ingredients.ts';

export interface UsedImage {
  assistant: string;
  /** Of a project with an image of its own. */
  project?: string;
}

const directoryOf = (stateDirectory: string): string => path.join(stateDirectory, 'images', 'used');

const fileOf = (stateDirectory: string, { assistant, project }: UsedImage): string =>
  path.join(directoryOf(stateDirectory), `${assistant}${project ? `@${project}` : ''}.json`);

/** Undefined where there was none, or nobody can tell. */
export const readUsedImage = (stateDirectory: string, used: UsedImage): Ingredients | undefined =>
  parse(readRegularFile(fileOf(stateDirectory, used)));

/** @throws AiError AI_STATE_UNWRITABLE */
export function rememberUsedImage(
  stateDirectory: string,
  used: UsedImage,
  ingredients: Ingredients,
): void {
  ensureDirectory(directoryOf(stateDirectory));
  const text = `${JSON.stringify(ingredients, null, 1)}\n`;
  writeFileAtomically(fileOf(stateDirectory, used), text, { mode: 0o600 });
}

/** No run of this project goes on with what it was last run in. */
export function forgetUsedImages(stateDirectory: string, project: string): void {
  const directory = directoryOf(stateDirectory);
  for (const name of list(directory))
    if (name.slice(name.indexOf('@')) === `@${project}.json`)
      rmSync(path.join(directory, name), { force: true });
}

/** Tags of all images that an assistant was last run in, and each project's own. */
export function usedImages(stateDirectory: string): ReadonlySet<string> {
  return new Set(
    list(directoryOf(stateDirectory)).flatMap((name) => {
      const used = parse(readRegularFile(path.join(directoryOf(stateDirectory), name)));
      return used ? [used.tag] : [];
    }),
  );
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function parse(text: string | undefined): Ingredients | undefined {
  const data = parseJson(text);
  const [tag, version, base, packages, lock] = ['tag', 'version', 'base', 'packages', 'lock'].map(
    (key) => ownValue(data, key),
  );
  if (typeof tag !== 'string' || typeof base !== 'string') return undefined;
  const isText = (value: JsonValue): value is string => typeof value === 'string';
  return {
    tag,
    base,
    ...(typeof version === 'string' && { version }),
    ...(typeof lock === 'string' && { lock }),
    own: texts(ownValue(data, 'own')),
    packages: isList(packages) ? packages.filter(isText) : [],
    sources: Object.fromEntries(
      Object.entries(asObject(ownValue(data, 'sources')) ?? {}).flatMap(([name, value]) => {
        const source = parseSource(value);
        return source ? [[name, source]] : [];
      }),
    ),
  };
}

function parseSource(value: JsonValue): SourcePrint | undefined {
  const data = asObject(value);
  const hash = ownValue(data, 'hash');
  const files = ownValue(data, 'files');
  if (typeof hash !== 'string') return undefined;
  return {
    hash,
    lines: texts(ownValue(data, 'lines')),
    ...(files !== undefined && { files: texts(files) }),
  };
}

const texts = (value: JsonValue | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(asObject(value) ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
