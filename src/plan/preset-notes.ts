// What the user is told of the preset `secure` where it does not hold as a whole. Pure.

import { looserThanSecure } from '../settings/presets.ts';
import type { Settings } from '../settings/schema.ts';

/** What was set later than the preset wins, but not silently. */
export function presetNotes(settings: Settings): readonly string[] {
  const looser = looserThanSecure(settings);
  return looser.length === 0 ? [] : [`secure, but as you have set it: ${looser.join(', ')}`];
}

/** A promise of isolation that is not kept must not pass silently. */
export const nativePresetNotes = ({ secure }: Pick<Settings, 'secure'>): readonly string[] =>
  secure ? ['secure has no effect without a container, but for the output of the terminal'] : [];
