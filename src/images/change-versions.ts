// The only writer of versions.json: one change at a time, whole or not at all, and nothing that it does not understand is lost.

import type { Emit } from '../base/events.ts';
import { asObject, isSame, parseJson, type JsonObject, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { ensureDirectory, readTextIfThere, writeFileAtomically } from '../host/files.ts';
import { acquireLock } from '../host/lock.ts';
import { versionsFile, versionsIn, type Versions } from './versions.ts';

/**
 * Changes what is chosen on this machine. `change` gets what stands there when nobody else can change it any more, and has to
 * return at once; what it leaves as it was stays to the letter. A file that is no such thing (a slip in an editor) is put aside.
 * @returns what stands there then
 * @throws AiError AI_STATE_UNWRITABLE, AI_FILE_UNREADABLE, AI_INTERRUPTED
 */
export async function changeVersions(
  imagesDirectory: string,
  change: (versions: Versions) => Versions,
  interrupt?: AbortSignal,
  emit?: Emit,
): Promise<Versions> {
  ensureDirectory(imagesDirectory);
  const release = await acquireLock(path.join(imagesDirectory, 'versions.lock'), {
    before: 'the versions were changed',
    interrupt,
    pause: 20,
  });
  try {
    const file = path.join(imagesDirectory, versionsFile);
    const text = readTextIfThere(file);
    const data = parseJson(text);
    const isStrange = text !== undefined && !isUnderstood(data);
    const known = isStrange ? {} : (data ?? {});
    const before = versionsIn(known);
    const after = change(before);
    const next = written(known, before, after);
    if (isSame(next, written(known, before, before))) return after;
    if (isStrange) keepAside(file, text, emit);
    writeFileAtomically(file, `${JSON.stringify(next, undefined, 2)}\n`, { mode: 0o600 });
    return after;
  } finally {
    release();
  }
}

const isUnderstood = (data: JsonObject | undefined): boolean =>
  data !== undefined &&
  ['assistants', 'bases'].every((key) => !(key in data) || asObject(data[key]) !== undefined);

/** Under a name of its own each time: it may be the only place where a pin stands. */
function keepAside(file: string, text: string, emit?: Emit): void {
  const bad = `${file}.bad-${Date.now()}`;
  writeFileAtomically(bad, text, { mode: 0o600 });
  emit?.({
    type: 'warning',
    text: `${file} could not be understood: it is kept as ${bad}, and a new one was begun`,
  });
}

/** A newer `ai` may keep more there than this one knows. */
function written(data: JsonObject, before: Versions, after: Versions): JsonObject {
  return {
    ...data,
    assistants: merged(asObject(data['assistants']), before.assistants, after.assistants),
    bases: merged(asObject(data['bases']), before.bases, after.bases),
  };
}

/** Keys of an assistant that this `ai` writes. */
const ours: readonly string[] = ['current', 'pinned', 'kept'];

function merged(
  data: JsonObject = {},
  before: Readonly<Record<string, object | string>>,
  after: Readonly<Record<string, object | string>>,
): JsonObject {
  const unknown = Object.entries(data).filter(([name]) => !(name in before) && !(name in after));
  const chosen = Object.entries(after).map(([name, value]): [string, JsonValue] => {
    const there = data[name];
    if (there !== undefined && value === before[name]) return [name, there];
    if (typeof value === 'string') return [name, value];
    const more = Object.entries(asObject(there) ?? {}).filter(([key]) => !ours.includes(key));
    return [name, { ...Object.fromEntries(more), ...(value as JsonObject) }];
  });
  return Object.fromEntries([...unknown, ...chosen]);
}
