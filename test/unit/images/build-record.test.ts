// What a killed build has left is found by its record and removed, from the engine first.

import type Docker from 'dockerode';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { clearDeadBuilds, closeRecord, openRecord } from '../../../src/images/build-record.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let images: string;
beforeEach(() => {
  images = path.join(temporaryDirectory(), 'images');
  mkdirSync(images);
});

/** An engine that has one container with each label, and says what is removed. */
function engineWith(containers: Record<string, string>, removed: string[]): Docker {
  const left = new Map(Object.entries(containers));
  const take = (name: string, id = '') => ({
    remove: () => {
      left.delete(id);
      removed.push(name);
      return Promise.resolve();
    },
  });
  const engine = {
    listContainers: ({ filters }: { filters: { label: string[] } }) =>
      Promise.resolve(
        [...left].filter(([, label]) => filters.label.includes(label)).map(([Id]) => ({ Id })),
      ),
    listImages: () => Promise.resolve([]),
    getContainer: (id: string) => take(`container ${id}`, id),
    getImage: (name: string) => take(`image ${name}`),
  };
  return engine as unknown as Docker;
}

describe('the record of a build', () => {
  it('is a directory of this process beside the images, gone when it is closed', () => {
    const record = openRecord(images);
    expect(path.basename(record.directory)).toMatch(new RegExp(`^\\.build-${process.pid}-`));
    writeFileSync(path.join(record.directory, 'Dockerfile'), '');
    closeRecord(record);
    expect(readdirSync(images)).toEqual([]);
  });

  it('lets the next build remove what a dead one has left, and nothing else', async () => {
    const { build } = openRecord(images);
    mkdirSync(path.join(images, 'kept'));
    const removed: string[] = [];
    const containers = { one: `ai.build=${build}`, two: 'ai.build=of-somebody-else' };
    await clearDeadBuilds(engineWith(containers, removed), images);
    expect(removed).toEqual(['container one', `image ai-in-docker/build:${build}`]);
    expect(readdirSync(images)).toEqual(['kept']);
  });

  it('stays where the engine does not answer', async () => {
    const { directory } = openRecord(images);
    const broken = { listContainers: () => Promise.reject(new Error('gone')) };
    await clearDeadBuilds(broken as unknown as Docker, images);
    expect(existsSync(directory)).toBe(true);
  });
});
