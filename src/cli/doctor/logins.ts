// What is to be said of logins: there, expired, damaged, on loan; and whether they are the user's alone.

import { formatDuration } from '../../base/units.ts';
import { quoteForShell } from '../../base/quote.ts';
import type { AssistantLogin, LoginFacts } from '../../launch/doctor/look-logins.ts';
import type { FoundLogin } from '../../read/login-states.ts';
import { earliestEnd } from '../../state/login-validity.ts';
import { count, failure, listed, ok, warning, type Finding } from './finding.ts';

export const judgeLogins = ({ assistants, open, now }: LoginFacts): readonly Finding[] => [
  ...assistants.flatMap((login) => judgeLogin(login, now)),
  judgeModes(open),
];

function judgeLogin(login: AssistantLogin, now: number): readonly Finding[] {
  const { name, damaged, isRestorable, unreadable, found } = login;
  const id = `logins.${name}`;
  const [torn] = damaged;
  if (torn !== undefined)
    return [
      failure(
        id,
        `${name}: ${torn} is damaged: it is no JSON`,
        isRestorable
          ? `ai auth restore ${name}  brings back the version before`
          : `ai auth login ${name}`,
      ),
    ];
  const [unread] = unreadable;
  if (unread !== undefined && found.length === 0)
    return [failure(id, `${name}: ${unread} cannot be read`, `ls -ld ${quoteForShell(unread)}`)];
  if (found.length === 0) return judgeNone(login, id);
  return [judgeFound(login, id, now)];
}

/** Of an assistant that nobody has named nobody misses a login. */
function judgeNone(
  { name, isInQuestion, isLoggedOut, needs }: AssistantLogin,
  id: string,
): readonly Finding[] {
  if (!isInQuestion) return [];
  if (needs)
    return [
      failure(
        id,
        `${name} needs an API key of ${needs.vendor}`,
        `ai secrets set ${quoteForShell(needs.variable)}`,
        { code: 'AI_KEY_MISSING' },
      ),
    ];
  const why = isLoggedOut ? 'you have logged out' : 'there is no login yet';
  return [warning(id, `${name}: ${why}`, `ai auth login ${name}  or log in in your next session`)];
}

function judgeFound(login: AssistantLogin, id: string, now: number): Finding {
  const { name, found, validity, isLent } = login;
  const [first] = found;
  const who = first === undefined ? '' : wordsFor(first);
  const isOwn = found.every(({ kind }) => kind === 'account');
  const end = isOwn ? earliestEnd(validity) : undefined;
  const renews = validity.length > 0 && validity.every(({ renewable }) => renewable);
  const lent = isLent && isOwn ? ', on loan to sessions' : '';
  if (end === undefined) return ok(id, `${name}: ${who}${lent}`);
  if (renews) return ok(id, `${name}: ${who}, renews itself${lent}`);
  if (end > now)
    return ok(id, `${name}: ${who}, good for ${formatDuration((end - now) / 1000)} more${lent}`);
  return warning(id, `${name}: ${who} has expired, and nothing renews it`, `ai auth login ${name}`);
}

function wordsFor(login: FoundLogin): string {
  if (login.kind === 'variable') return `key in ${login.name}`;
  if (login.kind === 'file') return 'key file';
  const what = login.kind === 'key' ? 'own key' : 'account';
  return login.who === undefined ? what : `${what} ${login.who}`;
}

function judgeModes(open: LoginFacts['open']): Finding {
  const id = 'logins.modes';
  if (open.length === 0) return ok(id, 'what is kept of logins and keys is yours alone to read');
  const files = open.map(({ path }) => path);
  return warning(
    id,
    `${count(open.length, 'file')} with logins or keys can be read by others: ${listed(files)}`,
    `chmod 600 ${files.map(quoteForShell).join(' ')}`,
    { mend: { kind: 'modes', files: files.map((path) => ({ path, mode: 0o600 })) } },
  );
}
