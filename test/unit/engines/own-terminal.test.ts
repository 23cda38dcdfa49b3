// Which `script` makes a terminal for a run on the host.

import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findScript } from '../../../src/engines/native/own-terminal.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

it.each([
  ['util-linux’s', 'echo "script from util-linux 2.41"', 'linux', true],
  [
    'busybox’s, which knows no -e',
    'echo "script: invalid option --version" >&2; exit 1',
    'linux',
    false,
  ],
  ['one that says nothing', 'exit 0', 'linux', false],
  ['BSD’s, which knows no --version', 'exit 1', 'darwin', true],
])('%s', (_, does, platform, isTaken) => {
  const directory = temporaryDirectory();
  const script = path.join(directory, 'script');
  writeFileSync(script, `#!/bin/sh\n${does}\n`);
  chmodSync(script, 0o755);
  expect(findScript({ PATH: directory }, platform)).toBe(isTaken ? script : undefined);
});

it('is none where there is none', () => {
  expect(findScript({ PATH: temporaryDirectory() }, 'linux')).toBeUndefined();
});
