// The time line of a run as text.

import { expect, it } from 'vitest';
import { timeline } from '../../../src/base/trace.ts';

it('has for each phase its end and how long it took, in columns', () => {
  expect(
    timeline([
      { phase: 'program loaded', at: 23.14 },
      { phase: 'container started', at: 1234.56 },
    ]),
  ).toBe(
    'trace      23.1 ms  +    23.1  program loaded\ntrace    1234.6 ms  +  1211.4  container started\n',
  );
});
