// Nothing of what was done, or was not, is left out of the answer.

import { expect, it } from 'vitest';
import { claude } from '../../../src/assistants/claude.ts';
import { codex } from '../../../src/assistants/codex.ts';
import type { Assistant } from '../../../src/assistants/assistant.ts';
import { AiError } from '../../../src/base/errors.ts';
import { updateAnswer } from '../../../src/cli/update-answer.ts';
import type { Judged } from '../../../src/launch/updates/ask-newest.ts';

const judged = (assistant: Assistant): Judged => ({
  ...{ kind: 'package', assistant, names: [assistant.name] },
  program: assistant.package as Judged['program'],
  verdict: { what: 'newer', here: '1.0.0', newest: '2.0.0' },
});
const failure = new AiError('AI_LOCK_FAILED', { package: 'x', step: 'npm', output: '' });
const silence = new AiError('AI_IMAGE_MISSING', { image: 'a/b', assistant: 'b', cause: 'no' });

it('tells a failure from what is still the same', () => {
  const [one, other] = [judged(claude), judged(codex)];
  const answer = updateAnswer({
    ...{ judged: [one, other], base: { name: 'debian', from: 'a', to: 'b' } },
    updated: [
      { target: one, reached: 'api' },
      { target: other, error: failure },
    ],
    pulled: [
      { assistant: 'a', image: 'a/a', changed: false },
      { assistant: 'b', image: 'a/b', error: silence },
    ],
    errors: [failure, silence],
  });
  expect(answer).toMatchObject({
    assistants: [{ updated: true }, { updated: false, error: 'AI_LOCK_FAILED' }],
    base: { from: 'a', to: 'b' },
    images: [{ changed: false }, { changed: false, error: 'AI_IMAGE_MISSING' }],
    errors: ['AI_LOCK_FAILED', 'AI_IMAGE_MISSING'],
  });
  expect((answer as { images: object[] }).images[0]).not.toHaveProperty('error');
});
