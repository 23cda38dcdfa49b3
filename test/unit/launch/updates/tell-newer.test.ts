// The line after a run: to whom, when, and how often.

import { Writable } from 'node:stream';
import path from 'node:path';
import { expect, it } from 'vitest';
import { claude } from '../../../../src/assistants/claude.ts';
import { glm } from '../../../../src/assistants/glm.ts';
import type { LauncherEvent } from '../../../../src/base/events.ts';
import { changeVersions } from '../../../../src/images/change-versions.ts';
import { changeNewest, readNewest, withFound } from '../../../../src/images/newest.ts';
import { switchTo } from '../../../../src/images/version-changes.ts';
import { tellNewer } from '../../../../src/launch/look-for-newer.ts';
import { makeWorld, type World } from '../../../../src/launch/world.ts';
import type { Request } from '../../../../src/plan/facts.ts';
import { resolveSettings } from '../../../../src/settings/layers.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';

const { settings } = resolveSettings([]);
const request: Request = { kind: 'exec', assistant: 'claude', command: ['true'] };

function at(
  terminal: boolean,
  { quiet, ...environment }: { quiet?: true; CI?: string } = {},
): { world: World; said: string[]; images: string } {
  const said: string[] = [];
  const home = temporaryDirectory();
  const stderr = Object.assign(new Writable(), { isTTY: terminal });
  const world = makeWorld({
    packageRoot: path.join(import.meta.dirname, '../../../..'),
    environment: { HOME: home, ...environment },
    directory: '/',
    streams: { ...process, stdin: process.stdin, stdout: process.stdout, stderr },
    emit: (event: LauncherEvent) => {
      if (quiet === true) return;
      said.push('text' in event ? event.text : event.type);
      if (event.type === 'note') event.shown?.();
    },
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });
  const images = path.join(world.stateDirectory, 'images');
  changeNewest(images, (newest) => withFound(newest, 'claude', '999.0.0'));
  return { world, said, images };
}

it('names the version, what is here, and the command; once', async () => {
  const { world, said } = at(true);
  await tellNewer(world, { assistant: glm, settings, request });
  await tellNewer(world, { assistant: claude, settings, request });
  expect(said).toEqual([
    expect.stringMatching(/^claude 999\.0\.0 is out \(this is \d+\.\d+\.\d+\): ai update glm$/),
  ]);
});

it('is not told to somebody who wants to hear nothing, so it is told another time', async () => {
  const { world, images } = at(true, { quiet: true });
  await tellNewer(world, { assistant: claude, settings, request });
  expect(readNewest(images).packages['claude']?.told).toBeUndefined();
});

it.each<[string, ReturnType<typeof at>, { settings: typeof settings; request: Request }]>([
  ['no terminal', at(false), { settings, request }],
  ['a machine of CI', at(true, { CI: 'true' }), { settings, request }],
  ['updateCheck: false', at(true), { settings: { ...settings, updateCheck: false }, request }],
  [
    'an answer in JSON',
    at(true),
    {
      settings,
      request: {
        kind: 'assistant',
        assistant: 'claude',
        arguments: [],
        continue: false,
        json: true,
      },
    },
  ],
])('says nothing with %s', async (_, { world, said }, more) => {
  await tellNewer(world, { assistant: claude, ...more });
  expect(said).toEqual([]);
});

it('says nothing of what is pinned, or of a version of the user’s settings', async () => {
  const { world, said, images } = at(true);
  const own = { ...claude, package: { ...claude.package, version: '1.0.0' } };
  await tellNewer(world, { assistant: own, settings, request });
  await changeVersions(images, (versions) =>
    switchTo(versions, claude.package, { version: '1.0.0' }, { pinned: true }),
  );
  await tellNewer(world, { assistant: claude, settings, request });
  expect(said).toEqual([]);
});
