// What of the user's state goes into a run: whose, of which profile, shared or on loan. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { path } from '../base/path.ts';
import { isInside, relativeInside } from '../base/paths.ts';
import { quoteForShell } from '../base/quote.ts';
import type { Facts } from './facts.ts';
import { exchangeDirectory } from './places.ts';
import type { Mount, Owner, PathPair, StatePlan } from './run-plan.ts';

/** @throws AiError AI_USAGE where the login is to be lent and cannot be */
export function planState(
  facts: StateContext,
  assistant: Assistant,
  { name, owner, mounts }: { name: string; owner: Owner; mounts: readonly Mount[] },
): StatePlan {
  const { settings, state } = facts;
  const { profile } = settings;
  const saved = isSaved(state);
  checkLoan(facts, assistant);
  const lend = lends(facts, assistant);
  const renews = assistant.state.renewal !== undefined && saved && !isUnreadable(facts);
  return {
    name,
    profile,
    truth: path.join(state.global, name),
    ...(usesExchange(facts, assistant) && {
      exchange: exchangeDirectory(state.directory, { profile, name, uid: owner.uid }),
    }),
    lend,
    renews,
    signIn: facts.request.kind === 'login',
    owner,
    paths: pathPairs(mounts),
    backups: settings.backups,
    saved,
    reason: reasonOf({ lend, renews, asked: settings.auth === 'lend', saved }, assistant),
  };
}

/** A promise that cannot be kept must not pass silently. */
function checkLoan({ settings }: StateContext, { name, title, state }: Assistant): void {
  if (settings.auth !== 'lend' || !state.credentials.some(({ whole }) => whole)) return;
  throw new AiError('AI_USAGE', {
    problem: `the login of ${title} cannot be lent: which part of it renews it is not known`,
    next: settings.secure
      ? `set AI_AUTH=share or AI_SECURE=0 (it is secure that lends), or leave out assistants.${name}.credentials`
      : `leave out --lend (setting auth), or assistants.${name}.credentials`,
  });
}

type StateContext = Pick<Facts, 'request' | 'settings' | 'state' | 'engine' | 'host'>;

/** A run on loan, or one that makes a new login, has a copy of its own: in a shared directory others would see that one. */
export const usesExchange = (facts: StateContext, assistant: Assistant): boolean =>
  assistant.state.exchange !== undefined &&
  facts.request.kind !== 'login' &&
  !lends(facts, assistant);

const isSaved = ({ writable, directory }: Facts['state']): boolean => writable === directory;

function lends(facts: StateContext, { state }: Assistant): boolean {
  return (
    facts.settings.auth === 'lend' ||
    isUnreadable(facts) ||
    !isSaved(facts.state) ||
    state.renewal !== undefined
  );
}

/** What root makes there, nobody else can read before the run is over: a login that it renews would be lost to the others. */
const isUnreadable = ({ settings, engine, host }: StateContext): boolean =>
  settings.root && !engine.rootless && host.uid !== 0;

/** What the user has to know of it. */
export function stateNotes({ saved, truth }: StatePlan): readonly string[] {
  return saved
    ? []
    : [
        `nothing can be written in ${truth}: logins, settings and conversations of this run are not saved`,
      ];
}

/** Whoever goes on from another directory than last time finds nothing to go on with. */
export function continueNotes(
  { conversations = [] }: Pick<Facts, 'conversations'>,
  { state, title }: Assistant,
  { workingDirectory, paths }: { workingDirectory: string; paths: readonly PathPair[] },
): readonly string[] {
  const key = state.conversationIndex?.keyOf(workingDirectory);
  const [last] = conversations;
  if (last === undefined || conversations.some((one) => one.key === key)) return [];
  const place = last.workingDirectory;
  const pair = paths.find(({ inside }) => place !== undefined && isInside(place, inside));
  const outside =
    pair && place && path.join(pair.outside, relativeInside(place, pair.inside) ?? '');
  return [
    `${title} has no conversation of this directory; the last one was in ${outside ?? place ?? 'another one'}${outside ? `: ai -C ${quoteForShell(outside)} -c` : ''}`,
  ];
}

const reasonOf = (
  how: { lend: boolean; renews: boolean; asked: boolean; saved: boolean },
  { title }: Assistant,
): string => {
  const { lend, renews, asked, saved } = how;
  if (!lend) return `your logins and settings of ${title}`;
  if (renews) return `your settings of ${title}, and its login on loan: ai renews it itself`;
  if (asked) return `your settings of ${title}, and its login on loan (setting auth)`;
  return saved
    ? `your settings of ${title}, and its login on loan: only root could read what --root makes of it`
    : `your settings of ${title}, and its login on loan: a renewed one could not be saved`;
};

/** Of the project's own mount first: the places that git needs are the same directories once more. */
function pathPairs(mounts: readonly Mount[]): readonly PathPair[] {
  return ['project', 'extra', 'git'].flatMap((role) =>
    mounts
      .filter((mount) => mount.role === role && mount.kind === 'directory')
      .map(({ source, target }) => ({ outside: source, inside: target })),
  );
}
