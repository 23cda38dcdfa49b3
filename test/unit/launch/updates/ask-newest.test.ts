// One package that the registry does not have keeps no other from its answer.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { readNewest } from '../../../../src/images/newest.ts';
import { askNewest } from '../../../../src/launch/updates/ask-newest.ts';
import { lookDaily } from '../../../../src/launch/updates/daily.ts';
import { targetsOf } from '../../../../src/launch/updates/targets.ts';
import type { World } from '../../../../src/launch/world.ts';
import { resolveSettings } from '../../../../src/settings/layers.ts';
import { temporaryDirectory } from '../../../support/test-directory.ts';

const { settings } = resolveSettings([]);

/** A machine whose npm knows claude alone, or nothing. */
function machine(knows = '@anthropic-ai/claude-code'): World {
  const stateDirectory = temporaryDirectory();
  const npm = path.join(stateDirectory, 'npm');
  const answer = '{"dist-tags":{"latest":"999.0.0"},"versions":["999.0.0"]}';
  writeFileSync(npm, `#!/bin/sh\ncase "$*" in *${knows}*) echo '${answer}' ;; *) exit 1 ;; esac\n`);
  chmodSync(npm, 0o755);
  mkdirSync(path.join(stateDirectory, 'images/ai-in-docker-codex-0123456789ab'), {
    recursive: true,
  });
  const environment = { PATH: `${stateDirectory}:${process.env['PATH'] ?? ''}` };
  return { stateDirectory, environment, emit: () => undefined } as unknown as World;
}

it('is told what could be found out, and why the rest could not', async () => {
  const world = machine();
  const targets = targetsOf(world, settings, ['codex', 'claude']);
  const packages = targets.filter((target) => target.kind === 'package');
  const { judged, failures } = await askNewest(world, packages, new AbortController().signal);
  expect(judged.map(({ program, verdict }) => [program.name, verdict.newest])).toEqual([
    ['claude', '999.0.0'],
  ]);
  expect(failures).toMatchObject([{ code: 'AI_REGISTRY_UNREACHABLE' }]);
});

it.each([
  ['has been done for the day', machine(), false],
  ['is done again soon where nobody has answered', machine('nothing'), true],
])('the daily look %s', async (_, world, failed) => {
  // Not that of the other tests.
  vi.spyOn(os, 'setPriority').mockImplementation(() => undefined);
  await lookDaily(world, { ...settings, updateCheck: true });
  expect(readNewest(path.join(world.stateDirectory, 'images')).failed).toBe(failed);
});
