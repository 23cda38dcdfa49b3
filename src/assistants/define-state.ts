// Where an assistant of the user's own definition keeps its state. Its files are what they are: nothing in them is understood. Pure.

import { stateOf, type AssistantDefinition } from '../base/assistant-definition.ts';
import type { AssistantState, CredentialFile, StateDirectory } from './assistant.ts';
import { filled } from './words.ts';

/** Every place is called by its path below the home, in the state as well. */
export function definedState(name: string, definition: AssistantDefinition): AssistantState {
  const { conversations = [], credentials = [] } = definition;
  const state = stateOf(name, definition);
  const [first = { part: 'nothing', inside: `.${name}`, kept: [] }, ...more] = state.map(
    (place): StateDirectory => ({ part: place, inside: place, kept: ['/'] }),
  );
  return {
    directories: [first, ...more],
    conversations: conversations.map((place) => ({ part: place, inside: place })),
    credentials: credentials.map((file) => ({ file, ...opaqueLogin })),
    variables: () => ({}),
    login: (read) =>
      credentials.some((file) => filled(read(file)?.trim())) ? { kind: 'account' } : undefined,
  };
}

/** Of two the changed one is the newer one; what is blank is none. */
const opaqueLogin: Omit<CredentialFile, 'file'> = {
  logins: [[]],
  read: (value) => (filled(value) ? { renewable: true } : undefined),
  lend: (value) => value,
  opaque: true,
  whole: true,
};
