// Values that keep an assistant from asking its first-run questions, put into its settings where the user has none.

import { lchownSync, lstatSync, symlinkSync } from 'node:fs';
import type { Seeds } from '../assistants/assistant.ts';
import { isList, isObject, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import { systemCode } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { readRegularFile, writeFileAtomically } from '../host/files.ts';
import type { Owner } from '../plan/run-plan.ts';

/**
 * Writes only files that lack something; what the user or the assistant has set stays.
 * @param sync false for a directory that is of no use after a crash of the machine
 */
export function seedState(
  directory: string,
  seeds: Seeds,
  { owner, sync = true }: { owner: Owner; sync?: boolean },
): void {
  for (const [name, values] of Object.entries(seeds)) {
    const file = path.join(directory, name);
    const text = lstatSync(file, { throwIfNoEntry: false }) ? readRegularFile(file) : '';
    const current = text?.trim() === '' ? {} : parseJson(text);
    // Something else than a JSON object is the assistant's business, not ours to overwrite. A link above all: what it
    // leads to on the host would be copied to where the assistant can read it.
    if (current === undefined) continue;
    const seeded = addMissing(current, values);
    if (seeded === current) continue;
    writeFileAtomically(file, `${JSON.stringify(seeded, null, 2)}\n`, { mode: 0o600, sync });
    if (process.getuid?.() === 0) lchownSync(file, owner.uid, owner.gid);
  }
}

/** Makes links that are not there; whatever else stands in their place stays. */
export function linkState(
  directory: string,
  links: Readonly<Record<string, string>>,
  owner: Owner,
): void {
  for (const [name, target] of Object.entries(links)) {
    const link = path.join(directory, name);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(target, link);
    } catch (error) {
      // Another run was faster.
      if (systemCode(error) === 'EEXIST') continue;
      throw error;
    }
    if (process.getuid?.() === 0) lchownSync(link, owner.uid, owner.gid);
  }
}

/** `current` with the values that it lacks, items of lists included; the very same object where it lacks none. */
export function addMissing(current: JsonObject, values: JsonObject): JsonObject {
  let result = current;
  for (const [key, value] of Object.entries(values)) {
    const present = Object.hasOwn(current, key) ? current[key] : undefined;
    const wanted = present === undefined ? value : joined(present, value);
    if (wanted !== present) result = { ...result, [key]: wanted };
  }
  return result;
}

function joined(present: JsonValue, value: JsonValue): JsonValue {
  if (isObject(present) && isObject(value)) return addMissing(present, value);
  if (!isList(present) || !isList(value)) return present;
  const missing = value.filter((item) => !present.includes(item));
  return missing.length === 0 ? present : [...present, ...missing];
}
