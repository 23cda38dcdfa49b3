// A login that the launcher renews itself: whether it is time, what the renewing container gets, and what it brings back.

import { chmodSync, copyFileSync, lchownSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { path } from '../base/path.ts';
import { readForeign } from '../host/foreign-files.ts';
import { readForReplacing } from '../host/files.ts';
import { removeTree } from '../host/remove-tree.ts';
import { loginsIn, mergedText, readDocument, ruleOf, type Rule } from './documents.ts';
import { isLoggedOut } from './logged-out.ts';
import { agreeWithMirrors } from './mirrors.ts';
import { placeOf, type RunState } from './run-state.ts';
import { replaceTruth, withLock } from './truth.ts';

/** Milliseconds before the end of an access token at which it is renewed: more than the five minutes at which codex itself tries. */
const [least, most] = [310_000, 3_600_000];
/** Milliseconds between two renewals: a vendor whose tokens are good for less than that is not asked all the time. */
const pause = 10_000;

/** True if the login in the truth ends soon and can be renewed. */
export function isDue(run: RunState, now: number): boolean {
  const rule = renewedRule(run);
  const [login] = rule ? loginsIn(rule, readDocument(rule, truthText(run, rule))) : [];
  if (login?.until === undefined || !login.renewable) return false;
  const { until, made = now - pause } = login;
  const margin = Math.max(least, Math.min(most, (until - made) / 2));
  return now > until - margin && now - made >= pause;
}

/** Directories and files of the renewing container: a home with the login alone. Returns the home, and what is mounted at /run/ai. */
export function openRenewal(run: RunState, ofRun: string): { home: string; inside: string } {
  const rule = renewedRule(run);
  const directory = renewalDirectory(run);
  removeTree(directory);
  const home = path.join(directory, 'home');
  const inside = path.join(directory, 'inside');
  const login = path.join(home, rule ? placeOf(run, rule.name).file : 'none');
  for (const place of [inside, path.dirname(login)])
    mkdirSync(place, { recursive: true, mode: 0o700 });
  chmodSync(inside, 0o755);
  for (const name of ['id', 'env']) copyFileSync(path.join(ofRun, name), path.join(inside, name));
  writeFileSync(login, (rule && truthText(run, rule)) ?? '', { mode: 0o600 });
  if (process.getuid?.() === 0) {
    const { uid, gid } = run.plan.owner;
    for (let place = login; place !== directory; place = path.dirname(place))
      lchownSync(place, uid, gid);
    lchownSync(path.join(inside, 'env'), uid, gid);
  }
  return { home, inside };
}

/** True if one was begun and not taken yet. */
export const hasRenewal = (run: RunState): boolean =>
  lstatSync(renewalDirectory(run), { throwIfNoEntry: false }) !== undefined;

/**
 * With its container gone. What it has renewed becomes the truth; also after a launcher that died meanwhile.
 * @returns true if there was something new
 * @throws AiError AI_STATE_UNWRITABLE
 */
export async function takeRenewed(run: RunState, now: number): Promise<boolean> {
  const rule = renewedRule(run);
  if (rule === undefined) return false;
  const found = readForeign(path.join(renewalDirectory(run), 'home'), placeOf(run, rule.name).file);
  if ('why' in found) return false;
  const isNew = await withLock(run.truth, () => {
    const truth = truthText(run, rule);
    const context = { now, loggedOut: isLoggedOut(run.truth), loggedIn: false };
    if (context.loggedOut) return false;
    const session = found.bytes.toString('utf8');
    const merged = mergedText(rule, { base: truth, truth, session }, context);
    if (merged === undefined) return false;
    replaceTruth(run.truth, rule.name, merged);
    agreeWithMirrors(run.truth, rule, merged, context);
    return true;
  });
  removeTree(renewalDirectory(run));
  return isNew;
}

const renewalDirectory = ({ home }: RunState): string => path.join(path.dirname(home), 'renewal');

const renewedRule = ({ state }: RunState): Rule | undefined =>
  state.renewal && ruleOf(state, state.renewal.file);

const truthText = ({ truth }: RunState, { name }: Rule): string | undefined =>
  readForReplacing(path.join(truth.directory, name));
