// What of the facts of a run is a secret, so that no text shows it. Pure.

import {
  holdsPassword,
  isPath,
  isTelling,
  looksSecret,
  namesSecret,
  soundsSecret,
} from '../base/secret-patterns.ts';
import { chosenModel } from '../settings/providers.ts';
import { commandIn } from '../settings/references.ts';
import type { Facts, Texts } from './facts.ts';
import { isHarmless } from './given-variables.ts';
import type { KeyPlaces } from './kept-values.ts';
import { knownNames, type KnownNames } from './reach.ts';
import type { Variable } from './run-plan.ts';

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
  const inFiles = pairsOf({ ...secrets, ...kept?.project.values }).filter(isKept(names));
  const found = [
    ...secretsAmong([...pairsOf(host.environment), ...texts, ...defined], names),
    ...[...pairsOf(kept?.envFile), ...pairsOf(kept?.named)].filter(
      (pair) => isSecret(pair) || isMixed(pair),
    ),
    ...askedFor({ host, settings }, names),
    ...inFiles,
    ...providerKey({ host, kept, settings }),
    ...pairsOf(kept?.printed),
  ].map(([, value]) => value);
  return found.flatMap((value) => [value, ...passwordsIn(value)]);
}

/** Of the host's environment what the setting `env` names and nobody knows. */
const askedFor = (
  { host, settings }: Pick<KeyPlaces, 'host'> & Pick<Facts, 'settings'>,
  names: KnownNames,
): readonly Pair[] =>
  pairsOf(host.environment).filter(
    ([name, value]) => settings.env[name] === null && isTelling(value) && !isHarmless(name, names),
  );

/** Of the variables of a plan, whatever made them secrets; what stands in ordinary texts as well is left out. */
export const secretsOfPlan = (environment: readonly Variable[]): readonly string[] =>
  environment
    .filter(({ secret, value }) => secret && isTelling(value))
    .flatMap(({ value }) => [value, ...passwordsIn(value)]);

/** What files of the user's hold, read before anybody knows whether a run gets any of it. */
export function secretsOfFiles({
  secrets,
  envFile,
}: {
  secrets: readonly Pair[];
  envFile: Texts;
}): readonly string[] {
  const names = knownNames({});
  const isSecret = secretIn(names);
  return [
    ...secrets.filter(isKept(names)),
    ...pairsOf(envFile).filter((pair) => isSecret(pair) || isMixed(pair)),
  ].flatMap(([, value]) => [value, ...passwordsIn(value)]);
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
  secretsAmong(pairsOf(environment), knownNames({})).flatMap(([, value]) => [
    value,
    ...passwordsIn(value),
  ]);

/** In most environments none looks like one: that is seen in all of them at once. */
function secretsAmong(pairs: readonly Pair[], names: KnownNames): readonly Pair[] {
  const someLook = looksSecret(pairs.map(([, value]) => value).join('\n'));
  return pairs.filter(secretIn(names, someLook ? looksSecret : () => false));
}

const secretIn =
  ({ isKey }: KnownNames, looks = looksSecret) =>
  ([name, value]: Pair): boolean =>
    commandIn(value) === undefined &&
    (isKey(name) ||
      looks(value) ||
      (isTelling(value) && soundsSecret(name)) ||
      (namesSecret(name) && value.length > 5 && !isPath(value)));

/** Of what is kept as a secret all is one, but a model and the like. */
const isKept =
  (names: KnownNames) =>
  (pair: Pair): boolean =>
    names.isPlain(pair[0]) ? secretIn(names)(pair) : commandIn(pair[1]) === undefined;

/** All of a file of variables is the user's to hide, but a word or an address is no secret, and stands in other texts as well. */
const isMixed = ([, value]: Pair): boolean =>
  commandIn(value) === undefined &&
  isTelling(value) &&
  value.length > 7 &&
  /\d/.test(value) &&
  /[a-z]/i.test(value);

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
