// Where a value stands in a JSON text.

/**
 * The value of a key of the outermost object, of several such keys the last one, as JSON.parse has it.
 * @param text valid JSON
 */
export function placeOfValue(
  text: string,
  key: string,
): { start: number; end: number } | undefined {
  let found: { start: number; end: number } | undefined;
  let depth = 0;
  let name: string | undefined;
  let start: number | undefined;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (depth === 1 && token === ':') start = undefined;
    else if (depth === 1 && (token === ',' || token === '}')) name = undefined;
    else if (depth === 1 && name === undefined) {
      name = JSON.parse(token) as string;
      continue;
    } else if (depth === 1) start = index;
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth === 1 && name === key && start !== undefined)
      found = { start, end: index + token.length };
  }
  return found;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s"{}[\]:,]+/gs;
