// The body of a message in lines that fit: long ones are broken between words, everything else stays as it is. Pure.

/** Characters of a line, as git's own documentation has them. */
const widest = 72;

export const wrapBody = (body: string): string =>
  body
    .replaceAll(/\n{3,}/g, '\n\n')
    .split('\n')
    .flatMap(wrapLine)
    .join('\n');

function wrapLine(line: string): readonly string[] {
  // Code and quotations mean their lines; a footer is one line to git.
  if (lengthOf(line) <= widest || /^(?: {4}|>|\|)/.test(line) || /^[A-Za-z-]+: \S+$/.test(line))
    return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const [mark = ''] = /^(?:[-*+•]|\d+[.)]) +/.exec(line.slice(indent.length)) ?? [];
  // A trailer goes on in lines that are indented (git-interpret-trailers).
  const isFooter = /^(?:BREAKING[ -]CHANGE|[A-Z][A-Za-z-]*): /.test(line);
  const further = indent + ' '.repeat(isFooter ? 2 : mark.length);
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/ +/)) {
    const start = lines.length === 0 ? indent : further;
    if (current === '') current = start + word;
    else if (lengthOf(current) + 1 + lengthOf(word) <= widest) current += ` ${word}`;
    else {
      lines.push(current);
      current = further + word;
    }
  }
  return [...lines, current];
}

const lengthOf = (text: string): number => Array.from(text).length;
