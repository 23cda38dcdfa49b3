// Which sequences a session may send to a terminal that is to be safe from it: what shows something in the window. Pure.

/** Colours, asked for and set, and their resets: programs choose readable ones by them, and the answers are numbers. */
const colours = /^(?:4|10|11|12|104|110|111|112)(?:;[\w#:/?;.,%-]*)?$/;
/** A link, or the end of one. Others than to the web would open files and programs of this machine. */
const link = /^8;[\w=:.+-]*;(?:https?:\/\/[\x21-\x7e]+)?$/;
const noLink = '8;;';

/** Operating system commands (OSC): an allow list, for what others do is up to each terminal. @returns what is sent of it */
export function passedString(command: string, terminator: string): string {
  if (colours.test(command) || link.test(command)) return `\u001b]${command}${terminator}`;
  // The text that follows must not belong to the link before.
  return command.startsWith('8;') ? `\u001b]${noLink}${terminator}` : '';
}

/**
 * Modes in which a terminal reads what follows by other rules (VT52, Tektronix), and one in which it waits for the session with
 * every key of the mouse.
 */
const otherModes = ['2', '38', '1001'];

/** Reports of the window's size, which programs draw pictures by. */
const sizes = ['14', '16', '18'];

/** Parameters, then intermediates (ECMA-48, 5.4). */
const form = /^([\x30-\x3f]*)([\x20-\x2f]*)$/;

/** Media copy, to a printer, which may be a program; and checksums of what is on the screen, which others have written there. */
const neverPassed = ['i', 'y'];

/** Control sequences (CSI). @param sequence what stands between the introducer and the last character */
export function passesControl(sequence: string, final: string): boolean {
  const match = form.exec(sequence);
  if (match === null || neverPassed.includes(final)) return false;
  const [, parameters = '', intermediates = ''] = match;
  // The window: its place, its size, its title.
  if (final === 't') return intermediates === '' && sizes.includes(parameters);
  // Answers in 8 bits.
  if (final === 'p') return intermediates !== '"';
  const setsModes = parameters.startsWith('?') && 'hlrs'.includes(final);
  return !setsModes || !parameters.slice(1).split(/[;:]/).some(isOtherMode);
}

/** Sets of characters, and the size of lines; not another coding than UTF-8, nor answers in 8 bits. */
export const passesIntermediate = (sequence: string): boolean => /^[()*+#]$/.test(sequence);

const isOtherMode = (mode: string): boolean => otherModes.includes(mode.replace(/^0+/, ''));
