// versions.json has one writer: no change of two at the same time is lost, and nothing of a strange file.

import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { LauncherEvent } from '../../../src/base/events.ts';
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

it('writes nothing where nothing changes', async () => {
  const images = temporaryDirectory();
  await changeVersions(images, (versions) => versions);
  expect(readdirSync(images)).toEqual([]);
});

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

it.each([
  ['a slip', '{ "assistants": { "claude": { "pinned": true, } }'],
  ['nothing', ''],
  ['another shape', '{ "assistants": ["claude"] }'],
])('puts a file with %s aside before it begins a new one, and says so', async (_, text) => {
  const images = temporaryDirectory();
  const file = path.join(images, versionsFile);
  writeFileSync(file, text);
  const said: LauncherEvent[] = [];
  const emit = (event: LauncherEvent): void => void said.push(event);
  await changeVersions(images, (versions) => versions, undefined, emit);
  expect(readFileSync(file, 'utf8')).toBe(text);
  await changeVersions(images, withBase(1), undefined, emit);
  const bad = readdirSync(images).find((name) => name !== versionsFile) ?? '';
  expect(readFileSync(path.join(images, bad), 'utf8')).toBe(text);
  expect(read(file)).toEqual({ assistants: {}, bases: { 'base:1': digest(1) } });
  expect(said).toEqual([
    { type: 'warning', text: expect.stringContaining(path.join(images, bad)) as string },
  ]);
});

it('changes nothing where the file cannot be read', async () => {
  const images = temporaryDirectory();
  mkdirSync(path.join(images, versionsFile));
  await expect(changeVersions(images, withBase(1))).rejects.toMatchObject({
    code: 'AI_FILE_UNREADABLE',
  });
});

it('keeps what a newer ai has written there', async () => {
  const images = temporaryDirectory();
  const file = path.join(images, versionsFile);
  const codex = { current: { version: 'of-another-kind' }, channel: 'beta', kept: [7] };
  const claude = { channel: 'stable', pinned: true, kept: [{ version: '1.0.0' }] };
  const bases = { 'node:24': 'sha512:0' };
  writeFileSync(file, JSON.stringify({ format: 2, assistants: { claude, codex, own: 1 }, bases }));
  await changeVersions(images, (versions) => ({
    ...withBase(1)(versions),
    assistants: { ...versions.assistants, claude: { current: { version: '2.0.0' }, kept: [] } },
  }));
  expect(read(file)).toEqual({
    format: 2,
    assistants: {
      claude: { channel: 'stable', current: { version: '2.0.0' }, kept: [] },
      ...{ codex, own: 1 },
    },
    bases: { ...bases, 'base:1': digest(1) },
  });
});
