// What assistants and providers of a project's settings do to the host, as sentences for whoever is to trust them. Pure.

import {
  isBuiltIn,
  type AssistantDefinition,
  type Definitions,
} from '../base/assistant-definition.ts';
import { quoteForShell } from '../base/quote.ts';
import { leavesOf } from './leaves.ts';
import type { Provider, Providers } from './providers.ts';

/** @param below those that the file lies on, which it may change parts of */
export const assistantEffects = (definitions: Definitions, below: Definitions): readonly string[] =>
  Object.entries(definitions).flatMap(([name, definition]) => [
    ...Object.entries(definition).flatMap(([key, value]: [string, unknown]) =>
      partOf(name, definition, key as keyof AssistantDefinition, value),
    ),
    ...(steering.some((key) => definition[key] !== undefined)
      ? [given(name, definition, ownOf(below, name))]
      : []),
  ]);

const wordsOf = (words: readonly string[] = []): string => words.map(quoteForShell).join(' ');

function partOf(
  name: string,
  { npm, image, packages, command, login, keys, variables, environment }: AssistantDefinition,
  key: keyof AssistantDefinition,
  value: unknown,
): readonly string[] {
  const read = (names: readonly string[] = []): readonly string[] =>
    names.map((one) => `read ${one} from your environment or secrets, and give it to ${name}`);
  const sentences: Partial<Record<keyof AssistantDefinition, readonly string[]>> = {
    npm: [`install ${quoteForShell(npm ?? '')} from npm, as the assistant ${name}`],
    image: [`run the image ${quoteForShell(image ?? '')}, as the assistant ${name}`],
    packages: [`install the packages ${wordsOf(packages)} in the image of ${name}`],
    command: [`run ${wordsOf(command)}, as the assistant ${name}`],
    login: [`run ${wordsOf(login)}, to log in to ${name}`],
    keys: read(keys),
    variables: read(variables),
    environment: Object.entries(environment ?? {}).map(
      ([variable, text]) => `set ${variable} to ${quoteForShell(text)} for ${name}`,
    ),
  };
  const said = sentences[key] ?? [];
  // An empty list takes away what a layer below says.
  return said.length > 0 ? said : leavesOf(`assistants.${name}.${key}`, value);
}

/** Whoever says one of these decides what the assistant does with all that it gets, and where it sends that. */
const steering = [
  'npm',
  'image',
  'packages',
  'command',
  'flags',
  'environment',
  'provider',
  'login',
] as const satisfies readonly (keyof AssistantDefinition)[];

/** What such an assistant gets that the file need not name. State is kept by the name, and outlives its definition. */
function given(
  name: string,
  { keys, variables }: AssistantDefinition,
  below: AssistantDefinition | undefined,
): string {
  if (below === undefined && !isBuiltIn(name))
    return `let that use the login and settings of any other assistant ${name} that you have used`;
  const named = [
    ...(keys === undefined ? (below?.keys ?? []) : []),
    ...(variables === undefined ? (below?.variables ?? []) : []),
  ];
  const kept = isBuiltIn(name) ? ['login', 'keys', 'settings'] : ['login', 'settings'];
  return `let that use your ${listOf([...kept, ...named])} of ${name}`;
}

const listOf = (items: readonly string[]): string =>
  `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** @param below those that the file lies on, which it may change parts of */
export const providerEffects = (providers: Providers, below: Providers): readonly string[] =>
  Object.entries(providers).flatMap(([name, provider]) =>
    effectsOfProvider(name, provider, ownOf(below, name)),
  );

function effectsOfProvider(
  name: string,
  { url, key, ...rest }: Provider,
  before: Provider = {},
): readonly string[] {
  const place = url ?? before.url;
  const instead =
    url === undefined || before.url === undefined || before.url === url
      ? ''
      : `, instead of ${quoteForShell(before.url)}`;
  const there = place === undefined ? 'there' : `to ${quoteForShell(place)}`;
  return [
    ...(url === undefined
      ? []
      : [
          `connect runs to ${quoteForShell(url)} for the models of ${name}, from this machine${instead}`,
        ]),
    ...(url === undefined || before.key === undefined || key !== undefined
      ? []
      : [`send ${before.key}, your key of ${name}, ${there}`]),
    ...(key === undefined
      ? []
      : [
          `read ${key} from your environment or secrets, and send it ${there} as the key of ${name}`,
        ]),
    ...Object.entries(rest).flatMap(([field, value]) =>
      leavesOf(`providers.${name}.${field}`, value),
    ),
  ];
}

/** @param own those of the same file */
export function modelEffects(
  model: string,
  own: readonly string[],
  below: Providers,
): readonly string[] | undefined {
  const [provider = '', ...rest] = model.split(':');
  if (rest.length === 0) return undefined;
  const yours = Object.hasOwn(below, provider) && !own.includes(provider) ? 'your' : 'the';
  return [
    `send what the assistant works on to the model ${quoteForShell(model)} of ${yours} provider ${quoteForShell(provider)}`,
  ];
}

const ownOf = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;
