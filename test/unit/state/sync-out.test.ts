// What comes out of a run, on real files: what the session has changed, merged into the truth, and nothing else.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import { versionsIn } from '../../../src/state/backups.ts';
import {
  claudeLogin,
  projectInside,
  projectOutside,
  put,
  readJson,
  testRun,
  treeOf,
  wholeRun,
  type RunInput,
  type TestRun,
} from '../../support/state-run.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  mkdirSync(state, { mode: 0o700 });
});
const truth = (assistant: string, ...names: string[]): string =>
  path.join(state, 'global_state', assistant, ...names);
const read = (file: string): string => readFileSync(file, 'utf8');
const backupsOf = (assistant: string, name: string): readonly string[] => {
  const directory = path.join(state, 'backups/default', assistant, name);
  return versionsIn(directory).map((version) => read(path.join(directory, version)));
};
/** Whatever would tell of a write: number, size and time of every file of the truth and of the backups. */
const stamps = (): string =>
  ['global_state', 'backups']
    .flatMap((part) => (existsSync(path.join(state, part)) ? [path.join(state, part)] : []))
    .flatMap((place) =>
      readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => {
        const { ino, size, mtimeMs } = lstatSync(path.join(place, name));
        return [place, name, ino, size, mtimeMs].join(' ');
      }),
    )
    .sort()
    .join('\n');

const after = (
  assistant: BuiltInName,
  session: (run: TestRun) => void,
  input?: RunInput,
): ReturnType<typeof wholeRun> => wholeRun(state, assistant, session, input);
const saved = (name: string): object => ({ kind: 'saved', name });
const credentials = '.credentials.json';

describe('what comes out', () => {
  it.each<[BuiltInName, string[], string[]]>([
    [
      'claude',
      ['CLAUDE.md', 'agents/new/a.md', 'settings.json'],
      ['telemetry/x', 'projects/x', 'x.txt', 'a.tmp', 'agents/.x.lock'],
    ],
    ['codex', ['AGENTS.md', 'prompts/a.md'], ['packages/x', 'log/x', 'state.sqlite']],
    [
      'gemini',
      ['GEMINI.md', 'commands/a.toml', 'settings.json'],
      ['tmp/x', 'history/x', 'antigravity/x'],
    ],
    [
      'opencode',
      ['config/opencode.json', 'state/kv.json', 'config/agent/a.md'],
      ['data/opencode.db', 'data/log/x', 'config/node_modules/x'],
    ],
    ['qwen', ['QWEN.md', 'settings.json'], ['projects/x/chats/y', 'debug/x']],
    ['copilot', ['mcp-config.json', 'agents/a.md'], ['logs/x', 'session-state/x']],
    ['glm', ['CLAUDE.md', 'settings.json'], ['history.jsonl', 'statsig/x']],
  ])('of %s is what is kept of it, for the user alone', async (assistant, kept, others) => {
    const { outcomes } = await after(assistant, (run) => {
      for (const name of [...kept, ...others])
        put(run.inRun(name), name.endsWith('.json') ? { new: name } : name, 0o666);
      put(path.join(run.run.home, '.ssh/id'), 'x');
    });
    expect(outcomes).toHaveLength(kept.length);
    expect(outcomes).toEqual(expect.arrayContaining(kept.map(saved)));
    const tree = treeOf(path.join(state, 'global_state'));
    const files = Object.keys(tree).filter((name) => tree[name]!.includes(' '));
    expect(files).toEqual(kept.map((name) => `${assistant}/${name}`).sort());
    for (const text of Object.values(tree)) expect(text).toMatch(/^(600 |700$)/);
  });

  it('can be executed where it could there', async () => {
    await after('claude', (run) => {
      put(run.inRun('hooks/a.sh'), '#!/bin/sh', 0o755);
    });
    expect(statSync(truth('claude', 'hooks/a.sh')).mode & 0o777).toBe(0o700);
  });

  it('costs no write where nothing has changed', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    put(truth('claude', '.claude.json'), {
      projects: { '/home/ann/other': {}, [projectOutside]: {} },
    });
    for (const name of ['settings.json', 'CLAUDE.md', 'agents/a.md'])
      put(truth('claude', name), name.endsWith('.json') ? {} : 'x');
    const before = stamps();
    const { outcomes } = await after('claude', (run) => {
      // Written once more, with the same in it.
      for (const name of ['settings.json', 'agents/a.md'])
        put(run.inRun(name), read(run.inRun(name)));
    });
    expect(outcomes).toEqual([]);
    expect(stamps()).toBe(before);
  });

  it('is nothing where nothing was handed out', async () => {
    put(truth('claude', 'CLAUDE.md'), 'mine');
    const run = testRun(state, 'claude');
    put(run.inRun('CLAUDE.md'), 'theirs');
    expect(await run.syncOut()).toEqual({ outcomes: [] });
    expect(read(truth('claude', 'CLAUDE.md'))).toBe('mine');
  });

  it('stands under the host’s paths, beside what other projects have', async () => {
    const other = { '/home/ann/other': { cost: 9 } };
    put(truth('claude', '.claude.json'), { projects: { ...other, [projectOutside]: { cost: 1 } } });
    await after('claude', (run) => {
      const document = readJson(run.inRun('.claude.json')) as { projects: object };
      const projects = {
        [projectInside]: { cost: 2 },
        [`${projectInside}/sub`]: { cost: 3 },
        '/tmp': {},
      };
      put(run.inRun('.claude.json'), {
        ...document,
        projects: { ...document.projects, ...projects },
      });
    });
    expect(readJson(truth('claude', '.claude.json'))).toMatchObject({
      projects: { ...other, [projectOutside]: { cost: 2 }, [`${projectOutside}/sub`]: { cost: 3 } },
    });
    expect(read(truth('claude', '.claude.json'))).not.toMatch(/workspace|\/tmp/);
  });

  it('has the tables of codex under the host’s paths', async () => {
    put(
      truth('codex', 'config.toml'),
      `model = "a"\n[projects."${projectOutside}"]\ntrust_level = "x"\n`,
    );
    await after('codex', (run) => {
      expect(read(run.inRun('config.toml'))).toContain(`[projects."${projectInside}"]`);
      put(run.inRun('config.toml'), `${read(run.inRun('config.toml'))}[tui]\n`);
    });
    const expected = `model = "a"\n[projects."${projectOutside}"]\ntrust_level = "x"\n[tui]\n`;
    expect(read(truth('codex', 'config.toml'))).toBe(expected);
  });
});

describe('seeds', () => {
  const change = (run: TestRun): void => {
    const config = readJson(run.inRun('.claude.json')) as { projects: Record<string, object> };
    const projects = { [projectInside]: { ...config.projects[projectInside], cost: 1 } };
    put(run.inRun('.claude.json'), { ...config, projects, userID: 'x' });
    put(run.inRun('settings.json'), {
      ...(readJson(run.inRun('settings.json')) as object),
      theme: 'x',
    });
  };
  const expected = { userID: 'x', projects: { [projectOutside]: { cost: 1 } } };

  it('stay in the run where the session has written beside them', async () => {
    put(truth('claude', '.claude.json'), {});
    put(truth('claude', 'settings.json'), {});
    await after('claude', change);
    expect(readJson(truth('claude', 'settings.json'))).toEqual({ theme: 'x' });
    expect(readJson(truth('claude', '.claude.json'))).toEqual(expected);
  });

  it('stay there too where the truth has had no such file', async () => {
    await after('claude', change);
    expect(readJson(truth('claude', 'settings.json'))).toEqual({ theme: 'x' });
    expect(readJson(truth('claude', '.claude.json'))).toEqual(expected);
  });

  it('make no file of the truth by themselves', async () => {
    await after('claude', () => undefined);
    await after('copilot', () => undefined);
    expect(existsSync(path.join(state, 'global_state'))).toBe(false);
  });
});

describe('what was changed in the session and elsewhere', () => {
  it('has both changes where it is settings', async () => {
    put(truth('claude', 'settings.json'), { a: 1, b: 1, allow: ['x'] });
    await after('claude', (run) => {
      put(run.inRun('settings.json'), { a: 2, b: 1, allow: ['x', 'y'] });
      put(truth('claude', 'settings.json'), { a: 1, b: 2, allow: ['x', 'z'] });
    });
    expect(readJson(truth('claude', 'settings.json'))).toEqual({
      a: 2,
      b: 2,
      allow: ['x', 'z', 'y'],
    });
  });

  it('is kept beside where it is a text, and goes into the next run too', async () => {
    put(truth('claude', 'CLAUDE.md'), 'before');
    const { outcomes } = await after('claude', (run) => {
      put(run.inRun('CLAUDE.md'), 'session');
      put(truth('claude', 'CLAUDE.md'), 'elsewhere');
    });
    const beside = 'CLAUDE.run-deadbeef.md';
    expect(outcomes).toEqual([{ kind: 'both', name: 'CLAUDE.md', beside }]);
    expect(read(truth('claude', 'CLAUDE.md'))).toBe('elsewhere');
    expect(read(truth('claude', beside))).toBe('session');
    const next = testRun(state, 'claude', { state: { runId: 'next' } });
    await next.syncIn();
    expect(read(next.inRun(beside))).toBe('session');
  });

  it('is what was changed elsewhere where the session has changed nothing', async () => {
    for (const name of ['CLAUDE.md', 'settings.json']) put(truth('claude', name), '{"a":1}');
    const { outcomes } = await after('claude', () => {
      for (const name of ['CLAUDE.md', 'settings.json']) put(truth('claude', name), '{"a":2}');
    });
    expect(outcomes).toEqual([]);
    expect(readdirSync(truth('claude')).sort()).toEqual(['CLAUDE.md', 'settings.json']);
    expect(read(truth('claude', 'CLAUDE.md'))).toBe('{"a":2}');
    expect(read(truth('claude', 'settings.json'))).toBe('{"a":2}');
  });

  it('is one where both came to the same', async () => {
    put(truth('claude', 'CLAUDE.md'), 'before');
    const { outcomes } = await after('claude', (run) => {
      put(run.inRun('CLAUDE.md'), 'after');
      put(truth('claude', 'CLAUDE.md'), 'after');
    });
    expect(outcomes).toEqual([]);
    expect(readdirSync(truth('claude'))).toEqual(['CLAUDE.md']);
  });

  it('is kept of two sessions that have made the same new file', async () => {
    const runs = ['one', 'two'].map((runId) => testRun(state, 'claude', { state: { runId } }));
    for (const run of runs) await run.syncIn();
    for (const { inRun, plan } of runs) put(inRun('agents/a.md'), plan.run.id);
    for (const run of runs) await run.syncOut();
    expect(read(truth('claude', 'agents/a.md'))).toBe('one');
    expect(read(truth('claude', 'agents/a.run-two.md'))).toBe('two');
  });
});

describe('what the session has emptied, broken or taken away', () => {
  it.each([
    ['CLAUDE.md', ''],
    ['settings.json', ''],
    ['settings.json', ' \n'],
    ['settings.json', '{"a": 1, "b'],
  ])('stays as it was: %s as %j', async (name, text) => {
    const before = name.endsWith('.json') ? '{"a":1}' : 'mine';
    put(truth('claude', name), before);
    const { outcomes } = await after('claude', (run) => {
      put(run.inRun(name), text);
    });
    expect(outcomes).toEqual([{ kind: 'emptied', name }]);
    expect(read(truth('claude', name))).toBe(before);
    expect(existsSync(path.join(state, 'backups'))).toBe(false);
  });

  it('is taken away too, with a backup, where it is not a setting', async () => {
    put(truth('claude', 'agents/a.md'), 'a');
    put(truth('claude', 'agents/b.md'), 'b');
    const { outcomes } = await after('claude', (run) => {
      rmSync(run.inRun('agents/a.md'));
    });
    expect(outcomes).toEqual([{ kind: 'removed', name: 'agents/a.md' }]);
    expect(readdirSync(truth('claude', 'agents'))).toEqual(['b.md']);
    expect(backupsOf('claude', 'agents/a.md')).toEqual(['a']);
  });

  it.each<[string, (run: TestRun) => void]>([
    [
      'settings are lost, not deleted',
      ({ inRun }) => {
        rmSync(inRun('settings.json'));
      },
    ],
    [
      'a login is lost, not deleted',
      ({ inRun }) => {
        rmSync(inRun('.credentials.json'));
      },
    ],
    [
      'the whole directory is gone',
      ({ run }) => {
        rmSync(path.join(run.home, '.claude'), { recursive: true });
      },
    ],
    [
      'the home is gone',
      ({ run }) => {
        rmSync(run.home, { recursive: true });
      },
    ],
    [
      'it was changed elsewhere meanwhile',
      ({ inRun }) => {
        rmSync(inRun('agents/a.md'));
        put(truth('claude', 'agents/a.md'), 'new');
      },
    ],
  ])('stays where %s', async (_what, lose) => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    put(truth('claude', 'settings.json'), { a: 1 });
    put(truth('claude', 'agents/a.md'), 'a');
    const before = Object.keys(treeOf(truth('claude')));
    const { outcomes } = await after('claude', lose);
    expect(outcomes.filter(({ kind }) => kind === 'removed')).toEqual([]);
    expect(Object.keys(treeOf(truth('claude')))).toEqual(before);
  });
});

describe('backups', () => {
  it('are made before every change, and only so many stay', async () => {
    const options = { settings: { backups: 2 } };
    for (const text of ['1', '2', '3', '4', '5'])
      await after(
        'claude',
        (run) => {
          put(run.inRun('CLAUDE.md'), text);
          put(run.inRun('settings.json'), { text });
        },
        options,
      );
    expect(read(truth('claude', 'CLAUDE.md'))).toBe('5');
    expect(backupsOf('claude', 'CLAUDE.md')).toEqual(['3', '4']);
    expect(backupsOf('claude', 'settings.json').map((text) => JSON.parse(text) as unknown)).toEqual(
      [{ text: '3' }, { text: '4' }],
    );
  });

  it('of logins are made as well, for the user alone', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    await after('claude', (run) => {
      put(run.inRun(credentials), claudeLogin('2', 2));
    });
    expect(read(truth('claude', credentials))).toContain('access-2');
    expect(backupsOf('claude', credentials)).toEqual([expect.stringContaining('access-1')]);
    for (const text of Object.values(treeOf(path.join(state, 'backups'))))
      expect(text).toMatch(/^(600 |700$)/);
  });
});

describe('once more', () => {
  it('changes nothing: neither what was saved, nor a conflict, nor a removal', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    for (const name of ['CLAUDE.md', 'agents/a.md', 'agents/b.md'])
      put(truth('claude', name), 'before');
    put(truth('claude', 'settings.json'), { a: 1 });
    const { run } = await after('claude', ({ inRun }) => {
      put(inRun(credentials), claudeLogin('2', 2));
      put(inRun('settings.json'), { a: 2 });
      put(inRun('agents/new.md'), 'new');
      rmSync(inRun('agents/a.md'));
      put(inRun('CLAUDE.md'), 'session');
      put(truth('claude', 'CLAUDE.md'), 'elsewhere');
    });
    const before = stamps();
    await run.syncOut();
    expect(stamps()).toBe(before);
  });

  it('saves what could not be saved at first: the run’s copies stay where they are', async () => {
    mkdirSync(path.join(state, 'global_state'), { mode: 0o700 });
    const run = testRun(state, 'claude');
    await run.syncIn();
    put(run.inRun('CLAUDE.md'), 'session');
    put(truth('claude'), 'a file in the way');
    await expect(run.syncOut()).rejects.toMatchObject({
      code: 'AI_STATE_UNSAVED',
      facts: { stage: run.run.home },
    });
    expect(read(run.inRun('CLAUDE.md'))).toBe('session');
    rmSync(truth('claude'));
    expect(await run.syncOut()).toEqual({ outcomes: [saved('CLAUDE.md')] });
    expect(read(truth('claude', 'CLAUDE.md'))).toBe('session');
  });
});
