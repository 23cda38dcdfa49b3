// Which sequences a session may send to a terminal that is to be safe from it: what shows something in the window. Pure.

/** Colours, asked for and set, and their resets: programs choose readable ones by them, and the answers are numbers. */
const colours = /^(?:4|10|11|12|104|110|111|112)(?:;[\w#:/?;.,%-]*)?$/;
/** A link, or the end of one. Others than to the web would open files and programs of this machine. */
const link = /^8;[\w=:.+-]*;(?:https?:\/\/[\x21-\x7e]+)?$/;
const noLink = '8;;';
const isLink = (command: string): boolean => /^0*8;/.test(command);

/** What is kept of a command that can only be refused any more: whether it ends the link before. No link has a line feed. */
export const refusedCommand = (command: string | undefined): string | undefined =>
  command !== undefined && isLink(command) ? '8;\n' : undefined;

/** Operating system commands (OSC): an allow list, for what others do is up to each terminal. @returns what is sent of it */
export function passedString(command: string, terminator: string): string {
  if (colours.test(command) || link.test(command)) return `\u001b]${command}${terminator}`;
  // The text that follows must not belong to the link before.
  return isLink(command) ? `\u001b]${noLink}${terminator}` : '';
}

/**
 * Modes that full-screen programs set (recorded from the built-in assistants, vim, less, tmux; of ncurses from terminfo): keys,
 * cursor, wrapping, margins, the alternate screen, mouse and focus, paste, whole pictures, widths, reports of colours and size.
 */
const modes = [
  ...[
    '1',
    '5',
    '6',
    '7',
    '12',
    '25',
    '47',
    '66',
    '69',
    '1000',
    '1002',
    '1003',
    '1004',
    '1005',
    '1006',
    '1007',
  ],
  ...['1015', '1016', '1034', '1047', '1048', '1049', '2004', '2026', '2027', '2031', '2048'],
].join('|');

/** Control sequences (CSI) from their parameters to the last character. An allow list: what is missing is up to some terminal. */
const controls = [
  // Colours and styles; the cursor, and what is erased, inserted, deleted, scrolled or repeated; stops of tabs, margins.
  /[\d;:]*m/,
  /[\d;]*[@A-MPSTXZ`a-gsur]/,
  // The form of the cursor (also Linux'), filled areas, a soft reset.
  /\d* q/,
  /\?[\d;]*c/,
  /[\d;]+\$x/,
  /!p/,
  // Modes; inserting, and the cursor of screen.
  new RegExp(String.raw`\?(?:${modes})(?:;(?:${modes}))*[hl]`),
  /(?:4|34)[hl]/,
  // Keys: kitty's protocol, and xterm's modifyOtherKeys.
  /[<>=]?[\d;]*u/,
  />[\d;]*[mn]/,
  // Questions, each with an answer of numbers: where the cursor is, how large the window, what a mode is, which terminal.
  /[56]n/,
  /\?(?:6|996)n/,
  /1[468]t/,
  /\??\d+\$p/,
  /\?(?:u|4m)/,
  /[>=]0?c/,
  />0?q/,
];
const passedControl = new RegExp(`^(?:${controls.map(({ source }) => source).join('|')})$`);

/** @param sequence what stands between the introducer and the last character */
export const passesControl = (sequence: string, final: string): boolean =>
  passedControl.test(`${sequence}${final}`);

/** Sets of characters, and the size of lines; not another coding than UTF-8, nor answers in 8 bits. */
export const passesIntermediate = (sequence: string, final: string): boolean =>
  /^(?:[()*+][0AB]|#[3-68])$/.test(`${sequence}${final}`);

/** The cursor kept and moved, stops of tabs, keypads, a reset. Others start a graphic terminal, or answer with a whole line (rxvt). */
export const passesEscape = (final: string): boolean => '78DEHM=>c'.includes(final);
