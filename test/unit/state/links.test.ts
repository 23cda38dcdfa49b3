// Links of an assistant's state: made where nothing is, and nowhere else.

import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { linkState } from '../../../src/state/seeds.ts';

it('are made once, and over nothing', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'ai-links-'));
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  writeFileSync(path.join(directory, 'mine'), 'kept');
  const links = { mine: 'there/mine', store: 'there/store' };
  linkState(directory, links, owner);
  linkState(directory, { ...links, store: 'elsewhere' }, owner);
  expect(readFileSync(path.join(directory, 'mine'), 'utf8')).toBe('kept');
  expect(readlinkSync(path.join(directory, 'store'))).toBe('there/store');
  rmSync(directory, { recursive: true });
});
