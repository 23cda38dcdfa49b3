import { expect, it } from 'vitest';
import { AiError } from '../../../src/base/errors.ts';
import { CollectedErrors } from '../../../src/cli/collected-errors.ts';

const missing = (): AiError => new AiError('AI_ENGINE_MISSING', { tried: ['docker'] });
const codes = (errors: CollectedErrors): string[] => errors.inOrder.map(({ code }) => code);

it('one piece of work that fails keeps no other from being done, and what it says is kept', async () => {
  const errors = new CollectedErrors(new AbortController().signal);
  errors.add(new AiError('AI_REGISTRY_UNREACHABLE', { package: 'x', cause: 'no' }));
  expect(await errors.attempt(() => Promise.resolve(['done']), [])).toEqual(['done']);
  expect(await errors.attempt(() => Promise.reject(missing()), 'none')).toBe('none');
  expect(await errors.attempt(() => Promise.reject(missing()), 'none')).toBe('none');
  expect(await errors.attempt(() => Promise.resolve(2), 0)).toBe(2);
  expect(codes(errors)).toEqual(['AI_REGISTRY_UNREACHABLE', 'AI_ENGINE_MISSING']);
  const bug = new TypeError('a bug');
  await expect(errors.attempt(() => Promise.reject(bug), 0)).rejects.toBe(bug);
});

it('ends with the interruption, after which nothing more is begun', async () => {
  const interruption = new AbortController();
  const errors = new CollectedErrors(interruption.signal);
  interruption.abort();
  errors.add(new AiError('AI_INTERRUPTED', { before: 'it was done' }), missing());
  expect(await errors.attempt(() => Promise.resolve('begun'), 'left')).toBe('left');
  expect(codes(errors)).toEqual(['AI_ENGINE_MISSING', 'AI_INTERRUPTED']);
});
