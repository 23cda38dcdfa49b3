// The settings about newer versions of assistants: whether they are looked for, and whether they come by themselves.

import { setting } from './setting.ts';
import { choice, flag } from './types.ts';

export const updates = {
  'image.update': setting<'manual' | 'auto'>({
    type: choice('manual', 'auto'),
    default: 'manual',
    help: 'newer versions of assistants: by ai update alone (manual), or in the background when one is seen (auto)',
    trust: 'host',
  }),
  updateCheck: setting<boolean>({
    type: flag,
    default: true,
    help: 'ask npm’s registry once a day, in the background, for newer versions of your assistants',
    trust: 'host',
  }),
};
