// Assistants in JavaScript start faster with the code that V8 compiled while their image was built (docs/decisions/0022).

import { quoteForSh } from '../base/quote.ts';
import type { Variables } from './provider-way.ts';

interface Starts {
  command: string;
  /** With these it starts a session, and a turn without one, and asks for nothing. No variable of a host is there. */
  variables: Variables;
  /** Its command starts Node once more, and that process is the session. */
  again?: true;
}

const preload = '/opt/ai/compile-cache';
const cache = '/opt/ai/assistant/compile-cache';

/**
 * For `prepare`: starts it both ways, which templates/inside/compile-cache ends when they wait for something, and puts a command before
 * the program’s own that uses what they left. Where the base has an older Node nothing is left, and its own command stays.
 */
export function compiled({ command, variables, again }: Starts): string {
  const settings = { ...variables, TERM: 'xterm-256color', AI_FILL_COMPILE_CACHE: cache };
  const words = Object.entries(settings).map(([name, value]) => `${name}=${quoteForSh(value)}`);
  const own = `/opt/ai/assistant/bin/${command}`;
  // At a terminal whose user types nothing: of a pipe it would read the end.
  const session = `script -qec ${quoteForSh(`stty rows 40 cols 100; exec ${command}`)} /dev/null`;
  const turn = `${command} --prompt=hi </dev/null`;
  const head = `${again ? 'AI_COMPILE_CACHE=again ' : ''}exec node --require ${preload}`;
  return [
    'mkdir -p "$HOME"; mkfifo /tmp/keys',
    `(cd "$HOME"; export NODE_OPTIONS=--require=${preload} ${words.join(' ')}`,
    `${session} <>/tmp/keys >/dev/null 2>&1 & ${turn} >/dev/null 2>&1 || :`,
    `wait) || :`,
    `if [ -d ${cache} ]; then chmod -R a+rX ${cache}; program=$(readlink -f ${own}); rm ${own}`,
    `printf '#!/bin/sh\\n${head} %s "$@"\\n' "$program" >${own}; chmod 755 ${own}; fi`,
  ].join('; ');
}
