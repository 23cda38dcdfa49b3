// What ai config validate finds: all that a start would fail with.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { problemsInPlaces, problemsInText } from '../../../src/launch/settings-files.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
beforeEach(() => {
  home = temporaryDirectory();
  mkdirSync(path.join(home, '.docker-ai-config'));
  mkdirSync(path.join(home, 'shop'));
});

const worldWith = (environment: Record<string, string> = {}): World =>
  makeWorld({
    packageRoot: '/nowhere',
    environment: { HOME: home, ...environment },
    directory: path.join(home, 'shop'),
    streams: process,
    emit: () => undefined,
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });
const user = (text: string): void => {
  writeFileSync(path.join(home, '.docker-ai-config', 'config.yaml'), text);
};
const project = (text: string): void => {
  writeFileSync(path.join(home, 'shop', '.airc'), text);
};

/** `from: key problem`, for each. */
async function found(environment?: Record<string, string>): Promise<string[]> {
  const checked = await problemsInPlaces(worldWith(environment), {});
  return checked.flatMap(({ name, problems }) =>
    problems.map(({ key, problem }) => `${path.basename(name)}: ${key} ${problem}`),
  );
}

it('is nothing where all is right', async () => {
  user('pids: 5\nassistants: { mine: { npm: "mine@1.2.3" } }\nassistant: mine\n');
  project('assistant: codex\n');
  expect(await found()).toEqual([]);
});

it('is what each file says wrongly by itself, and the variables', async () => {
  user('pids: no\n');
  project('memroy: 1g\n');
  expect(
    (await found({ AI_CPUS: 'x' })).map((line) => line.split(' ').slice(0, 2).join(' ')),
  ).toEqual(['config.yaml: pids', '.airc: memroy', 'environment: cpus']);
});

it('is half a definition that nothing completes, at its place', async () => {
  user('assistants: { mine: { title: x } }\n');
  expect(await found()).toEqual([expect.stringMatching(/^config\.yaml: assistants\.mine needs /)]);
  expect(
    await problemsInText('config.yaml', 'assistants: { mine: { title: x } }\n', 'user'),
  ).toMatchObject([{ key: 'assistants.mine' }]);
  // The user's file may have the rest.
  expect(await problemsInText('.airc', 'assistants: { mine: { title: x } }\n')).toEqual([]);
});

it.each([
  ['config.yaml', 'assistant: gmini\n', {}],
  ['environment', '', { AI_ASSISTANT: 'gmini' }],
])('is an assistant that there is not, in %s', async (from, text, environment) => {
  user(text);
  expect(await found(environment)).toEqual([
    `${from}: assistant must be an assistant, not “gmini”`,
  ]);
});
