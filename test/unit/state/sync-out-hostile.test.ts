// What a session leaves to be in the way of sync-out, and the logins that come out of one: the rest is saved, the truth stays.

import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import { logOut } from '../../../src/state/log-out.ts';
import { inTheWay } from '../../support/in-the-way.ts';
import {
  claudeLogin,
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
let secret: string;
beforeEach(() => {
  state = path.join(temporaryDirectory(), 'state');
  mkdirSync(state, { mode: 0o700 });
  secret = path.join(temporaryDirectory(), 'secret.md');
  put(secret, 'SECRET');
});
const truth = (assistant: string, ...names: string[]): string =>
  path.join(state, 'global_state', assistant, ...names);
const read = (file: string): string => readFileSync(file, 'utf8');
const after = (
  assistant: BuiltInName,
  session: (run: TestRun) => void,
  input?: RunInput,
): ReturnType<typeof wholeRun> => wholeRun(state, assistant, session, input);
const credentials = '.credentials.json';
const names = (outcomes: Awaited<ReturnType<typeof after>>['outcomes'], kind: string): string[] =>
  outcomes.flatMap((outcome) => (outcome.kind === kind ? [outcome.name] : []));

/** A truth, and what each of its files says. */
function plant(): Record<string, string> {
  put(truth('claude', credentials), claudeLogin('1', 1));
  put(truth('claude', 'settings.json'), { a: 1 });
  put(truth('claude', 'CLAUDE.md'), 'memory');
  for (const name of ['a', 'b']) put(truth('claude', `agents/${name}.md`), name);
  return treeOf(truth('claude'));
}

describe.each(inTheWay)('%s', (_what, make) => {
  it.each(['CLAUDE.md', 'settings.json', 'agents/a.md', credentials])(
    'in the place of %s is refused, the truth stays, and all else is saved',
    async (name) => {
      const before = plant();
      const { outcomes } = await after('claude', (run) => {
        rmSync(run.inRun(name), { force: true });
        make(run.inRun(name), secret);
        put(run.inRun('agents/z.md'), 'new');
      });
      expect(names(outcomes, 'refused')).toContain(name);
      expect(names(outcomes, 'saved')).toEqual(['agents/z.md']);
      expect(names(outcomes, 'removed')).toEqual([]);
      expect(treeOf(truth('claude'))).toEqual({ ...before, 'agents/z.md': '600 new' });
      expect(existsSync(path.join(state, 'backups'))).toBe(false);
      expect(read(secret)).toBe('SECRET');
    },
  );

  it.each(['agents/new.md', 'NEW.md', 'keybindings.json'])(
    'as the new file %s is refused, and no file of the truth',
    async (name) => {
      const before = plant();
      const { outcomes } = await after('claude', (run) => {
        mkdirSync(path.dirname(run.inRun(name)), { recursive: true });
        make(run.inRun(name), secret);
      });
      expect(names(outcomes, 'saved')).toEqual([]);
      expect(treeOf(truth('claude'))).toEqual(before);
    },
  );
});

describe('a tree', () => {
  type Row = [string, (run: TestRun) => void];
  it.each<Row>([
    [
      'with a link in the place of a directory',
      ({ inRun }) => {
        rmSync(inRun('agents'), { recursive: true });
        symlinkSync(path.dirname(secret), inRun('agents'));
      },
    ],
    [
      'with a file in the place of a directory',
      ({ inRun }) => {
        rmSync(inRun('agents'), { recursive: true });
        put(inRun('agents'), 'x');
      },
    ],
    [
      'with a directory in the place of a file',
      ({ inRun }) => {
        rmSync(inRun('agents/a.md'));
        put(inRun('agents/a.md/x.md'), 'x');
      },
    ],
    [
      'with a name that is no text',
      ({ inRun }) => {
        for (const place of ['', 'agents/']) {
          const name = Buffer.from([0x2d, 0xff, ...Buffer.from('.md')]);
          writeFileSync(
            Buffer.concat([Buffer.from(`${inRun('x').slice(0, -1)}${place}`), name]),
            '',
          );
        }
      },
    ],
    [
      'with a name as long as can be',
      ({ inRun }) => {
        put(inRun(`agents/${'n'.repeat(252)}.md`), 'long');
      },
    ],
    [
      'with directories as deep as can be',
      ({ inRun }) => {
        put(inRun(`agents/${'deep/'.repeat(60)}x.md`), 'deep');
      },
    ],
  ])(
    '%s loses nothing of the truth, and keeps nothing else from being saved',
    async (_what, make) => {
      const before = plant();
      const { outcomes } = await after('claude', (run) => {
        make(run);
        put(run.inRun('settings.json'), { a: 2 });
        put(run.inRun('workflows/z.md'), 'new');
      });
      expect(names(outcomes, 'removed')).toEqual([]);
      expect(names(outcomes, 'saved')).toEqual(
        expect.arrayContaining(['settings.json', 'workflows/z.md']),
      );
      expect(readJson(truth('claude', 'settings.json'))).toEqual({ a: 2 });
      const now = treeOf(truth('claude'));
      expect(now).toMatchObject({ ...before, 'settings.json': now['settings.json'] });
      for (const place of ['global_state', 'backups'])
        expect(JSON.stringify(treeOf(path.join(state, place)))).not.toContain('SECRET');
    },
  );
});

describe('a login', () => {
  const signIn = {
    request: { kind: 'login', assistant: 'claude', signIn: assistants.claude.signIn! },
  } as const;

  it('that the session dropped is kept, and said so', async () => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    const { outcomes } = await after('claude', (run) => {
      put(run.inRun(credentials), {
        claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 },
      });
    });
    expect(outcomes).toEqual([{ kind: 'blanked', name: credentials }]);
    expect(read(truth('claude', credentials))).toContain('access-1');
  });

  it.each([
    ['as it was', 1],
    ['changed', 9],
  ])('on loan never comes out, %s', async (_what, hours) => {
    put(truth('claude', credentials), claudeLogin('1', 1));
    const lend = { settings: { auth: 'lend' as const } };
    const loan = (run: TestRun): void => {
      const { claudeAiOauth } = readJson(run.inRun(credentials)) as { claudeAiOauth: object };
      put(run.inRun(credentials), {
        claudeAiOauth: { ...claudeAiOauth, expiresAt: Date.now() + hours * 3_600_000 },
      });
    };
    await after('claude', loan, lend);
    expect(readJson(truth('claude', credentials))).toEqual(claudeLoginOf('1'));
    // Nor into a truth that has lost its own.
    await after(
      'claude',
      (run) => {
        loan(run);
        rmSync(truth('claude', credentials));
      },
      lend,
    );
    expect(existsSync(truth('claude', credentials))).toBe(false);
  });
  const claudeLoginOf = (name: string): unknown => ({
    claudeAiOauth: {
      ...(claudeLogin(name, 1) as { claudeAiOauth: object }).claudeAiOauth,
      expiresAt: expect.any(Number) as number,
    },
  });

  it('that a run was there to make counts, though it ends earlier', async () => {
    put(truth('claude', credentials), claudeLogin('1', 9));
    await after(
      'claude',
      (run) => {
        put(run.inRun(credentials), claudeLogin('2', 1));
      },
      signIn,
    );
    expect(read(truth('claude', credentials))).toContain('access-2');
  });

  it('that was renewed in a session which never noticed the log-out does not come back', async () => {
    const login = (name: string, day: number): object => ({
      tokens: { access_token: name, refresh_token: name },
      last_refresh: `2026-11-0${day}T00:00:00Z`,
    });
    put(truth('codex', 'auth.json'), login('access-1', 1));
    const run = testRun(state, 'codex');
    await run.syncIn();
    await logOut(assistants.codex, { stateDirectory: state, profile: 'default', backups: 3 });
    put(run.inRun('auth.json'), login('access-2', 2));
    await run.syncOut();
    expect(existsSync(truth('codex', 'auth.json'))).toBe(false);
  });

  it('stays where such a run has made none', async () => {
    put(truth('claude', credentials), claudeLogin('1', 9));
    const { outcomes } = await after('claude', () => undefined, signIn);
    expect(outcomes).toEqual([]);
    expect(read(truth('claude', credentials))).toContain('access-1');
  });
});
