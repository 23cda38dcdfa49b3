// Keys that an assistant cannot do without, and those that it must not have. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import { AiError } from '../base/errors.ts';
import { foreignEndpoint, withheldVariables } from './endpoint.ts';
import { hostVariables } from './environment.ts';
import type { Facts } from './facts.ts';
import type { Variable } from './run-plan.ts';

/** @throws AiError AI_KEY_MISSING where the assistant needs a key that is nowhere */
export function checkKeys(
  {
    host,
    settings,
    secrets,
    state,
  }: Pick<Facts, 'settings' | 'secrets'> & {
    host: Pick<Facts['host'], 'environment'>;
    state: Pick<Facts['state'], 'directory'>;
  },
  assistant: Assistant,
): void {
  const known = hostVariables({ host, secrets }, assistant);
  for (const { name, as = name, file, required } of assistant.hostVariables)
    if (
      required !== undefined &&
      !known.some((variable) => variable.name === as) &&
      !Object.hasOwn(settings.env, as)
    )
      throw new AiError('AI_KEY_MISSING', {
        assistant: assistant.title,
        vendor: required,
        variable: name,
        ...(file !== undefined && { file: `${state.directory}/global_state/secrets/${file}` }),
      });
}

/** What the user should know of the endpoint and of variables that stay out. */
export function endpointNotes(
  { settings }: Pick<Facts, 'settings'>,
  assistant: Assistant,
  environment: readonly Variable[],
): readonly string[] {
  const host = foreignEndpoint(assistant, environment);
  const wanted = Object.keys(settings.env);
  const dropped = withheldVariables(assistant, environment).filter((name) => wanted.includes(name));
  return dropped.map(
    (name) =>
      `${name} is left out: it is a login at another vendor than ${host ?? assistant.title}`,
  );
}
