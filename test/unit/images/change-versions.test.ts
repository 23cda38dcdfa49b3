// versions.json has one writer: no change of two at the same time is lost, and a broken file is no obstacle.

import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { changeVersions } from '../../../src/images/change-versions.ts';
import { readVersions, versionsFile, type Versions } from '../../../src/images/versions.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const digest = (number: number): string => `sha256:${String(number).padStart(64, '0')}`;
const withBase =
  (number: number) =>
  (versions: Versions): Versions => ({
    ...versions,
    bases: { ...versions.bases, [`base:${number}`]: digest(number) },
  });

it('keeps every one of many changes, whole, for the owner alone', async () => {
  const images = path.join(temporaryDirectory(), 'images');
  const numbers = [1, 2, 3, 4, 5];
  await Promise.all(numbers.map((number) => changeVersions(images, withBase(number))));
  expect(readVersions(images).bases).toEqual(
    Object.fromEntries(numbers.map((number) => [`base:${number}`, digest(number)])),
  );
  expect(readdirSync(images)).toEqual([versionsFile]);
  expect(statSync(path.join(images, versionsFile)).mode & 0o777).toBe(0o600);
});

it('keeps what is chosen for assistants', async () => {
  const images = temporaryDirectory();
  const claude = {
    current: { version: '1.2.3', lock: 'it@1.2.3.json' },
    pinned: true,
    kept: [{ version: '1.2.2' }],
  };
  await changeVersions(images, (versions) => ({ ...versions, assistants: { claude } }));
  await changeVersions(images, withBase(1));
  expect(readVersions(images).assistants).toEqual({ claude });
});

it('writes nothing where nothing changes, and a new file in place of a broken one', async () => {
  const images = temporaryDirectory();
  await changeVersions(images, (versions) => versions);
  expect(readdirSync(images)).toEqual([]);
  writeFileSync(path.join(images, versionsFile), '{ broken');
  await changeVersions(images, withBase(1));
  expect(JSON.parse(readFileSync(path.join(images, versionsFile), 'utf8'))).toEqual({
    assistants: {},
    bases: { 'base:1': digest(1) },
  });
});
