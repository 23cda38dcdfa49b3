// Whether layers of settings ask for plain words, for whoever has to know before all of them are resolved. Pure.

import type { Layer } from './layers.ts';
import { schema } from './schema.ts';

/** What the last layer says that says something; what is wrong there is said elsewhere. */
export function wantsPlain(layers: readonly Layer[]): boolean {
  const { type } = schema.plain;
  return (
    layers
      .flatMap(({ values }) => values)
      .filter(({ key }) => key === 'plain')
      .map(({ value }) =>
        value.kind === 'data' ? type.fromData(value.data) : type.fromText(value.text),
      )
      .findLast((said) => typeof said === 'boolean') ?? false
  );
}
