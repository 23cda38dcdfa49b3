// What assistants and providers of a project's settings do to the host, as sentences for whoever is to trust them. Pure.

import type { AssistantDefinition, Definitions } from '../base/assistant-definition.ts';
import { quoteForShell } from '../base/quote.ts';
import { leavesOf } from './leaves.ts';

export const assistantEffects = (definitions: Definitions): readonly string[] =>
  Object.entries(definitions).flatMap(([name, definition]) =>
    Object.entries(definition).flatMap(([key, value]: [string, unknown]) =>
      partOf(name, definition, key as keyof AssistantDefinition, value),
    ),
  );

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
  return sentences[key] ?? leavesOf(`assistants.${name}.${key}`, value);
}

/** As much as is said here of one. */
interface Provider {
  readonly url?: string;
  readonly key?: string;
}

export const providerEffects = (providers: Readonly<Record<string, Provider>>): readonly string[] =>
  Object.entries(providers).flatMap(([name, { url, key, ...rest }]) => [
    ...(url === undefined
      ? []
      : [`connect runs to ${quoteForShell(url)} for the models of ${name}, from this machine`]),
    ...(key === undefined
      ? []
      : [`read ${key} from your environment or secrets, as the key of ${name}`]),
    ...Object.entries(rest).flatMap(([field, value]) =>
      leavesOf(`providers.${name}.${field}`, value),
    ),
  ]);
