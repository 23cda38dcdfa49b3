// The settings that make the walls around a run thicker or thinner.

import { setting } from './setting.ts';
import { choice, flag } from './types.ts';

export const isolation = {
  root: setting<boolean>({
    type: flag,
    default: false,
    flag: '--root',
    help: 'run as root inside, to install packages; what breaks out is root here; new files become yours',
    trust: 'host',
  }),
  secure: setting<boolean>({
    type: flag,
    default: false,
    flag: '--secure',
    shorthand: {
      flag: '--no-secure',
      means: 'false',
      help: 'without the preset, whatever a settings file says',
    },
    help: 'the stricter preset (see the README’s table); what you set beside it or later wins',
    trust: 'harmless',
    // A project may only switch it on.
    reachesHost: (data) => data !== true,
  }),
  terminal: setting<'raw' | 'safe'>({
    type: choice('raw', 'safe'),
    default: 'raw',
    flag: '--terminal <mode>',
    help: 'output as it is (raw), or without clipboard, titles and device strings (safe)',
    trust: 'harmless',
    reachesHost: (data) => data !== 'safe',
  }),
} as const;
