// One line of ssh's configuration, taken apart as ssh does it (OpenSSH readconf.c: strdelim and argv_split).

// The npm package `ssh-config` was considered and does not fit: a keyword without argument swallows the line behind it, be it
// `Host`; one odd line fails the whole file; `'…'` is no quote to it, and `User a#b` is read as `a`. ssh2 has no such parser.

export type ConfigLine =
  | {
      kind: 'directive';
      /** In small letters. */
      keyword: string;
      /** Everything behind it as it stands, for keywords that take it so (ProxyCommand). */
      rest: string;
      /** The same as words, without quotes, escapes and a comment at the end. */
      words: readonly string[];
    }
  | { kind: 'empty' }
  /** Ssh would refuse the whole file. */
  | { kind: 'malformed'; keyword: string };

export function parseConfigLine(text: string): ConfigLine {
  if (text.length > longestLine) return malformed(text);
  const line = text.replace(/^[ \t\r]+/, '');
  const end = endOf(line);
  const [, keyword = '', rest = ''] = /^([^\s"=#]*)(.*)$/s.exec(line.slice(0, end)) ?? [];
  const quoted = keyword === '' ? /^"([^"]*)"(.*)$/s.exec(line.slice(0, end)) : null;
  const name = (quoted?.[1] ?? keyword).toLowerCase();
  if (name === '' && (rest === '' || rest.startsWith('#'))) return { kind: 'empty' };
  const value = (quoted?.[2] ?? rest).replace(quoted ? /^[ \t\r]+/ : /^[ \t\r]*=?[ \t\r]*/, '');
  const words = splitWords(value);
  // No blank, `=` or end behind the keyword: ssh would put the two together, and not know the outcome.
  const apart = quoted !== null || rest === '' || /^[ \t\r=]/.test(rest);
  // eslint-disable-next-line no-control-regex -- That is what is looked for.
  const isOdd = /[\x00-\x08\x0A-\x1F\x7F]/.test(value);
  return !apart || isOdd || !/^[a-z0-9]+$/.test(name) || !words?.length
    ? malformed(line)
    : { kind: 'directive', keyword: name, rest: value, words };
}

/** With the keyword that it seems to have: what was meant for a Host must not count for the one above. */
const malformed = (line: string): ConfigLine => ({
  kind: 'malformed',
  keyword: (/^[\s"]*([a-z0-9]*)/i.exec(line)?.[1] ?? '').toLowerCase(),
});

/** A word as ssh reads it back. Single quotes and escapes are newer than double quotes (8.7): they are avoided. */
export const quoteConfigWord = (word: string): string =>
  /^[^\s"'\\#=]+$/.test(word) ? word : `"${word.replace(/["\\]/g, String.raw`\$&`)}"`;

const longestLine = 64 * 1024;

/** Where blanks at the end begin. Not by a pattern, which takes quadratic time. */
function endOf(line: string): number {
  let end = line.length;
  while (end > 0 && ' \t\r\n\f'.includes(line[end - 1] ?? '')) end--;
  return end;
}

/** Undefined where quotes do not end. */
function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) {
      at++;
      continue;
    }
    if (text[at] === '#') break;
    let word = '';
    let quote: string | undefined;
    for (; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character === '\\' && isEscapable(text[at + 1], quote)) word += text[++at] ?? '';
      else if (quote === undefined && isBlank(character)) break;
      else if (quote === undefined && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = undefined;
      else word += character;
    }
    if (quote !== undefined) return undefined;
    words.push(word);
  }
  return words;
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

const isEscapable = (character: string | undefined, quote: string | undefined): boolean =>
  character === '"' ||
  character === "'" ||
  character === '\\' ||
  (character === ' ' && quote === undefined);
