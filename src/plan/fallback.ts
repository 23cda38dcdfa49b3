// What a launch does when no engine is found or none answers. A run without isolation is never a surprise. Pure.

import type { Settings } from '../settings/schema.ts';

export interface NoEngine {
  fallback: Settings['fallback'];
  /** The user named the engine: by an option or setting, by DOCKER_HOST or DOCKER_CONTEXT. */
  named: boolean;
  yes: boolean;
  /** There is a terminal to ask at. */
  canAsk: boolean;
  /** Options of this command line promise what only a container keeps. */
  needsContainer: boolean;
  /** An engine was set up for this launch already. */
  wasSetUp: boolean;
}

export type FallbackDecision =
  | 'fail'
  /** Fail, although it was to be a native run: options need a container. */
  | 'not-native'
  | 'native'
  /** Set up an engine without another question, and go on. */
  | 'set-up'
  /** Ask: set up, run natively, or stop. */
  | 'ask'
  /** Ask: set up or stop. */
  | 'ask-set-up';

export function decideFallback(found: NoEngine): FallbackDecision {
  const { fallback, named, yes, canAsk, needsContainer, wasSetUp } = found;
  if (named || wasSetUp) return 'fail';
  if (fallback === 'native' && !needsContainer) return 'native';
  if (yes) return 'set-up';
  if (fallback === 'native' && !canAsk) return 'not-native';
  if (fallback === 'fail' || !canAsk) return 'fail';
  return needsContainer ? 'ask-set-up' : 'ask';
}
