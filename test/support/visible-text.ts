// What a person would read of a terminal's output: escape sequences gone, jumps of the cursor shown as white space.

/* eslint-disable no-control-regex -- control characters are what this looks for */

// In this order (ECMA-48): the cursor moved within the line; to another line or place; the rest of CSI; OSC, DCS, APC, PM; short ones.
const replacements: readonly [RegExp, string][] = [
  [/\x1b\[\d*[CG]/g, ' '],
  [/\x1b\[[\d;]*[ABEFHdf]/g, '\n'],
  [/\x1b\[[0-?]*[ -/]*[@-~]/g, ''],
  [/\x1b[\]PX^_][^]*?(?:\x07|\x1b\\)/g, ''],
  // Begun and not complete yet: the end is still to come.
  [/\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)$/, ''],
  [/\x1b[ -/]*[0-~]/g, ''],
  [/\r\n?/g, '\n'],
];

/** The text of such output. It only grows as output comes, up to a sequence that is not complete. */
export function visibleText(output: string): string {
  return replacements.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    output,
  );
}
