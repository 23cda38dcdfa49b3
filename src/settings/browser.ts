// The setting `browser`: what becomes of addresses that a run wants to open.

import { setting } from './setting.ts';
import { choice } from './types.ts';

/** `print`: they are said, never opened; `off`: programs inside find no browser at all. */
export type Browser = 'open' | 'print' | 'off';

export const browser = {
  browser: setting<Browser>({
    type: choice('open', 'print', 'off'),
    default: 'open',
    flag: '--browser <what>',
    help: 'pages that programs inside want to show: open them in your browser, only print them, or off',
    trust: 'host',
  }),
} as const;
