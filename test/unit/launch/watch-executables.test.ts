// What a run has changed of the files that this machine runs later: from the look before it to what is said and kept.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/base/redact.ts';
import {
  lookAfter,
  lookBefore,
  looksOf,
  sayWhatChanged,
} from '../../../src/launch/watch-executables.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import type { Mount, RunPlan } from '../../../src/plan/run-plan.ts';
import { readChanges } from '../../../src/state/executables.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let parent: string;
let facts: Facts;
beforeEach(() => {
  parent = temporaryDirectory();
  const root = makeRepository({ directory: at('app') });
  facts = buildFacts({ project: { root, directory: root } });
});
const at = (...names: string[]): string => path.join(parent, ...names);
const put = (name: string, text: string): void => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};

const planOf = (readOnly: readonly string[] = []): RunPlan =>
  ({
    run: { id: 'one', assistant: 'claude' },
    project: { root: at('app'), name: 'app', id: 'app-1' },
    watched: true,
    mounts: readOnly.map(
      (name) => ({ role: 'protect', source: at(name), readOnly: true }) as Mount,
    ),
  }) as unknown as RunPlan;

const places = (): Parameters<typeof lookAfter>[1] => ({
  ...{ stateDirectory: at('state'), writable: at('state') },
  redactor: new Redactor(),
});

/** @returns what is said of what `act` does */
async function said(act: () => void, plan = planOf()): Promise<readonly string[]> {
  mkdirSync(at('state/runs/one'), { recursive: true });
  lookBefore(at('state'), plan, looksOf(facts));
  act();
  return lookAfter(plan, places());
}
const lastOf = (): object | undefined => readChanges(at('state'), 'app-1').runs[0];

describe('what a run has changed', () => {
  it('is said and kept; nothing is where that is nothing', async () => {
    expect(await said(() => undefined)).toEqual([]);
    expect(lastOf()).toMatchObject({ changes: [], root: at('app') });
    const lines = await said(() => {
      put('app/Makefile', 'all:\n');
    });
    expect(lines).toEqual(['changed, and run by this machine later: Makefile (ai changes)']);
    expect(lastOf()).toMatchObject({ changes: [{ path: 'Makefile', change: 'added' }] });
    const audit = readFileSync(at('state/audit.jsonl'), 'utf8');
    expect(audit).toContain('"files":["Makefile"]');
  });

  it('names first what git runs by itself', async () => {
    const lines = await said(() => {
      for (const name of ['.envrc', 'A/Makefile', 'B/Makefile', 'C/Makefile', '.git/hooks/x'])
        put(`app/${name}`, 'x');
    });
    expect(lines[0]).toMatch(/later: \.git\/hooks\/x, \.envrc, A\/Makefile and 2 more /);
  });

  it('is looked for in other directories that it can write in, once where one holds the other', async () => {
    const extra = { target: '/x', kind: 'directory' as const, gid: 0 };
    facts = {
      ...facts,
      mounts: [
        { ...extra, source: parent, readOnly: false },
        { ...extra, source: at('app/sub'), readOnly: false },
        { ...extra, source: at('read'), readOnly: true },
      ],
    };
    expect(looksOf(facts).map(({ root }) => root)).toEqual([at('app'), parent]);
    const lines = await said(() => {
      put('app/Makefile', 'x');
      put('other/.git/config', '[core]\n\tfsmonitor = x\n');
    });
    expect(lines).toEqual([
      `changed, and run by this machine later: ${at('other/.git/config')}, Makefile (ai changes)`,
    ]);
  });

  it('is no reason to fail where it cannot be kept', async () => {
    put('state/projects', '');
    const events: object[] = [];
    mkdirSync(at('state/runs/one'), { recursive: true });
    lookBefore(at('state'), planOf(), looksOf(facts));
    await sayWhatChanged((event) => events.push(event), planOf(), places());
    expect(events).toMatchObject([{ type: 'debug' }]);
  });
});

it('is not looked at twice before a run, unless that may have changed or says something else by now', async () => {
  put('app/Makefile', 'all:\n');
  mkdirSync(at('state/runs/one'), { recursive: true });
  const added = async (age: number, ...texts: string[]): Promise<number> => {
    // As if there had been nothing: what is there then is new.
    const until = Date.now() - age;
    const seen = { [at('app')]: { taken: until, until, complete: true, files: {} } };
    const placeholders = texts.map((text) => ({ path: '/p', kind: 'file' as const, text }));
    const plan = { ...planOf(), prepare: { placeholders } } as unknown as RunPlan;
    lookBefore(at('state'), plan, looksOf(facts), seen);
    return (await lookAfter(plan, places())).length;
  };
  expect(await added(0)).toBe(1);
  expect(await added(0, './.\n')).toBe(1);
  expect(await added(0, './.\n', '')).toBe(0);
  expect(await added(2000)).toBe(0);
});

describe('what was read-only and is replaced on this machine', () => {
  const plan = (): RunPlan => planOf(['app/.git/config', 'app/.git/hooks']);
  const line = (names: string): string =>
    `replaced on this machine while the session ran, so the session could write there from then on: ${names}`;
  const rename = (): void => {
    writeFileSync(at('new'), readFileSync(at('app/.git/config')));
    renameSync(at('new'), at('app/.git/config'));
  };

  it.each([
    ['by another file of the same contents', rename, '.git/config'],
    [
      'twice, as number of inode may be the first again',
      () => {
        rename();
        rename();
      },
      '.git/config',
    ],
    [
      'by nothing',
      () => {
        rmSync(at('app/.git/hooks'), { recursive: true });
      },
      '.git/hooks',
    ],
  ])('%s: is said', async (_, act, name) => {
    expect(await said(act, plan())).toContain(line(name));
    expect(lastOf()).toMatchObject({ replaced: [name] });
  });

  it('is not what was only written, or what is in it', async () => {
    const lines = await said(() => {
      writeFileSync(at('app/.git/config'), '\n', { flag: 'a' });
      put('app/.git/hooks/x', '');
    }, plan());
    expect(lines.join()).not.toContain('replaced');
  });
});
