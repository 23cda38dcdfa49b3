// What the last look for newer versions has found: a small file beside versions.json, which nothing depends on.

import { mkdirSync, readFileSync } from 'node:fs';
import { asObject, parseJson, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { compareVersions, isVersion } from '../base/version-order.ts';
import { writeFileAtomically } from '../host/files.ts';

export interface Newest {
  /** When somebody began to ask last, in milliseconds since 1970. */
  asked: number;
  /** It did not answer. */
  failed: boolean;
  packages: Readonly<Record<string, NewestOf>>;
}

export interface NewestOf {
  version: string;
  /** A version that was made here and did not work: for a day it is not offered by itself. */
  refused?: string;
  /** When that was: it may have been the machine's fault. */
  refusedAt?: number;
  /** When the user was told of the version last. */
  told?: number;
}

const day = 24 * 3600 * 1000;
/** Milliseconds after which a question that had no answer is asked again. */
const hour = 3600 * 1000;

const nameOf = (imagesDirectory: string): string => path.join(imagesDirectory, 'newest.json');

/** A file that cannot be understood counts as none. */
export function readNewest(imagesDirectory: string): Newest {
  const data = parseJson(textOf(nameOf(imagesDirectory)));
  const packages = Object.entries(asObject(data?.['packages']) ?? {}).flatMap(([name, value]) => {
    const read = newestOf(value);
    return read ? [[name, read] as const] : [];
  });
  return {
    asked: numberOf(data?.['asked']) ?? 0,
    failed: data?.['failed'] === true,
    packages: Object.fromEntries(packages),
  };
}

/** @throws AiError AI_STATE_UNWRITABLE */
export function changeNewest(imagesDirectory: string, change: (newest: Newest) => Newest): void {
  mkdirSync(imagesDirectory, { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify(change(readNewest(imagesDirectory)))}\n`;
  // Of no use after a crash of the machine.
  writeFileAtomically(nameOf(imagesDirectory), text, { mode: 0o600, sync: false });
}

/** True where it is time to ask again. A clock that was set back does not keep us from it. */
export function isDue({ asked, failed }: Newest, now: number): boolean {
  const since = now - asked;
  return since < 0 || since >= (failed ? hour : day);
}

/** The version to tell the user of: newer than what is here, not known to fail here, and not told today. */
export function worthTelling(
  { packages }: Newest,
  { name, here, now }: { name: string; here: string; now: number },
): string | undefined {
  const found = packages[name];
  if (found === undefined || compareVersions(found.version, here) <= 0) return undefined;
  const { version, told } = found;
  if (isRefused(found, version, now)) return undefined;
  return told !== undefined && now - told >= 0 && now - told < day ? undefined : version;
}

/** True where that version did not work here less than a day ago. */
export function isRefused(found: NewestOf | undefined, version: string, now: number): boolean {
  const since = now - (found?.refusedAt ?? 0);
  return found?.refused === version && since >= 0 && since < day;
}

/** Found by a look. What the user was told of an older version says nothing of this one. */
export function withFound(newest: Newest, name: string, version: string): Newest {
  const before = newest.packages[name];
  const same =
    before?.version === version
      ? before
      : { refused: before?.refused, refusedAt: before?.refusedAt };
  return withPackage(newest, name, { ...definedOf(same), version });
}

export const withTold = (newest: Newest, name: string, now: number): Newest =>
  changed(newest, name, { told: now });

export const withRefused = (
  newest: Newest,
  { name, version, now }: { name: string; version: string; now: number },
): Newest => {
  const { packages } = withFound(newest, name, version);
  return changed({ ...newest, packages }, name, { refused: version, refusedAt: now });
};

function changed(newest: Newest, name: string, more: Partial<NewestOf>): Newest {
  const before = newest.packages[name];
  return before ? withPackage(newest, name, { ...before, ...more }) : newest;
}

const withPackage = (newest: Newest, name: string, value: NewestOf): Newest => ({
  ...newest,
  packages: { ...newest.packages, [name]: value },
});

const definedOf = ({
  refused,
  refusedAt,
  told,
}: {
  refused?: string | undefined;
  refusedAt?: number | undefined;
  told?: number | undefined;
}) => ({
  ...(refused !== undefined && { refused }),
  ...(refusedAt !== undefined && { refusedAt }),
  ...(told !== undefined && { told }),
});

function newestOf(value: JsonValue): NewestOf | undefined {
  const { version, refused, refusedAt, told } = asObject(value) ?? {};
  if (typeof version !== 'string' || !isVersion(version)) return undefined;
  return {
    version,
    ...definedOf({
      refused: typeof refused === 'string' ? refused : undefined,
      refusedAt: numberOf(refusedAt),
      told: numberOf(told),
    }),
  };
}

const numberOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
