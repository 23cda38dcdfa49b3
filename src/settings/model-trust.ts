// Which names of models reach the host: those of providers, which the launcher routes there, and what is no name but an option.

import { builtInProviders } from './providers.ts';

/** `ollama:qwen3`, `PROVIDER:model`; and `--yolo`, which some assistants take for an option wherever it stands. */
export function modelReachesHost(data: unknown, providers: readonly string[]): boolean {
  if (typeof data !== 'string') return false;
  const name = data.trim().toLowerCase();
  return (
    name.startsWith('-') ||
    [...Object.keys(builtInProviders), ...providers].some((provider) =>
      name.startsWith(`${provider.toLowerCase()}:`),
    )
  );
}
