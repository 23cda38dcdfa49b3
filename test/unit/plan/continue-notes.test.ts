// `-c` from another directory than last time: the user is told where the last conversation was.

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { readConversations } from '../../../src/read/conversations.ts';
import { buildFacts, plainRequest } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const notes = (conversations: ReturnType<typeof readConversations>): readonly string[] =>
  buildPlan({ ...buildFacts({ request: { ...plainRequest, continue: true } }), conversations })
    .notes;

it('is said with the directory of the host, as a command', () => {
  const last = { key: '-workspace-sub', workingDirectory: '/workspace/app/sub', changed: 2 };
  expect(notes([last])).toEqual([
    'Claude Code has no conversation of this directory; the last one was in /home/ann/app/sub: ai -C /home/ann/app/sub -c',
  ]);
});

it('is not said where there is one of this directory, or none at all', () => {
  const here = { key: '-workspace-app', workingDirectory: '/workspace/app', changed: 1 };
  const other = { key: '-x', workingDirectory: '/x', changed: 2 };
  expect(notes([other, here])).toEqual([]);
  expect(notes([])).toEqual([]);
});

it('is said without a command where that directory is nothing of this project', () => {
  const [note = ''] = notes([{ key: '-y', workingDirectory: '/y', changed: 1 }]);
  expect(note).toMatch(/the last one was in \/y$/);
});

it('is read from the transcripts, the newest first', () => {
  const directory = temporaryDirectory();
  const put = (key: string, name: string, text: string, time: number): void => {
    const place = path.join(directory, 'projects', key);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, name), text);
    utimesSync(path.join(place, name), time, time);
  };
  put('-a', 'old.jsonl', '{"cwd":"/a/old"}\n', 10);
  put('-a', 'new.jsonl', '{"type":"x"}\n{"cwd":"/a/\\u00e4"}\n', 30);
  put('-b', 'x.jsonl', 'nothing', 20);
  put('-c', 'x.txt', '{"cwd":"/c"}', 40);
  expect(readConversations(directory, assistants.claude)).toEqual([
    { key: '-a', workingDirectory: '/a/ä', changed: 30_000 },
    { key: '-b', changed: 20_000 },
  ]);
  expect(readConversations(directory, assistants.codex)).toEqual([]);
});
