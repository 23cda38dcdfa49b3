// Which volumes go with a project that is gone.

import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { removeOverlays } from '../../../src/launch/remove-overlays.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

it('only those that are called as ours are, whatever a record says', async () => {
  const stateDirectory = temporaryDirectory();
  const root = path.join(temporaryDirectory(), 'gone');
  const place = path.join(stateDirectory, 'projects/app-1/overlay');
  const ours = `ai-overlay-${'0a'.repeat(12)}`;
  const volumes = { [ours]: '1', database: '1', [`${ours}0`]: '1', [`x/${ours}`]: '1' };
  mkdirSync(place, { recursive: true });
  const device = String(statSync(path.dirname(root), { bigint: true }).dev);
  writeFileSync(path.join(place, 'abc.json'), JSON.stringify({ root, device, volumes }));
  const removed: string[] = [];
  const docker = {
    getVolume: (name: string) => ({
      remove: () => {
        removed.push(name);
        return Promise.resolve();
      },
    }),
  } as unknown as Docker;
  expect(await removeOverlays({ stateDirectory }, docker)).toEqual({
    overlays: [root],
    failures: [],
  });
  expect(removed).toEqual([ours]);
  rmSync(stateDirectory, { recursive: true });
});
