// JSON with comments and commas after the last item, as editors write their settings (jsonc). Pure, and linear in the text.

import { asObject, parseJsonValue, type JsonObject } from './json.ts';

/** The object in such a text, undefined where it is none. */
export const parseJsonWithComments = (text: string): JsonObject | undefined =>
  asObject(parseJsonValue(withoutComments(text.replace(/^\uFEFF/, ''))));

/** Blanks stand for comments; a comma before a bracket goes. */
function withoutComments(text: string): string {
  const bare: string[] = [];
  /** Where in `bare` a comma stands that follows a value, and that nothing but blanks follows. */
  let comma = -1;
  let last = '';
  for (let at = 0; at < text.length;) {
    const end = endOfComment(text, at);
    if (end !== undefined) {
      bare.push(' ');
      at = end;
      continue;
    }
    const letter = text.charAt(at);
    const close = letter === '"' ? endOfString(text, at) : at + 1;
    if ((letter === '}' || letter === ']') && comma >= 0) bare[comma] = ' ';
    if (!/\s/.test(letter)) {
      comma = letter === ',' && !['', '{', '[', ','].includes(last) ? bare.length : -1;
      last = letter;
    }
    bare.push(text.slice(at, close));
    at = close;
  }
  return bare.join('');
}

function endOfComment(text: string, at: number): number | undefined {
  if (text.charAt(at) !== '/') return undefined;
  const next = text.charAt(at + 1);
  if (next !== '/' && next !== '*') return undefined;
  const end = next === '/' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2);
  if (end < 0) return text.length;
  return next === '/' ? end : end + 2;
}

function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text.charAt(end) === '\\') end++;
    else if (text.charAt(end) === '"') return end + 1;
  }
  return text.length;
}
