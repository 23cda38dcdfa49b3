// What a session may leave in the place of a file: each leads elsewhere, never ends, or is no file at all.

import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Makes it at `file`; `secret` is a file of the host that must not come out. */
export type InTheWay = readonly [what: string, make: (file: string, secret: string) => void];

export const inTheWay: readonly InTheWay[] = [
  ['a link', link],
  ['a hard link', hardLink],
  ['a pipe', pipe],
  ['a directory', directory],
  ['something too large', hole],
];

function link(file: string, secret: string): void {
  symlinkSync(secret, file);
}

function hardLink(file: string, secret: string): void {
  linkSync(secret, file);
}

function pipe(file: string): void {
  execFileSync('mkfifo', [file]);
}

function directory(file: string): void {
  mkdirSync(path.join(file, 'x'), { recursive: true });
}

function hole(file: string): void {
  writeFileSync(file, '');
  truncateSync(file, 1024 ** 4);
}
