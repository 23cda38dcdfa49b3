// What the user is told of walls that are thinner than they may think. Pure.

import { looserThanSecure } from '../settings/presets.ts';
import type { Settings } from '../settings/schema.ts';
import type { Facts } from './facts.ts';

export const isolationNotes = ({
  settings,
  engine,
  terminal,
}: Pick<Facts, 'settings' | 'engine' | 'terminal'>): readonly string[] => [
  ...presetNotes(settings),
  // The price of --root, for who is there to read it. A user's engine has no root to lose.
  ...(settings.root && !engine.rootless && terminal.stdout
    ? ['--root: root inside, with capabilities; what breaks out of the container is root here']
    : []),
];

/** What was set later than the preset wins, but not silently. */
function presetNotes(settings: Settings): readonly string[] {
  const looser = looserThanSecure(settings);
  return looser.length === 0 ? [] : [`secure, but as you have set it: ${looser.join(', ')}`];
}

/** A promise of isolation that is not kept must not pass silently. */
export const nativePresetNotes = ({ secure }: Pick<Settings, 'secure'>): readonly string[] =>
  secure ? ['secure does nothing without a container, but for the filter of the output'] : [];
