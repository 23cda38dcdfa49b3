import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { claude } from '../../../src/assistants/claude.ts';
import { pinnedVersion } from '../../../src/assistants/pins.ts';
import { chosenVersion, readVersions, versionsFile } from '../../../src/images/versions.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const release = pinnedVersion(claude.package);

function chosen(text: string | undefined): ReturnType<typeof chosenVersion> {
  const directory = temporaryDirectory();
  if (text !== undefined) writeFileSync(path.join(directory, versionsFile), text);
  return chosenVersion(claude.package, readVersions(directory));
}

const having = (claudeEntry: object): string =>
  JSON.stringify({ assistants: { claude: claudeEntry } });

it.each([
  ['no file', undefined],
  ['no JSON', 'x'],
  ['a list', '[]'],
  ['nothing of it', '{"assistants": {"codex": {"current": {"version": "9.9.9"}}}}'],
  ['an entry of another kind', '{"assistants": {"claude": "9.9.9"}}'],
  ['what is no version', having({ current: { version: '--registry=x' } })],
  ['a lock elsewhere', having({ current: { version: '9.9.9', lock: '../x.json' } })],
  ['an older update than the release', having({ current: { version: '0.0.1' } })],
])('takes the release’s version with %s', (_, text) => {
  expect(chosen(text)).toEqual({ version: release, by: 'release' });
});

it('takes an update that is newer than the release, with its lock', () => {
  const current = { version: '999.0.0', lock: 'claude-999.0.0.json' };
  expect(chosen(having({ current, kept: [] }))).toEqual({ ...current, by: 'update' });
});

it('takes a pinned one, be it older', () => {
  expect(chosen(having({ current: { version: '0.0.1' }, pinned: true }))).toEqual({
    version: '0.0.1',
    by: 'pin',
  });
});

it('reads what is kept, and digests of bases that are such', () => {
  const directory = temporaryDirectory();
  const digest = `sha256:${'a'.repeat(64)}`;
  const text = JSON.stringify({
    assistants: {
      claude: { kept: [{ version: '1.0.0' }, 7, { version: '0.9.0', lock: 'l.json' }] },
    },
    bases: { 'node:24': digest, other: 'latest' },
  });
  writeFileSync(path.join(directory, versionsFile), text);
  expect(readVersions(directory)).toEqual({
    assistants: { claude: { kept: [{ version: '1.0.0' }, { version: '0.9.0', lock: 'l.json' }] } },
    bases: { 'node:24': digest },
  });
});
