// What a Dockerfile tells without being built.

import { describe, expect, it } from 'vitest';
import { copiedPaths, whyNotOnParent } from '../../../src/base/dockerfile.ts';
import { parseJsonWithComments } from '../../../src/base/json-comments.ts';

describe('where it begins', () => {
  it.each([
    'ARG AI_IMAGE\nFROM ${AI_IMAGE}\n',
    '# syntax=x\n\narg AI_IMAGE=none\nfrom $AI_IMAGE AS last\n',
    'ARG AI_IMAGE\nFROM golang AS build\nRUN x\nFROM --platform=linux/amd64 ${AI_IMAGE}\nCOPY --from=build /a /a',
    'ARG AI_IMAGE\nFROM ${AI_IMAGE} AS tools\nFROM debian AS other\nFROM TOOLS\n',
    'ARG \\\n  AI_IMAGE\nFROM \\\n  ${AI_IMAGE:-x}\n',
  ])('is the assistant’s image: %j', (text) => {
    expect(whyNotOnParent(text)).toBeUndefined();
  });

  it.each([
    ['', 'it has no FROM'],
    ['FROM debian', 'its last stage is FROM debian, not FROM ${AI_IMAGE}'],
    ['FROM ${AI_IMAGE}', 'it has no ARG AI_IMAGE before the first FROM'],
    ['FROM x AS a\nARG AI_IMAGE\nFROM ${AI_IMAGE}', 'it has no ARG AI_IMAGE before the first FROM'],
    [
      'ARG AI_IMAGE\nFROM ${AI_IMAGE} AS a\nFROM debian',
      'its last stage is FROM debian, not FROM ${AI_IMAGE}',
    ],
    [
      'ARG AI_IMAGE\n# FROM ${AI_IMAGE}\nFROM ${AI_IMAGE}evil',
      'its last stage is FROM ${AI_IMAGE}evil, not FROM ${AI_IMAGE}',
    ],
    ['ARG AI_IMAGE_X\nFROM ${AI_IMAGE}', 'it has no ARG AI_IMAGE before the first FROM'],
    ['ARG AI_IMAGE\nFROM later\nFROM x AS later', 'its last stage is FROM x, not FROM ${AI_IMAGE}'],
  ])('is not: %j', (text, why) => {
    expect(whyNotOnParent(text)).toBe(why);
  });
});

describe('what it copies', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['FROM a\nRUN x', []],
    ['COPY --from=a /x /y', []],
    ['COPY --chown=1:1 --from=a x /y', []],
    ['ADD https://example.com/x /y', []],
    ['COPY a.txt ./b/c /x/', ['a.txt', 'b/c']],
    ['COPY ["a b", "/c"]', ['a b']],
    ['copy \\\n a \\\n # comment\n b /x', ['a', 'b']],
    ['COPY a /\nCOPY a /', ['a']],
    ['COPY . /x', undefined],
    ['COPY / /x', undefined],
    ['COPY *.json /x', undefined],
    ['COPY $FILE /x', undefined],
    ['COPY ../a /x', undefined],
    ['COPY <<EOF /x', undefined],
    ['ONBUILD COPY a /x', undefined],
    ['RUN --mount=type=bind,target=/x true', undefined],
    ['RUN --mount=type=bind,from=a,target=/x true', []],
    ['RUN --mount=target=/src make', undefined],
    ['RUN --mount=type=cache,target=/c --mount=source=a,target=/src make', undefined],
    ['RUN --mount=type=$KIND,target=/src make', undefined],
    ['RUN --mount=type=cache,target=/c --mount=from=a,target=/src make', []],
    ['COPY a//b a/./b x/', ['a/b']],
    ['COPY a/. x/', ['a']],
  ])('%j', (text, paths) => {
    expect(copiedPaths(text)).toEqual(paths);
  });
});

describe('JSON with comments', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['\uFEFF// one\n{ /* two */ "a": [1, 2,], // three\n}', { a: [1, 2] }],
    [String.raw`{"a":"// no \" /* */ ,]",}`, { a: '// no " /* */ ,]' }],
    ['{"a":1,\n/* x */ }', { a: 1 }],
    ['{"__proto__":1}', JSON.parse('{"__proto__":1}') as object],
  ])('%j', (text, value) => {
    expect(parseJsonWithComments(text)).toEqual(value);
  });

  it.each(['', '[1]', '{', '{"a":1,,}', '{"a"', '/*', '{,}', '"'])('%j is none', (text) => {
    expect(parseJsonWithComments(text)).toBeUndefined();
  });

  it('is read in a moment, whatever it is made of', () => {
    const began = performance.now();
    for (const piece of ['/*', '"', '//', ',', '\\"', '/', '1,]'])
      expect(parseJsonWithComments(piece.repeat(60_000))).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
