// Which version of an assistant goes into its image: the one that this release of `ai` brings, until `ai update` or `ai image pin` says otherwise.

import { readFileSync } from 'node:fs';
import type { NpmPackage } from '../assistants/assistant.ts';
import { pinnedVersion } from '../assistants/pins.ts';
import { asObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { compareVersions } from '../base/version-order.ts';

/** Below the directory of the images. It is written by change-versions.ts alone. */
export const versionsFile = 'versions.json';

/** One version of an assistant's package, with all that is needed to make its image again. */
export interface PackageVersion {
  version: string;
  /** Name of a file in `locks` beside versions.json: npm's lock of it, with the integrity of all that it consists of. */
  lock?: string;
}

export interface AssistantVersions {
  /** What images get instead of the release's version. */
  current?: PackageVersion;
  /** It stays, whatever newer one there is: `ai image pin`. */
  pinned?: boolean;
  /** Earlier ones that have run well, the last one first. */
  kept: readonly PackageVersion[];
}

export interface Versions {
  /** By the names of packages: claude. */
  assistants: Readonly<Record<string, AssistantVersions>>;
  /** Digests (`sha256:…`) of base images, by their names, as a registry gave them. */
  bases: Readonly<Record<string, string>>;
}

/** What is chosen on this machine. A file that cannot be understood counts as none: the release's versions work always. */
export const readVersions = (imagesDirectory: string): Versions =>
  versionsIn(parseJson(textOf(path.join(imagesDirectory, versionsFile))));

/** What of that text's object is understood. */
export function versionsIn(data: JsonObject | undefined): Versions {
  const assistants = entriesOf(data?.['assistants']).flatMap(([name, value]) => {
    const read = assistantVersions(value);
    return read ? [[name, read] as const] : [];
  });
  const bases = entriesOf(data?.['bases']).flatMap(([name, digest]) =>
    typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest)
      ? [[name, digest] as const]
      : [],
  );
  return { assistants: Object.fromEntries(assistants), bases: Object.fromEntries(bases) };
}

export interface ChosenVersion extends PackageVersion {
  /** Who has chosen it: this release of `ai`, `ai update`, or `ai image pin`. */
  by: 'release' | 'update' | 'pin';
}

/** A release of `ai` that brings a newer version than the last update beats it, a pin never; what the user’s settings say beats both. */
export function chosenVersion(program: NpmPackage, { assistants }: Versions): ChosenVersion {
  const release = pinnedVersion(program);
  if (program.version !== undefined) return { version: release, by: 'release' };
  const { current, pinned = false } = assistants[program.name] ?? {};
  if (current && pinned) return { ...current, by: 'pin' };
  if (current && compareVersions(current.version, release) > 0) return { ...current, by: 'update' };
  return { version: release, by: 'release' };
}

function assistantVersions(value: JsonValue): AssistantVersions | undefined {
  const data = asObject(value);
  if (data === undefined) return undefined;
  const current = packageVersion(data['current']);
  const kept = Array.isArray(data['kept']) ? data['kept'] : [];
  return {
    ...(current && { current }),
    ...(data['pinned'] === true && { pinned: true }),
    kept: kept.flatMap((entry: JsonValue) => packageVersion(entry) ?? []),
  };
}

function packageVersion(value: JsonValue | undefined): PackageVersion | undefined {
  const { version, lock } = asObject(value) ?? {};
  // What stands in a file that anybody may edit reaches a command line and a path.
  if (typeof version !== 'string' || !/^[0-9][\w.+-]*$/.test(version)) return undefined;
  if (typeof lock !== 'string') return { version };
  return /^[\w@+-][\w.@+-]*\.json$/.test(lock) ? { version, lock } : undefined;
}

const entriesOf = (value: JsonValue | undefined): [string, JsonValue][] =>
  Object.entries(asObject(value) ?? {});

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
