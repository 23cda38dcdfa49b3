// An assistant from the user's own definition, or a built-in one with parts of it replaced. Pure.

import type { AssistantDefinition } from '../base/assistant-definition.ts';
import type { Assistant, AssistantPackage } from './assistant.ts';
import { nothingButAPrompt, withFlags } from './define-flags.ts';
import { definedProvider } from './define-provider.ts';
import { definedState } from './define-state.ts';
import { plain, secrets } from './words.ts';

export const define = (name: string, definition: AssistantDefinition): Assistant =>
  override(
    {
      name,
      title: name,
      package: { name, command: name, own: true },
      commandLine: nothingButAPrompt(name, definition),
      environment: { quiet: {} },
      hostVariables: [],
      state: definedState(name, definition),
    },
    definition,
  );

/** Key by key; its logins and how they are merged stay, and keys and variables are added to its own. */
export function override(builtIn: Assistant, definition: AssistantDefinition): Assistant {
  const {
    title,
    image,
    flags,
    environment,
    keys = [],
    variables = [],
    login,
    provider,
  } = definition;
  return {
    ...builtIn,
    ...(title !== undefined && { title }),
    package: programOf(builtIn.package, definition),
    ...(image !== undefined && { image }),
    ...(flags !== undefined && {
      commandLine: withFlags({ flags, provider }, builtIn.commandLine),
    }),
    ...(environment !== undefined && {
      environment: { ...builtIn.environment, defined: environment },
    }),
    hostVariables: [...builtIn.hostVariables, ...secrets(...keys), ...plain(...variables)],
    ...(provider !== undefined && {
      providers: definedProvider(builtIn.name, provider, builtIn.providers),
    }),
    ...(login !== undefined && { signIn: { command: login } }),
  };
}

function programOf(
  program: AssistantPackage,
  { npm: release, packages, command: words }: AssistantDefinition,
): AssistantPackage {
  const at = release?.lastIndexOf('@') ?? -1;
  const [command = program.command, ...before] = words ?? [];
  return {
    ...program,
    ...(release !== undefined && { npm: release.slice(0, at), version: release.slice(at + 1) }),
    ...(packages !== undefined && { debian: packages }),
    ...(words !== undefined && { command, before, own: true as const }),
  };
}
