// Plain words for screen readers (setting `plain`): no marks, no colours, nothing that moves. A property of the streams spoken on.

/** As a stream is a terminal or not, it is plain or not: whoever writes to it asks. */
const plainStreams = new WeakSet<object>();

export const isPlain = (stream: object): boolean => plainStreams.has(stream);

export function setPlain(
  { stdout, stderr }: { stdout: object; stderr: object },
  plain: boolean,
): void {
  for (const stream of [stdout, stderr])
    if (plain) plainStreams.add(stream);
    else plainStreams.delete(stream);
}
