// What whoever is to agree to a project's image is shown of the files that it copies.

import { mkdirSync, symlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { agreeTo, forgetImages } from '../../../src/launch/confirm-image.ts';
import { sourceLines } from '../../../src/launch/image-source-words.ts';
import type { ImageSource } from '../../../src/plan/project-image-facts.ts';
import { readBuildContext } from '../../../src/read/build-context.ts';
import { readAgreed } from '../../../src/state/agreed-sources.ts';
import { readUsedImage, rememberUsedImage } from '../../../src/state/used-images.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const text = 'COPY files /';
const root = temporaryDirectory();
const stateDirectory = temporaryDirectory();
const file = (name: string): string => path.join(root, 'files', name);
const write = (name: string, content: string): void => {
  writeFileSync(file(name), content);
};
const look = async (): Promise<ImageSource> => {
  const kept = temporaryDirectory();
  const context = await readBuildContext(root, {
    ...{ dockerfile: path.join(root, 'D'), text, kept },
    maskedAmong: () => Promise.resolve(new Set()),
  });
  return { name: 'D', hash: context.digest, texts: { D: text }, context };
};
const agree = async (): Promise<void> =>
  agreeTo({ stateDirectory }, { id: 'p', root }, [await look()]);
const shown = (source: ImageSource): readonly string[] =>
  sourceLines([source], readAgreed(stateDirectory, 'p'));

it('every file that has changed is shown, however many there are', async () => {
  mkdirSync(path.join(root, 'files'));
  for (let at = 0; at < 2001; at++) write(`a${at}`, '');
  write('install.sh', 'good');
  await agree();
  for (let at = 0; at < 9; at++) write(`a${at}`, 'x');
  write('install.sh', 'evil');
  rmSync(file('a2000'));
  const lines = shown(await look());
  expect(lines[0]).toBe(`of 2001 files in ${root} that it may copy`);
  expect(lines.slice(1).toSorted()).toEqual(
    [
      ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => `    files/a${at} changed`),
      '    - files/a2000',
      '    files/install.sh changed',
    ].toSorted(),
  );
});

it('what is put back while it is asked about is no yes to what it was', async () => {
  await agree();
  write('install.sh', 'worse');
  const source = await look();
  write('install.sh', 'evil');
  const refusal = expect.objectContaining({ code: 'AI_IMAGE_SOURCE' }) as Error;
  expect(() => shown(source)).toThrow(refusal);
  await expect(agreeTo({ stateDirectory }, { id: 'p', root }, [source])).rejects.toEqual(refusal);
});

it('whole hashes are compared, of links too', async () => {
  symlinkSync('a', file('link'));
  await agree();
  const { files } = readAgreed(stateDirectory, 'p')['D']!;
  expect(files['files/link']).toMatch(/^link [0-9a-f]{64}$/);
  expect(files['files/install.sh']).toMatch(/^[0-9a-f]{64}$/);
});

it('after a yes that is taken back all of it is shown again, and no run goes on with what came of it', async () => {
  const ingredients = { tag: 't', base: 'b', own: {}, packages: [], sources: {} };
  const used = ['p', 'other'].map((project) => ({ assistant: 'claude', project }));
  for (const one of used) rememberUsedImage(stateDirectory, one, ingredients);
  await agree();
  expect(shown(await look())).toEqual([]);
  forgetImages({ stateDirectory }, 'p');
  expect(shown(await look())).toContain('the image would be built from D');
  expect(used.map((one) => readUsedImage(stateDirectory, one)?.tag)).toEqual([undefined, 't']);
});
