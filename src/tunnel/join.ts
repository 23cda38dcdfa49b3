// Two connections as one: neither side is read faster than the other takes it, and what ends one way may go on the other.

import type { Socket } from 'node:net';

export function join(one: Socket, other: Socket): void {
  passOn(one, other);
  passOn(other, one);
}

/** One way only. What it gives parts them again. */
export function passOn(one: Socket, other: Socket): () => void {
  one.pipe(other);
  // Both ways at their end: that is how it closes. Broken off: the other learns of it at once.
  const breakOff = (): void => {
    if (one.readableEnded && one.writableFinished) return;
    other.destroy();
  };
  one.once('close', breakOff);
  if (one.destroyed) other.destroy();
  return () => {
    one.unpipe(other).off('close', breakOff);
  };
}

/** Says these last words, and does not wait long for the other side to take them. */
export function endWith(socket: Socket, words: Buffer | string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  socket.setTimeout(timeToTake, () => socket.destroy());
  socket.end(words);
  socket.resume();
}

/** Milliseconds. */
const timeToTake = 5000;
