// Takes logins and settings from elsewhere into the truth. The originals stay as they are, and logins are kept in step.

import { assistantsOf, type Registry } from '../assistants/registry.ts';
import { isObject, objectOf, type JsonValue } from '../base/json.ts';
import { path } from '../base/path.ts';
import { readForeign } from '../host/foreign-files.ts';
import { globalState } from '../plan/places.ts';
import {
  holdsLogin,
  isDocument,
  mergedText,
  readDocument,
  ruleOf,
  type Rule,
} from './documents.ts';
import type { FoundFile } from './found-files.ts';
import { isLoggedOut, markLoggedIn } from './logged-out.ts';
import { addMirror } from './mirrors.ts';
import { readTruth } from './reconcile.ts';
import { replaceTruth, truthOf, withLock, type Truth } from './truth.ts';

export interface Taken extends FoundFile {
  /** `same`: the truth has it, or a newer one. */
  what: 'taken' | 'same' | 'unreadable';
  isLogin: boolean;
}

export interface TakeOverOptions {
  stateDirectory: string;
  profile: string;
  backups: number;
  now: number;
  /** Says what would be taken. */
  dryRun: boolean;
  /** A login that is taken is kept in step with its original. */
  mirror: boolean;
  /** Those that there are; the built-in ones without it. */
  assistants?: Registry;
}

/** @throws AiError AI_STATE_UNWRITABLE */
export async function takeOver(
  files: readonly FoundFile[],
  options: TakeOverOptions,
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const assistant of new Set(files.map((found) => found.assistant))) {
    const truth = truthOfAssistant(assistant, options);
    const work = (): void => {
      for (const found of files.filter((one) => one.assistant === assistant))
        taken.push(takeOne(truth, found, options));
    };
    if (options.dryRun) work();
    else await withLock(truth, work);
  }
  return taken;
}

export function truthOfAssistant(
  name: string,
  {
    stateDirectory,
    profile,
    backups,
  }: Pick<TakeOverOptions, 'stateDirectory' | 'profile' | 'backups'>,
): Truth {
  const truth = path.join(globalState(stateDirectory, profile), name);
  return truthOf(stateDirectory, { truth, backups, profile, name });
}

function takeOne(truth: Truth, found: FoundFile, options: TakeOverOptions): Taken {
  const { now, dryRun, mirror, assistants = assistantsOf({}) } = options;
  const state = assistants.get(found.assistant)?.state;
  if (state === undefined) throw new Error(`${found.assistant} is no assistant`);
  const rule = ruleOf(state, found.name);
  const content = readForeign(path.dirname(found.file), path.basename(found.file), {
    hardLinks: true,
  });
  const taken = (what: Taken['what'], isLogin = false): Taken => ({ ...found, what, isLogin });
  if ('why' in content) return taken('unreadable');
  const text = content.bytes.toString('utf8');
  const document = readDocument(rule, text);
  if (isDocument(rule) && document === undefined) return taken('unreadable');
  const isLogin = holdsLogin(rule, document);
  if (rule.credential !== undefined && !isLogin) return taken('same');
  const current = dryRun ? readNow(truth, rule) : readTruth(truth, rule, []);
  const next = combined(rule, { current, theirs: withoutInside(rule, text), now });
  if (!dryRun) {
    if (next !== undefined) replaceTruth(truth, found.name, next, content.mode);
    if (isLogin && isLoggedOut(truth)) markLoggedIn(truth);
    if (isLogin && mirror) addMirror(truth, found.name, found.file);
  }
  return taken(next === undefined ? 'same' : 'taken', isLogin);
}

function readNow(truth: Truth, rule: Rule): string | undefined {
  const found = readForeign(truth.directory, rule.name, { hardLinks: true });
  return 'why' in found ? undefined : found.bytes.toString('utf8');
}

/** Undefined where there is nothing to change. A login is chosen by its age; of settings the truth's own win. */
function combined(
  rule: Rule,
  { current, theirs, now }: { current: string | undefined; theirs: string; now: number },
): string | undefined {
  if (current === undefined) return theirs;
  if (!isDocument(rule)) return undefined;
  const context = { now, loggedOut: false, loggedIn: false };
  if (rule.credential !== undefined)
    return mergedText(rule, { base: undefined, truth: current, session: theirs }, context);
  const merged = mergedText(rule, { base: undefined, truth: theirs, session: current }, context);
  return merged === current ? undefined : merged;
}

/** Paths of the containers of before mean nothing any more. */
function withoutInside(rule: Rule, text: string): string {
  const document = readDocument(rule, text);
  const keys = rule.places.flatMap(({ at }) => ('toml' in at ? [] : at.slice(0, 1)));
  if (!isObject(document) || keys.length === 0) return text;
  return JSON.stringify(
    objectOf(
      Object.entries<JsonValue>(document).map(([key, value]) => [
        key,
        keys.includes(key) && isObject(value) ? withoutWorkspaces(value) : value,
      ]),
    ),
    null,
    2,
  );
}

const withoutWorkspaces = (value: JsonValue): JsonValue =>
  objectOf(
    Object.entries<JsonValue>(isObject(value) ? value : {}).filter(
      ([key]) => !/^\/(workspace|app|project)(\/|$)/.test(key),
    ),
  );
