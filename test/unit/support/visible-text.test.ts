// Tests of how a terminal's output is made readable for assertions.

import { expect, it } from 'vitest';
import { visibleText } from '../../support/visible-text.ts';

it.each([
  ['plain text stays', 'hello\r\nworld', 'hello\nworld'],
  ['colours go', '\x1b[1;31mred\x1b[0m', 'red'],
  ['a jump to the right is a space', 'two\x1b[1Cwords', 'two words'],
  ['a jump to another place is a new line', 'a\x1b[3;4Hb', 'a\nb'],
  ['titles go, however they end', '\x1b]0;title\x07a\x1b]0;title\x1b\\b', 'ab'],
  ['private modes go', '\x1b[?2004hready\x1b[?25l', 'ready'],
  ['a sequence that has only begun is not shown', 'ok\x1b[1;3', 'ok'],
  ['a title that has only begun is not shown', 'ok\x1b]0;tit', 'ok'],
  ['text after a short sequence stays', '\x1b7saved\x1b8', 'saved'],
])('%s', (_, output, visible) => {
  expect(visibleText(output)).toBe(visible);
});
