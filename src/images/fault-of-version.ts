// Whether a failed update tells something about the version: a network or a disk that failed tells nothing.

import { isAiError } from '../base/errors.ts';

/** In the words of the system, Node and npm, apt, and dpkg. */
const noSpace = /no space left on device|ENOSPC|EDQUOT|disk quota exceeded|enough free space/i;

/** True where the same attempt would most likely fail again, on this machine and tomorrow. */
export function isFaultOfVersion(error: unknown): boolean {
  if (isAiError(error, 'AI_UPDATE_FAILED')) return !noSpace.test(error.facts.output);
  if (!isAiError(error, 'AI_IMAGE_BUILD_FAILED')) return false;
  return !error.facts.network && !noSpace.test(error.facts.output);
}
