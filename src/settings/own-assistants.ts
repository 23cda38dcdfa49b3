// The setting `assistants`: assistants of the user's own, and parts of built-in ones that are replaced.

import {
  isBuiltIn,
  stateOf,
  type AssistantDefinition,
  type Definitions,
  type FlagDefinitions,
  type ProviderDefinition,
} from '../base/assistant-definition.ts';
import { isInside } from '../base/paths.ts';
import {
  homePaths,
  npmRelease,
  textsOf,
  textVariables,
  words,
  wordsWith,
} from './definition-types.ts';
import { mapOf, record } from './shapes.ts';
import { imageReference, text, type DataProblem, type ValueType } from './types.ts';

/** Words that mean something else at the same place: commands of `ai`, and places of the state. */
export const reservedNames: readonly string[] = [
  ...[
    'run',
    'shell',
    'exec',
    'where',
    'assistants',
    'auth',
    'mode',
    'ps',
    'stop',
    'clean',
    'setup',
    'audit',
  ],
  ...['config', 'trust', 'secrets', 'help', 'version', 'update', 'doctor', 'logs', 'gh', 'all'],
];

const flags = record<FlagDefinitions>({
  prompt: wordsWith('{prompt}'),
  interactive: wordsWith('{prompt}'),
  continue: words,
  yolo: words,
  model: wordsWith('{model}'),
  json: words,
});

const definition = record<AssistantDefinition>({
  title: text,
  npm: npmRelease,
  image: imageReference,
  packages: textsOf(/^[a-z0-9][a-z0-9+.-]+$/, 'packages of Debian, like [python3, ffmpeg]'),
  command: words,
  flags,
  state: homePaths,
  conversations: homePaths,
  credentials: homePaths,
  environment: textVariables,
  keys: textsOf(/^[A-Za-z_][A-Za-z0-9_]*$/, 'names of variables, like [OPENAI_API_KEY]'),
  variables: textsOf(/^[A-Za-z_][A-Za-z0-9_]*$/, 'names of variables, like [OPENAI_BASE_URL]'),
  provider: record<ProviderDefinition>({ openai: textVariables, anthropic: textVariables }),
  login: words,
});

const map = mapOf(
  {
    // Part of an image's name, and a directory.
    pattern: new RegExp(`^(?!(?:${reservedNames.join('|')})$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$`),
    expected: 'a name in lower case that is no command of ai',
  },
  definition,
);

export const ownAssistants: ValueType<Definitions> = {
  ...map,
  problemsOfWhole: (all) =>
    Object.entries(all).flatMap(([name, one]) =>
      (isBuiltIn(name) ? problemsOfOverride(name, one) : problemsOf(name, one)).map(
        ({ path, ...problem }) => ({ path: [name, ...path], ...problem }),
      ),
    ),
};

function problemsOf(name: string, one: AssistantDefinition): readonly DataProblem[] {
  const { npm, image, conversations = [], credentials = [] } = one;
  const state = stateOf(name, one);
  const isNested = (place: string, others: readonly string[]): boolean =>
    others.some((other) => other !== place && isInside(place, other));
  const say = (key: keyof AssistantDefinition, places: readonly string[], what: string) =>
    places.map((place) => ({ path: [key], problem: `has ${place}, which ${what}` }));
  return [
    ...(npm === undefined && image === undefined
      ? [{ path: [], problem: 'needs npm (a package) or image' }]
      : []),
    ...problemsOfProgram(one),
    ...say(
      'state',
      state.filter((place) => isNested(place, state)),
      'lies in another one',
    ),
    ...say(
      'state',
      state.filter((place) => conversations.some((other) => isInside(place, other))),
      'is kept for each project (conversations)',
    ),
    ...say(
      'conversations',
      conversations.filter((place) => isNested(place, conversations)),
      'lies in another one',
    ),
    ...say(
      'credentials',
      credentials.filter((file) => !isNested(file, state)),
      'lies in no directory of state',
    ),
  ];
}

/** What a built-in one knows better than any definition. */
function problemsOfOverride(name: string, one: AssistantDefinition): readonly DataProblem[] {
  const known = (['state', 'conversations', 'credentials'] as const).filter((key) => one[key]);
  return [
    ...known.map((key) => ({
      path: [key],
      problem: `is for assistants of your own: ${name} has its`,
    })),
    ...problemsOfProgram(one),
  ];
}

function problemsOfProgram({ npm, image, packages }: AssistantDefinition): readonly DataProblem[] {
  if (image === undefined) return [];
  return [
    ...(npm === undefined ? [] : [{ path: ['image'], problem: 'and npm exclude each other' }]),
    ...(packages === undefined
      ? []
      : [
          {
            path: ['packages'],
            problem: 'cannot go into a ready image: leave out image, or packages',
          },
        ]),
  ];
}
