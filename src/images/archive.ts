// Reads the one file out of the archive that engines answer with when they are asked for a file (tar(5)).

const blockSize = 512;
const extendedHeaders = 'xgLK';

/** The content of the first regular file of an uncompressed tar archive, or undefined where there is none. */
export function firstFile(archive: Uint8Array): Uint8Array | undefined {
  for (let offset = 0; offset + blockSize <= archive.length;) {
    const header = Buffer.from(archive.subarray(offset, offset + blockSize));
    const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
    const type = header.toString('latin1', 156, 157);
    if (Number.isNaN(size)) return undefined;
    const start = offset + blockSize;
    if (type === '0' || type === '\0') return archive.subarray(start, start + size);
    if (!extendedHeaders.includes(type)) return undefined;
    offset = start + Math.ceil(size / blockSize) * blockSize;
  }
  return undefined;
}
