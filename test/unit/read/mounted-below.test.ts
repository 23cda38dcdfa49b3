// What is mounted below a directory, from the kernel's table.

import { expect, it } from 'vitest';
import { mountedBelow } from '../../../src/read/mounted-below.ts';

const table = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '23 22 0:21 / /data/b rw - tmpfs tmpfs rw',
  String.raw`24 22 0:22 / /data/a\040b\134c rw - tmpfs tmpfs rw`,
  '25 22 0:23 / /data2 rw - tmpfs tmpfs rw',
  '26 23 0:24 / /data/b rw - tmpfs tmpfs rw',
  'nonsense',
  '',
].join('\n');

it.each([
  ['/data', ['/data/a b\\c', '/data/b']],
  ['/data/b', []],
  ['/', ['/data/a b\\c', '/data/b', '/data2']],
  ['/elsewhere', []],
])('%s', (directory, expected) => {
  expect(mountedBelow(directory, table)).toEqual(expected);
});

it('of this machine are some below its root', () => {
  expect(mountedBelow('/').length).toBeGreaterThan(process.platform === 'linux' ? 0 : -1);
});
