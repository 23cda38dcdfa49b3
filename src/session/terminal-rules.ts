// Which sequences a session may send to a terminal that is to be safe from it: what shows something in the window. Pure.

/** Colours, asked for and set, and their resets: programs choose readable ones by them, and the answers are numbers. */
const colours = /^(?:4|10|11|12|104|110|111|112)(?:;[\w#:/?;.,%-]*)?$/;
/** A link, or the end of one. Others than to the web would open files and programs of this machine. */
const link = /^8;[\w=:.+-]*;(?:https?:\/\/[\x21-\x7e]+)?$/;
const anyLink = /^8;/;
const noLink = '8;;';

/** Operating system commands (OSC): an allow list, for what others do is up to each terminal. @returns what is sent of it */
export function passedString(command: string, terminator: string): string {
  if (colours.test(command) || link.test(command)) return `\u001b]${command}${terminator}`;
  // The text that follows must not belong to the link before.
  return anyLink.test(command) ? `\u001b]${noLink}${terminator}` : '';
}

/**
 * Modes in which a terminal reads what follows by other rules (VT52, Tektronix), and one in which it waits for the session with
 * every key of the mouse.
 */
const otherModes = ['2', '38', '1001'];

/** Reports of the window's size, which programs draw pictures by. */
const sizes = ['14', '16', '18'];

const form = /^\u001b\[([\x30-\x3f]*)([\x20-\x2f]*)([\x40-\x7e])$/;

/** Control sequences (CSI) and the other escape sequences that are no strings. */
export function isPassedSequence(whole: string): boolean {
  // Sets of characters, and the size of lines; not another coding than UTF-8, nor answers in 8 bits.
  if (!whole.startsWith('\u001b[')) return /^\u001b[()*+#][\x30-\x7e]$/.test(whole);
  const [, parameters = '', intermediates = '', final = ''] = form.exec(whole) ?? [];
  switch (final) {
    case '':
    // Media copy: to a printer, which may be a program.
    case 'i':
    // Checksums of what is on the screen, which others have written there.
    case 'y':
      return false;
    // The window: its place, its size, its title.
    case 't':
      return intermediates === '' && sizes.includes(parameters);
    // Answers in 8 bits.
    case 'p':
      return intermediates !== '"';
    case 'h':
    case 'l':
    case 'r':
    case 's':
      return !(parameters.startsWith('?') && parameters.slice(1).split(/[;:]/).some(isOtherMode));
    default:
      return true;
  }
}

const isOtherMode = (mode: string): boolean => otherModes.includes(mode.replace(/^0+/, ''));
