// Bounds of a YAML text, found before it is composed, in linear time and without recursion. The composer of `yaml` recurses, and V8
// aborts the whole process where a regular expression is compiled at the end of the stack: 256 kB of `{` would end `ai`.

import type { CST, Lexer, Parser } from 'yaml';

/** Levels: deeper than anybody writes settings, and far from the end of any stack. */
const deepest = 100;

/** Of the words that a text is cut into; some thousand lines have that many. Unique keys are found in quadratic time. */
const mostLexemes = 20_000;

/** What is too much of a text for settings, or undefined. */
export function tooMuchOf(
  text: string,
  yaml: { Lexer: typeof Lexer; Parser: typeof Parser },
): string | undefined {
  let lexemes = 0;
  for (const lexeme of new yaml.Lexer().lex(text))
    if (lexeme !== '' && ++lexemes > mostLexemes) return 'is too long for settings';
  const isDeep = [...new yaml.Parser().parse(text)].some(isTooDeep);
  return isDeep ? `has more than ${deepest} levels` : undefined;
}

function isTooDeep(root: CST.Token): boolean {
  const open = [{ token: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > deepest) return true;
    for (const token of insideOf(next.token)) open.push({ token, depth: next.depth + 1 });
  }
  return false;
}

function insideOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat());
}
