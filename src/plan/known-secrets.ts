// What of the facts of a run is a secret, so that no text shows it. Pure.

import {
  holdsPassword,
  isTelling,
  looksSecret,
  namesSecret,
  soundsSecret,
} from '../base/secret-patterns.ts';
import { chosenModel } from '../settings/providers.ts';
import { commandIn } from '../settings/references.ts';
import type { Facts } from './facts.ts';
import type { KeyPlaces } from './kept-values.ts';
import { knownNames, type KnownNames } from './reach.ts';

type Pair = readonly [name: string, value: string];

/** Values as they are, and the passwords of addresses by themselves. */
export function knownSecrets({
  host,
  secrets,
  kept,
  settings,
}: KeyPlaces & Pick<Facts, 'settings'>): readonly string[] {
  const names = knownNames(settings.assistants);
  const isSecret = secretIn(names);
  const defined = Object.values(settings.assistants).flatMap(({ environment }) =>
    pairsOf(environment),
  );
  const texts = Object.entries(settings.env).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const inFiles = pairsOf({ ...secrets, ...kept?.project.values }).filter(([name, value]) =>
    names.isPlain(name) ? isSecret([name, value]) : commandIn(value) === undefined,
  );
  const found = [
    ...[...pairsOf(host.environment), ...texts, ...defined, ...pairsOf(kept?.envFile)].filter(
      isSecret,
    ),
    ...pairsOf(kept?.named).filter((pair) => isSecret(pair) || isMixed(pair)),
    ...inFiles,
    ...providerKey({ host, kept, settings }),
    ...pairsOf(kept?.printed),
  ].map(([, value]) => value);
  return found.flatMap((value) => [value, ...passwordsIn(value)]);
}

/** Whatever its name is. */
function providerKey({
  host,
  kept,
  settings,
}: Pick<Facts, 'settings'> & Pick<KeyPlaces, 'host' | 'kept'>): readonly Pair[] {
  const key = chosenModel(settings)?.provider.key;
  return pairsOf({ ...kept?.envFile, ...host.environment }).filter(([name]) => name === key);
}

/** Those of an environment that nobody has asked for yet. */
export const secretsOfEnvironment = (
  environment: Readonly<Partial<Record<string, string>>>,
): readonly string[] =>
  pairsOf(environment)
    .filter(secretIn(knownNames({})))
    .flatMap(([, value]) => [value, ...passwordsIn(value)]);

const secretIn =
  ({ isKey }: KnownNames) =>
  ([name, value]: Pair): boolean =>
    commandIn(value) === undefined &&
    (isKey(name) ||
      looksSecret(value) ||
      (isTelling(value) && (namesSecret(name) || soundsSecret(name))) ||
      (namesSecret(name) && value.length > 5 && !isPath(value)));

/** All of a named file is the user's to hide, but a word or an address is no secret, and stands in other texts as well. */
const isMixed = ([, value]: Pair): boolean =>
  isTelling(value) && value.length > 7 && /\d/.test(value) && /[a-z]/i.test(value);

const isPath = (value: string): boolean => /^[~.]{0,2}\//.test(value);

function passwordsIn(value: string): readonly string[] {
  if (!holdsPassword(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const pairsOf = (texts: Readonly<Partial<Record<string, string>>> = {}): readonly Pair[] =>
  Object.entries(texts).filter((pair): pair is [string, string] => pair[1] !== undefined);
