// ai auth status: who is logged in where, of which kind, and until when; for every assistant and profile.

import { readdirSync } from 'node:fs';
import { path } from '../../base/path.ts';
import type { CommandHandler } from '../commands.ts';
import type { Assistant, Credential } from '../../assistants/assistant.ts';
import { assistantsOf } from '../../assistants/registry.ts';
import { formatDuration } from '../../base/units.ts';
import { settle } from '../../launch/settle.ts';
import type { World } from '../../launch/world.ts';
import { defaultProfile } from '../../plan/places.ts';
import { readLoginStates, type FoundLogin } from '../../read/login-states.ts';
import type { Settings } from '../../settings/schema.ts';
import { isLoggedOut } from '../../state/logged-out.ts';
import { earliestEnd, readValidity } from '../../state/login-validity.ts';
import { formatTable } from '../table.ts';
import { print } from './answer.ts';
import { assistantsNamed } from './auth.ts';

interface Row {
  assistant: string;
  profile: string;
  kind: 'account' | 'key' | 'key file' | 'variable' | 'none' | 'unreadable';
  who: string | null;
  /** ISO 8601: when what it holds ends. */
  until: string | null;
  renewsItself: boolean;
  loggedOut: boolean;
}

export const status: CommandHandler = async (call) => {
  const { world, options, words } = call;
  const { settings } = await settle(world, options.settings, options.plain);
  const all = assistantsOf(settings.assistants);
  const wanted = words.length === 0 ? [...all.values()] : assistantsNamed(settings, words);
  const isNamed = options.settings.values.some(({ key }) => key === 'profile');
  const profiles = isNamed
    ? [settings.profile]
    : profilesIn(world.stateDirectory, settings.profile);
  const rows = profiles.flatMap((profile) =>
    wanted.flatMap((assistant) => rowsOf(world, { ...settings, profile }, assistant)),
  );
  // Of other profiles only what is there.
  const shown = rows.filter(({ profile, kind }) => profile === settings.profile || kind !== 'none');
  if (options.plain.json) {
    print(call, { logins: shown });
    return 0;
  }
  const head = ['ASSISTANT', ...(profiles.length > 1 ? ['PROFILE'] : []), 'LOGIN', 'WHO', 'VALID'];
  const cells = shown.map((row) => [
    row.assistant,
    ...(profiles.length > 1 ? [row.profile] : []),
    row.kind === 'none' && row.loggedOut ? 'logged out' : row.kind,
    row.who ?? '',
    validText(row, Date.now()),
  ]);
  const { stdout } = world.streams;
  stdout.write(await formatTable(head, cells, stdout));
  return 0;
};

function rowsOf(world: World, settings: Settings, assistant: Assistant): readonly Row[] {
  const { stateDirectory, environment } = world;
  const { found, unreadable, state } = readLoginStates(
    { stateDirectory, environment, settings },
    assistant,
  );
  const validity = readValidity(state, assistant.state);
  const empty = {
    assistant: assistant.name,
    profile: settings.profile,
    who: null,
    until: null,
    renewsItself: false,
    loggedOut: isLoggedOut({ directory: state }),
  };
  if (found.length > 0) return found.map((login) => ({ ...empty, ...rowOf(login, validity) }));
  if (unreadable.length > 0)
    return unreadable.map((file) => ({ ...empty, kind: 'unreadable' as const, who: file }));
  return [{ ...empty, kind: 'none' as const }];
}

function rowOf(
  login: FoundLogin,
  validity: readonly Credential[],
): Pick<Row, 'kind' | 'who' | 'until' | 'renewsItself'> {
  const lasting = { until: null, renewsItself: false };
  if (login.kind === 'variable') return { kind: 'variable', who: login.name, ...lasting };
  if (login.kind === 'file') return { kind: 'key file', who: login.path, ...lasting };
  const end = earliestEnd(validity);
  return {
    kind: login.kind,
    who: login.who ?? null,
    until: end === undefined ? null : dateOf(end),
    renewsItself: end !== undefined && validity.every(({ renewable }) => renewable),
  };
}

function validText({ kind, until, renewsItself }: Row, now: number): string {
  if (kind === 'none' || kind === 'unreadable') return '';
  if (renewsItself) return 'renews itself';
  if (until === null) return 'no end';
  const left = (Date.parse(until) - now) / 1000;
  return left <= 0 ? `expired ${until}` : `${formatDuration(left)} more (${until})`;
}

/** Null for a number that is no time. */
function dateOf(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function profilesIn(stateDirectory: string, current: string): readonly string[] {
  try {
    const names = readdirSync(path.join(stateDirectory, 'profiles')).sort();
    return [...new Set([defaultProfile, current, ...names])];
  } catch {
    return [...new Set([defaultProfile, current])];
  }
}
