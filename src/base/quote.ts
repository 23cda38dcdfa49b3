// Quoting for the places where a path or a value becomes part of a text: shells, docker's --mount, a terminal line.

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;
/**
 * C0, DEL and C1 (Unicode's category Cc), ends of lines (Zl, Zp), and what turns the direction of a text (Bidi_Control): “Trojan
 * Source”, CVE-2021-42574. Not by these names: to look them up takes Node half a millisecond of every start.
 */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const isControl = (text: string): boolean => text.search(controls) !== -1;

/** One word for POSIX shells; words with control characters come as $'…' (bash, zsh, ksh), so that they stay on a line. */
export function quoteForShell(word: string): string {
  if (plain.test(word)) return word;
  if (!isControl(word)) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = word.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`);
  return `$'${escapeControls(escaped, octal)}'`;
}

/** One word for any POSIX sh, over several lines where the word has several. */
export const quoteForSh = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** One field of docker's `--mount`, which is read as a line of CSV (docker/cli, opts/mount.go). */
export function quoteForCsv(field: string): string {
  return /[",\n\r]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** A text made safe for one line of a terminal: control characters are shown, not sent. */
export const showOnOneLine = (text: string): string => escapeControls(text, hexadecimal);

/** JSON of a value, for a terminal as for a file: whatever would act on a terminal stands as `\u…`, as JSON lets it. */
export const showAsJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replaceAll(controls, (character) =>
    // A line of the layout; those of strings are escaped already.
    character === '\n' ? character : unicode(character),
  );

function escapeControls(text: string, show: (character: string) => string): string {
  const names: Partial<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return Array.from(text, (character) => {
    return isControl(character) ? (names[character] ?? show(character)) : character;
  }).join('');
}

/** Byte by byte, because `\u` depends on the shell's locale, and in octal, because `\x` takes more digits in some. */
const octal = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

function hexadecimal(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : unicode(character);
}

const unicode = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
