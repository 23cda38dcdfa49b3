// Logins and settings that stand elsewhere on this machine: where the shell functions of before kept theirs, and in the
// assistants' own homes. Looks, changes nothing.

import { lstatSync } from 'node:fs';
import type { Assistant } from '../assistants/assistant.ts';
import { assistants } from '../assistants/registry.ts';
import type { BuiltInName } from '../base/assistant-definition.ts';
import { path } from '../base/path.ts';
import { listForeign } from '../host/foreign-tree.ts';
import { wantedIn } from './run-state.ts';

export interface FoundFile {
  file: string;
  /** Its name. */
  assistant: string;
  /** What it is in the assistant's state. */
  name: string;
}

/** Where the functions kept Claude's and GLM's home, and the file that stood beside it. */
const claudeHomes = [
  ['claude_config', 'claude'],
  ['glm_config', 'glm'],
] as const satisfies readonly (readonly [string, BuiltInName])[];

const geminiFiles = [
  'settings.json',
  'google_accounts.json',
  'oauth_creds.json',
  'installation_id',
  'state.json',
];

/** What the shell functions have left in the state directory itself. */
export function findOfFunctions(stateDirectory: string): readonly FoundFile[] {
  return [
    ...filesIn(stateDirectory),
    ...claudeHomes.flatMap(([name, assistant]) =>
      homeOf(path.join(stateDirectory, 'global_state', name), assistant),
    ),
  ];
}

/** `~/.docker-gemini-config`, of an older version of theirs. */
export const findOfGemini = (home: string): readonly FoundFile[] =>
  homeOf(path.join(home, '.docker-gemini-config'), 'gemini');

/** `.project-ai-config` of a project: the same names. */
export function findOfProject(root: string): readonly FoundFile[] {
  const directory = path.join(root, '.project-ai-config');
  return [
    ...filesIn(directory),
    ...claudeHomes.flatMap(([name, assistant]) => homeOf(path.join(directory, name), assistant)),
    ...homeOf(path.join(directory, 'gemini_config'), 'gemini'),
  ];
}

/** The logins in an assistant's own home on this machine. */
export function findOfHost(
  home: string,
  { name: assistant, package: program, state }: Assistant,
): readonly FoundFile[] {
  const { directories, credentials } = state;
  // GLM is Claude's program, and its login there is Claude's.
  if (program.name !== assistant) return [];
  return credentials.flatMap(({ file: name }) =>
    directories.flatMap(({ part, inside }) => {
      if (part !== '' && !name.startsWith(`${part}/`)) return [];
      const file = path.join(home, inside, part === '' ? name : name.slice(part.length + 1));
      return isFile(file) ? [{ file, assistant, name }] : [];
    }),
  );
}

/** Gemini's files, which stood there by themselves, and the two that belong beside a home of Claude's. */
function filesIn(directory: string): readonly FoundFile[] {
  const found = [
    ...geminiFiles.map((name) => ({ name, assistant: 'gemini' as const, as: name })),
    ...claudeHomes.map(([name, assistant]) => ({
      name: `${name}.json`,
      assistant,
      as: '.claude.json',
    })),
  ];
  return found
    .map(({ name, assistant, as }) => ({ file: path.join(directory, name), assistant, name: as }))
    .filter(({ file }) => isFile(file));
}

/** A directory that stood for the assistant's own, or for the home around it. */
function homeOf(directory: string, assistant: BuiltInName): readonly FoundFile[] {
  if (isFile(directory)) return [{ file: directory, assistant, name: '.claude.json' }];
  const { state } = assistants[assistant];
  const [own] = state.directories;
  return [directory, path.join(directory, own.inside)].flatMap((place) =>
    listForeign(place, wantedIn(state, own)).files.map(({ name }) => ({
      file: path.join(place, name),
      assistant,
      name,
    })),
  );
}

const isFile = (file: string): boolean => {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.isFile() && found.size > 0;
};
