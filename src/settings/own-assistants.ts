// The setting `assistants`: assistants of the user's own, and parts of built-in ones that are replaced.

import {
  isBuiltIn,
  namesUrl,
  stateOf,
  type AssistantDefinition,
  type Definitions,
  type FlagDefinitions,
  type ProviderDefinition,
} from '../base/assistant-definition.ts';
import { commandNames } from '../base/command-names.ts';
import { isInside } from '../base/paths.ts';
import {
  commandWords,
  homePaths,
  isOwnPlace,
  npmRelease,
  textsOf,
  textVariables,
  variableNames,
  words,
  wordsWith,
} from './definition-types.ts';
import { hosts } from './network.ts';
import { mapOf, record } from './shapes.ts';
import { imageReference, text, type DataProblem, type ValueType } from './types.ts';

/** Commands of `ai`, what it takes for one, and one that it may get. */
const commandsOfAi = [...commandNames, 'help', 'version', 'logs'];

/** Places of the state, and of images: `projects/<id>/overlay`, `ai-in-docker/base`. */
const places = ['gh', 'all', 'base', 'build', 'overlay', 'devcontainer'];

/** Words that mean something else where an assistant is named. */
export const reservedNames: readonly string[] = [...commandsOfAi, ...places];

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
  command: commandWords,
  flags,
  state: homePaths,
  conversations: homePaths,
  credentials: homePaths,
  environment: textVariables,
  keys: { ...variableNames('OPENAI_API_KEY'), shown: () => 'what is there' },
  variables: variableNames('OPENAI_BASE_URL'),
  provider: record<ProviderDefinition>({ openai: textVariables, anthropic: textVariables }),
  login: commandWords,
  domains: hosts,
});

/** Part of an image's name, and a directory. */
const namePattern = new RegExp(
  // `x-project` is the image of x in a project.
  `^(?!(?:${reservedNames.join('|')}|.*-project)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$`,
);

/** True for a name that an assistant can have. */
export const isAssistantName = (name: string): boolean => namePattern.test(name);

const map = mapOf(
  { pattern: namePattern, expected: 'a name in lower case that means nothing else to ai' },
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
  const { npm, image } = one;
  return [
    ...(npm === undefined && image === undefined
      ? [{ path: [], problem: 'needs npm (a package) or image' }]
      : []),
    ...problemsOfProgram(one),
    ...problemsOfPlaces(name, one),
    ...problemsOfProvider(one),
  ];
}

function problemsOfPlaces(name: string, one: AssistantDefinition): readonly DataProblem[] {
  const { conversations = [], credentials = [] } = one;
  const state = stateOf(name, one);
  const isNested = (place: string, others: readonly string[]): boolean =>
    others.some((other) => other !== place && isInside(place, other));
  const isOfProject = (place: string): boolean =>
    conversations.some((other) => isInside(place, other));
  const say = (key: keyof AssistantDefinition, places: readonly string[], what: string) =>
    places.map((place) => ({ path: [key], problem: `has ${place}, which ${what}` }));
  const ofProject = 'is kept for each project (conversations)';
  return [
    ...(one.state?.length || isOwnPlace(`.${name}`)
      ? []
      : [
          {
            path: [],
            problem: `needs state: .${name}, where it would be kept, is no place of its own`,
          },
        ]),
    ...say(
      'state',
      state.filter((place) => isNested(place, state)),
      'lies in another one',
    ),
    ...say('state', state.filter(isOfProject), ofProject),
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
    ...say('credentials', credentials.filter(isOfProject), ofProject),
  ];
}

/** Nothing else would send it there: it would go to its vendor, with what is meant for this machine. */
const problemsOfProvider = ({ provider = {} }: AssistantDefinition): readonly DataProblem[] =>
  Object.entries(provider)
    .filter(([, variables]: [string, Variables]) => !namesUrl(variables))
    .map(([api]) => ({
      path: ['provider', api],
      problem: 'needs a variable with {url} in it: nothing else tells the program where to go',
    }));

type Variables = Readonly<Record<string, string>>;

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
