// Names that a file may well have and that quoting has to survive, and a reader of the CSV that docker reads.

export const oddNames = [
  'two words',
  "it's",
  'say "hi"',
  'comma,comma',
  'colon:ro',
  'back\\slash',
  'dollar $HOME `id` $(id)',
  'new\nline',
  'tab\tand\u0001bell\u0007f',
  'naïve 日本 😀',
  ' leading and trailing ',
  'a=b,readonly',
  '-dash',
  '#hash;semi&and|pipe',
  'c1 \u0085 \u009b',
] as const;

/** One record by the rules of Go's encoding/csv, which docker's `--mount` is read with; throws as it does. */
export function parseCsvLine(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let field = '';
      for (at++; ; at++) {
        if (at >= line.length) throw new Error('extraneous or missing " in quoted-field');
        if (line[at] !== '"') field += line[at]!;
        else if (line[at + 1] === '"') field += line[at++]!;
        else break;
      }
      at++;
      fields.push(field.replaceAll('\r\n', '\n'));
    } else {
      const end = !line.includes(',', at) ? line.length : line.indexOf(',', at);
      const field = line.slice(at, end);
      if (field.includes('"')) throw new Error('bare " in non-quoted-field');
      if (field.includes('\n')) throw new Error('a record ends at a new line');
      fields.push(field);
      at = end;
    }
    if (at === line.length) return fields;
    if (line[at] !== ',') throw new Error('extraneous or missing " in quoted-field');
    at++;
  }
}
