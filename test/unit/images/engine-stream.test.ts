// Refusals of the engine, in words that complete “refused to …” and without the client's wrapping.

import { expect, it } from 'vitest';
import { engineFailure } from '../../../src/images/engine-stream.ts';

it('a refusal keeps the engine’s own words only', () => {
  const error = Object.assign(
    new Error('(HTTP code 403) unexpected - authorization denied by plugin x '),
    { statusCode: 403 },
  );
  expect(engineFailure('pull x', error)).toMatchObject({
    code: 'AI_ENGINE_REFUSED',
    facts: { doing: 'pull x', status: 403, message: 'authorization denied by plugin x' },
  });
});

it('what is no refusal stays what it is', () => {
  const error = new Error('connect ECONNREFUSED');
  expect(engineFailure('pull x', error)).toBe(error);
});
