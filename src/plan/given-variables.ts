// Variables that the user gives to a run: those that an assistant knows, settings, files that settings name, secrets. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { launcherVariables } from '../base/launcher-variables.ts';
import { path } from '../base/path.ts';
import { holdsPassword, looksSecret, soundsSecret } from '../base/secret-patterns.ts';
import type { Facts } from './facts.ts';
import { findValue, isPrinted, own, printedBy, resolve, type KeyPlaces } from './kept-values.ts';
import { knownNames, type KnownNames } from './reach.ts';
import type { Variable } from './run-plan.ts';

/**
 * What the host's environment, or the user's secrets, have for this assistant and no other.
 * @param route a provider that it is sent to: then none that is for its vendor, or leads there
 */
export function hostVariables(
  places: KeyPlaces,
  { hostVariables: wanted, title }: Assistant,
  route?: object,
): Variable[] {
  const all = route ? wanted.filter(({ anywhere }) => anywhere) : wanted;
  return all.flatMap(({ name, secret, as = name, file }) => {
    const found = findValue(places, name, file);
    if (found === undefined) return [];
    const { value, from, isOfHost } = found;
    return [
      {
        ...variable(as, value, `yours, for ${title} only`),
        secret: secret || holdsPassword(value) || isPrinted(from),
        ...(from && !(isOfHost && as === name) && { from }),
      },
    ];
  });
}

/** What the user's definition of the assistant fixes. */
export const definedVariables = ({ name: assistant, environment }: Assistant): Variable[] =>
  Object.entries(environment.defined ?? {}).map(([name, value]) => ({
    ...variable(name, value, `setting assistants.${assistant}.environment`),
    secret: soundsSecret(name) || looksSecret(value),
  }));

/** What the user has set: by the setting `env`, in files that `envFiles` names, and as a secret of the project. Later ones win. */
export function userVariables(
  places: KeyPlaces,
  { env, assistants }: Pick<Facts['settings'], 'env' | 'assistants'>,
): readonly Variable[] {
  const { kept } = places;
  const names = knownNames(assistants);
  const ofFiles = Object.entries(kept?.named ?? {}).map(([name, value = '']) => ({
    ...variable(name, value, 'setting envFiles'),
    secret: !ofShells.has(name),
  }));
  return [
    ...projectVariables(kept, names),
    ...ofFiles,
    ...Object.entries(env).flatMap(([name, given]) => settingVariable(places, names, name, given)),
  ];
}

/**
 * The same in a container, without those that are the launcher's own there.
 * @throws AiError AI_USAGE where the setting env names one: who says that expects it to count
 */
export function variablesInside(
  places: KeyPlaces,
  settings: Pick<Facts['settings'], 'env' | 'assistants'>,
): readonly Variable[] {
  const [name] = launcherVariables.filter((one) => Object.hasOwn(settings.env, one));
  if (name !== undefined)
    throw new AiError('AI_USAGE', {
      problem: `${name} is set by ai itself in every container, so it cannot be given (setting env)`,
      next: `leave out ${name}, or set it for one command: ai exec -- env ${name}=… COMMAND`,
    });
  return userVariables(places, settings).filter((one) => !launcherVariables.includes(one.name));
}

/** What of the user's files does not count there: nobody has named it one by one. */
export function launcherNotes({ kept }: Pick<KeyPlaces, 'kept'>): readonly string[] {
  const names = [...Object.keys(kept?.named ?? {}), ...Object.keys(kept?.project.values ?? {})];
  const own = launcherVariables.filter((name) => names.includes(name));
  return own.length === 0
    ? []
    : [`not given to the run, since ai sets it there itself: ${own.join(', ')}`];
}

/** Secrets of the project whose names no assistant knows: those that one knows reach that one. */
const projectVariables = (kept: KeyPlaces['kept'], { isKnown }: KnownNames): readonly Variable[] =>
  Object.entries(kept?.project.values ?? {})
    .filter(([name]) => !isKnown(name))
    .map(([name, text = '']) => {
      const file = path.join(kept?.project.directory ?? '', name);
      const { value, from } = resolve(text, kept, file);
      return {
        ...variable(name, value, 'a secret of this project'),
        secret: true,
        ...(from && { from }),
      };
    });

function settingVariable(
  places: KeyPlaces,
  names: KnownNames,
  name: string,
  given: Facts['settings']['env'][string],
): readonly Variable[] {
  const reason = 'setting env';
  if (typeof given === 'string')
    return [{ ...variable(name, given, reason), secret: soundsSecret(name) || looksSecret(given) }];
  if (given)
    return [
      { ...variable(name, '', reason), ...printedBy(given.command, places.kept), secret: true },
    ];
  const ofHost = own(places.host.environment, name);
  if (ofHost !== undefined)
    return settingVariable(places, names, name, ofHost).map((one) => ({
      ...one,
      // The name alone: nobody has said what is in it.
      secret: one.secret || !isHarmless(name, names),
    }));
  const found = findValue(places, name, names.fileNameOf(name));
  if (found === undefined) return [];
  const { value, from } = found;
  return [{ ...variable(name, value, reason), secret: true, ...(from && { from }) }];
}

/**
 * Shells keep these for themselves, and would not take them from the file of secrets, or as something else (bash(1), Shell
 * Variables). They hold none.
 */
const ofShells = new Set(
  'UID EUID PPID SHELLOPTS BASHOPTS BASH_VERSINFO OPTIND LINENO GROUPS FUNCNAME DIRSTACK RANDOM SRANDOM SECONDS'.split(
    ' ',
  ),
);

/** What a variable of that name holds is no secret: everybody has it, or an assistant knows it as a setting. */
export const isHarmless = (name: string, { isPlain }: KnownNames): boolean =>
  isPlain(name) ||
  ofShells.has(name) ||
  /^(?:TERM|COLORTERM|TZ|LANG|LANGUAGE|LC_[A-Z]+)$/.test(name);

const variable = (name: string, value: string, reason: string): Variable => ({
  name,
  value,
  secret: false,
  ...(name !== 'TERM' && { given: true }),
  reason,
});

/** True for what no configuration of the container, and no record of the run, is to have. */
export const travelsUnseen = ({ name, secret, given }: Variable): boolean =>
  !ofShells.has(name) && (secret || given === true);
