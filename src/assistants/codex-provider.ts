// How Codex CLI is sent to a model of a provider. Facts tested with 0.169.0.

import type { Gesture } from './assistant.ts';
import type { ModelRoute, ProviderWay } from './provider-way.ts';
import { toml } from './words.ts';

export const codexProvider = {
  apis: ['openai'],
  variables: ({ key }) => ({ [providerKey]: key }),
} as const satisfies ProviderWay;

/** Above the settings of the project, which could name another place. */
export const routeWords = (gesture: Gesture): readonly string[] =>
  providerSettings(gesture).flatMap((line) => ['-c', line]);

/** The variable that holds the key. */
const providerKey = 'CODEX_PROVIDER_KEY';

/**
 * A provider, as lines of its configuration: they work behind `-c` as well. The names of some it has itself, and keeps; without
 * a login it sends the key alone.
 */
export function providerSettings({ route }: { route?: ModelRoute }): readonly string[] {
  // A definition may send it elsewhere, to another API, in its own words.
  if (route?.api !== 'openai') return [];
  const { provider, model, url } = route;
  const name = `ai-${provider}`;
  const of = (key: string, value: string): string =>
    `model_providers.${name}.${key} = ${toml(value)}`;
  return [
    `model_provider = ${toml(name)}`,
    `model = ${toml(model)}`,
    of('name', provider),
    of('base_url', url),
    of('env_key', providerKey),
    of('wire_api', 'responses'),
  ];
}
