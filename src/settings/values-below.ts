// What the layers below a project's file have of the settings that it may change a part of: assistants and providers. Pure.

import type { Definitions } from '../base/assistant-definition.ts';
import type { Layer } from './layers.ts';
import { ownAssistants } from './own-assistants.ts';
import { builtInProviders, providers, type Providers } from './providers.ts';
import type { ValueType } from './types.ts';

export interface ValuesBelow {
  readonly assistants: Definitions;
  readonly providers: Providers;
}

/** What is wrong in them is left out: it counts nowhere. */
export const valuesBelow = (layers: readonly Layer[]): ValuesBelow => ({
  assistants: together('assistants', ownAssistants, {}, layers),
  providers: together<Providers>('providers', providers, builtInProviders, layers),
});

const together = <T extends object>(
  key: string,
  type: ValueType<T>,
  first: T,
  layers: readonly Layer[],
): T =>
  layers
    .flatMap(({ values }) => values)
    .filter((one) => one.key === key)
    .map(({ value }) => (value.kind === 'data' ? type.fromData(value.data) : undefined))
    .filter((value) => value !== undefined)
    .reduce((earlier, later) => type.combine?.(earlier, later) ?? later, first);
