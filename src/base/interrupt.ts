// What longer work does when the user has pressed Ctrl-C.

import { AiError } from './errors.ts';

/**
 * @param before what there was no time for: completes “interrupted before …”
 * @throws AiError AI_INTERRUPTED where the user has interrupted
 */
export function throwIfInterrupted(interrupt: AbortSignal | undefined, before: string): void {
  if (interrupt?.aborted) throw new AiError('AI_INTERRUPTED', { before });
}
