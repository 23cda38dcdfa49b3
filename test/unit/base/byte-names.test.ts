// Names that are no UTF-8, as text and back.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOddName, systemPath, textOfBytes } from '../../../src/base/byte-names.ts';

it('text is itself', () => {
  for (const text of ['', 'a/b', 'ünï/😀', '\uFFFD', '\uFEFFx']) {
    expect(textOfBytes(Buffer.from(text))).toBe(text);
    expect(systemPath(text)).toBe(text);
    expect(isOddName(text)).toBe(false);
  }
});

it('what is none leads back to its bytes, whatever they are', () => {
  expect(textOfBytes(Buffer.from('x\xffy', 'latin1'))).toBe('x\udcffy');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .string({ unit: 'binary' })
      .map((text) => Buffer.concat([Buffer.from(text), Buffer.from([0x80])])),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      const back = systemPath(textOfBytes(Buffer.from(some)));
      expect(Buffer.from(back as string)).toEqual(Buffer.from(some));
    }),
  );
});
