// One version for the image and the host: which side keeps which from it.

import { expect, it } from 'vitest';
import { AiError } from '../../../../src/base/errors.ts';
import { updateSides } from '../../../../src/launch/updates/both-sides.ts';

const failure = new AiError('AI_INSTALL_FAILED', { package: 'x@1', step: 'npm', output: '' });
const interruption = new AiError('AI_INTERRUPTED', { before: 'it was done' });
type Outcome = 'none' | 'done' | AiError;

/** @returns what was done, in its order, and how it ended */
async function update(image: Outcome, native: Outcome): Promise<string> {
  const steps: string[] = [];
  const side = (name: string, outcome: Outcome) => (): Promise<string> => {
    if (outcome instanceof AiError) return Promise.reject(outcome);
    steps.push(name);
    return Promise.resolve('api');
  };
  const end = await updateSides({
    ...(image !== 'none' && { image: side('image', image) }),
    ...(native !== 'none' && {
      native: async () => {
        await side('native', native)();
      },
    }),
    switchOver: async () => {
      await side('switch', 'done')();
    },
  }).then(
    ({ trouble }) => trouble?.code ?? 'well',
    (error: unknown) => `threw ${(error as AiError).code}`,
  );
  return [...steps, end].join(', ');
}

it.each<[Outcome, Outcome, string]>([
  ['done', 'none', 'image, switch, well'],
  ['none', 'done', 'native, switch, well'],
  ['done', 'done', 'image, native, switch, well'],
  // The next run would build what was refused.
  [failure, 'done', 'threw AI_INSTALL_FAILED'],
  [failure, 'none', 'threw AI_INSTALL_FAILED'],
  ['none', failure, 'threw AI_INSTALL_FAILED'],
  ['done', failure, 'image, switch, AI_INSTALL_FAILED'],
  ['done', interruption, 'image, threw AI_INTERRUPTED'],
])('with an image that is %s and an installation that is %s: %s', async (image, native, said) => {
  expect(await update(image, native)).toBe(said);
});
