// The words for what keeps a project from having an image of its own.

import type { ErrorFacts } from '../base/errors.ts';
import { listNames } from '../plan/mask.ts';

export const projectImageWords = {
  AI_IMAGE_SOURCE: ({ file, why, next }: ErrorFacts['AI_IMAGE_SOURCE']) => ({
    what: `no image can be built from ${file}: ${why}`,
    next,
  }),
  AI_IMAGE_UNTRUSTED: ({ names }: ErrorFacts['AI_IMAGE_UNTRUSTED']) => ({
    what: `you have not agreed to what the image of this project is built from: ${listNames(names)}`,
    next: 'ai trust  shows it, and asks you',
  }),
};
