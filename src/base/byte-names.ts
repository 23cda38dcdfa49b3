// Names of files are bytes: those that are no UTF-8 as text that leads back to the same bytes (as Python does, PEP 383).

import { Buffer, isUtf8 } from 'node:buffer';

/** Bytes that are no UTF-8 stand there as lone surrogates, U+DC80 to U+DCFF; all else is the text that it is. */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = lengthAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', from, at) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    from = ++at;
  }
  return text + bytes.toString('utf8', from);
}

/** What the system takes for the path: bytes, where text would be other ones. */
export function systemPath(text: string): string | Buffer {
  if (!isOddName(text)) return text;
  return Buffer.concat(
    Array.from(text, (character) =>
      isOddName(character)
        ? Buffer.from([character.charCodeAt(0) - 0xdc00])
        : Buffer.from(character),
    ),
  );
}

/** True where bytes in it are no UTF-8: an engine cannot be told such a path. */
export const isOddName = (text: string): boolean => /[\uDC80-\uDCFF]/u.test(text);

/** Bytes of the character that begins here, or 0 where none does. */
function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
