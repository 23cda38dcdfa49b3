// ai auth, and logins from elsewhere: what it says, what it changes, what it leaves alone. No secret in any of its words.

import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { writePrivate } from '../support/claude-login.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import {
  claudeTokens,
  geminiTokens,
  inState,
  plant,
  readIn,
  secretMark,
} from '../support/logins.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { eventually } from '../support/eventually.ts';

const credentials = 'global_state/claude/.credentials.json';
const legacy = 'global_state/claude_config/.credentials.json';

let home: string;
let images: string;
beforeAll(async () => {
  const first = temporaryDirectory();
  expect(await runAi(['--yes', 'exec', '--', 'true'], { home: first })).toMatchObject({ code: 0 });
  images = first;
});
beforeEach(() => {
  home = temporaryDirectory();
  // What is kept of the image, so that a first run does not look at it again.
  mkdirSync(inState(home, ''), { mode: 0o700 });
  cpSync(inState(images, 'images'), inState(home, 'images'), { recursive: true });
});
afterEach(async () => {
  await expectNothingLeft(home);
});

async function ai(args: readonly string[], options: AiOptions = {}): Promise<AiResult> {
  const result = await runAi(args, { home, ...options });
  expect(result.stdout + result.stderr).not.toContain(secretMark);
  return result;
}

/** What the session of a run sees: as the first `ai` of a user who has the image already. */
const see = (script: string, args: readonly string[] = []): Promise<AiResult> =>
  runAi([...args, 'exec', '--', 'sh', '-c', script], { home });

const status = async (args: readonly string[] = []): Promise<Record<string, unknown>[]> => {
  const { stdout } = await ai(['auth', 'status', '--json', ...args]);
  return (JSON.parse(stdout) as { logins: Record<string, unknown>[] }).logins;
};

describe('the state of the shell functions', () => {
  beforeEach(() => {
    plant(home, legacy, claudeTokens('old', 2));
    plant(home, 'global_state/claude_config/settings.json', { theme: 'dark' });
    plant(home, 'global_state/claude_config/CLAUDE.md', 'be brief');
    plant(home, 'claude_config.json', {
      oauthAccount: { emailAddress: 'ann@example.invalid' },
      projects: { '/workspace/x': {} },
    });
    plant(home, 'glm_config.json', { theme: 'light' });
    plant(home, 'global_state/secrets/zai_key', `${secretMark}-zai`);
    plant(home, 'global_state/claude.env', 'export ANTHROPIC_MODEL="opus"\n# no=comment\n');
    plant(home, 'env', `GEMINI_API_KEY=${secretMark}-gemini\n`);
    plant(home, 'oauth_creds.json', geminiTokens('old', 2));
    plant(home, 'google_accounts.json', { active: 'bob@example.invalid', old: [] });
    plant(home, 'settings.json', { ui: { theme: 'x' } });
    plant(home, 'installation_id', 'id');
    plant(home, 'state.json', {});
  });

  it('is taken over by the first `ai`, once, with a backup, and said in one line', async () => {
    const first = await see('cat ~/.shared-login/.credentials.json ~/.claude/settings.json');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(`${secretMark}-access-old`);
    expect(first.stdout).toContain('dark');
    expect(first.stderr.split('\n').filter((line) => line !== '')).toHaveLength(1);
    expect(first.stderr).toMatch(/took over .*claude.*backup: /);
    expect(first.stderr).not.toContain(secretMark);
    const [, backup = ''] = /backup: (\S+)/.exec(first.stderr) ?? [];
    for (const file of [legacy, 'oauth_creds.json', 'claude_config.json', 'env'])
      expect(existsSync(path.join(backup, 'files', file))).toBe(true);
    expect((await see('true')).stderr).toBe('');
    expect(await status()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          assistant: 'claude',
          kind: 'account',
          who: 'ann@example.invalid',
        }),
        expect.objectContaining({
          assistant: 'gemini',
          kind: 'account',
          who: 'bob@example.invalid',
        }),
        expect.objectContaining({ assistant: 'gemini', kind: 'variable', who: 'GEMINI_API_KEY' }),
        expect.objectContaining({ assistant: 'glm', kind: 'key file' }),
      ]),
    );
    expect(readIn(home, 'global_state/claude/CLAUDE.md')).toBe('be brief');
    expect(readIn(home, 'global_state/claude/.claude.json')).not.toContain('/workspace/x');
    expect(readIn(home, 'global_state/secrets/ANTHROPIC_MODEL')).toBe('opus\n');
  });

  it('stays as it was for the functions, and has what is renewed here', async () => {
    const before = readIn(home, 'global_state/claude_config/settings.json');
    const renewed = JSON.stringify(claudeTokens('new', 5));
    await see(`echo '${renewed}' >~/.shared-login/.credentials.json`);
    expect(readIn(home, legacy)).toContain('access-new');
    expect(readIn(home, 'global_state/claude_config/settings.json')).toBe(before);
    expect(readIn(home, 'claude_config.json')).toContain('/workspace/x');
  });

  it('brings here what the functions renew', async () => {
    await see('true');
    plant(home, legacy, claudeTokens('theirs', 6));
    expect((await see('cat ~/.shared-login/.credentials.json')).stdout).toContain('access-theirs');
    expect(readIn(home, credentials)).toContain('access-theirs');
  });

  it('is shown by a dry run that changes nothing', async () => {
    const before = readdirSync(inState(home, ''), { recursive: true }).length;
    const { stderr } = await ai(['auth', 'migrate', '--dry-run']);
    expect(stderr).toContain(`claude: would take ${inState(home, legacy)} (login)`);
    expect(readdirSync(inState(home, ''), { recursive: true })).toHaveLength(before);
  });

  it('loses to a login that is newer here', async () => {
    plant(home, credentials, claudeTokens('newer', 9));
    await ai(['auth', 'migrate']);
    expect(readIn(home, credentials)).toContain('access-newer');
  });

  it('never replaces settings that are here', async () => {
    plant(home, 'global_state/claude/settings.json', { theme: 'mine' });
    await ai(['auth', 'migrate']);
    expect(JSON.parse(readIn(home, 'global_state/claude/settings.json') ?? '')).toEqual({
      theme: 'mine',
    });
  });
});

it('of a project and of an older Gemini are taken over by ai auth migrate', async () => {
  const cwd = temporaryDirectory();
  writePrivate(
    path.join(cwd, '.project-ai-config/claude_config/.credentials.json'),
    JSON.stringify(claudeTokens('project', 1)),
  );
  writePrivate(
    path.join(home, '.docker-gemini-config/oauth_creds.json'),
    JSON.stringify(geminiTokens('older', 1)),
  );
  const { stderr } = await ai(['auth', 'migrate'], { cwd });
  expect(stderr).toMatch(/claude: took .*project-ai-config/);
  expect(stderr).toMatch(/gemini: took .*docker-gemini-config/);
  expect(readIn(home, credentials)).toContain('access-project');
  expect(readIn(home, 'global_state/gemini/oauth_creds.json')).toContain('access-older');
});

describe('ai auth import', () => {
  beforeEach(() => {
    const own = (file: string, content: object): void => {
      writePrivate(path.join(home, file), JSON.stringify(content));
    };
    own('.claude/.credentials.json', claudeTokens('host', 3));
    own('.gemini/oauth_creds.json', geminiTokens('host', 3));
    own('.local/share/opencode/auth.json', { openai: { type: 'api', key: `${secretMark}-key` } });
    own('.claude/settings.json', { theme: 'host' });
    writePrivate(
      path.join(home, '.config/gh/hosts.yml'),
      `github.com:\n    oauth_token: ${secretMark}-gh\n`,
    );
  });

  it('takes the logins of the host, and no settings, and says which', async () => {
    const dry = await ai(['auth', 'import', '--dry-run']);
    expect(dry.stderr).toMatch(/claude: would take .*\n/);
    expect(existsSync(inState(home, 'global_state'))).toBe(false);
    const { stderr } = await ai(['auth', 'import']);
    for (const word of ['claude: took', 'gemini: took', 'opencode: took', 'gh: took'])
      expect(stderr).toContain(word);
    expect(readIn(home, credentials)).toContain('access-host');
    expect(readIn(home, 'global_state/opencode/data/auth.json')).toContain('key');
    expect(readIn(home, 'gh_config/hosts.yml')).toContain('gh');
    expect(readIn(home, 'global_state/claude/settings.json')).toBeUndefined();
  });

  it('takes only what is named', async () => {
    await ai(['auth', 'import', 'gemini']);
    expect(existsSync(inState(home, 'global_state/claude'))).toBe(false);
    expect(readIn(home, 'global_state/gemini/oauth_creds.json')).toContain('access-host');
  });

  it('keeps both in step while a session runs', async () => {
    await ai(['auth', 'import', 'claude']);
    const run = LiveRun.start(['exec', '--', 'sh', '-c', 'echo ready; exec cat'], { home });
    await run.waitFor('ready');
    const own = path.join(home, '.claude/.credentials.json');
    writePrivate(own, JSON.stringify(claudeTokens('renewed-on-the-host', 7)));
    await eventually(() => {
      expect(readIn(home, credentials)).toContain('renewed-on-the-host');
    });
    plant(home, 'live/default/claude/0/.credentials.json', claudeTokens('renewed-inside', 8));
    await eventually(() => {
      expect(readFileSync(own, 'utf8')).toContain('renewed-inside');
    });
    // Logged out over there: not undone, and no log-out here.
    writePrivate(own, '{}');
    run.child.stdin.end();
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(readFileSync(own, 'utf8')).toBe('{}');
    expect(readIn(home, credentials)).toContain('renewed-inside');
  });
});

describe('ai auth logout', () => {
  beforeEach(() => {
    plant(home, credentials, claudeTokens('1', 3));
  });

  it('ends the login in running sessions too, and what they renew of it counts no more', async () => {
    const script = [
      'cp ~/.shared-login/.credentials.json /tmp/old; echo ready',
      'while [ -e ~/.shared-login/.credentials.json ]; do sleep 0.05; done; echo gone',
      'sed s/access-1/access-2/ /tmp/old >~/.shared-login/.credentials.json; exec cat',
    ].join('; ');
    const run = LiveRun.start(['exec', '--', 'sh', '-c', script], { home });
    await run.waitFor('ready');
    await ai(['auth', 'logout', 'claude']);
    expect(readIn(home, credentials)).toBeUndefined();
    await run.waitFor('gone');
    // Gone, and back with another access token, as gemini writes it down from its memory.
    await eventually(() => {
      expect(existsSync(inState(home, 'live/default/claude/0/.credentials.json'))).toBe(false);
    });
    run.child.stdin.end();
    await run.ended;
    expect(readIn(home, credentials)).toBeUndefined();
  });

  it('can be taken back', async () => {
    await ai(['auth', 'logout', 'claude']);
    expect(await status(['claude'])).toMatchObject([{ kind: 'none', loggedOut: true }]);
    expect((await see('cat ~/.shared-login/.credentials.json')).code).not.toBe(0);
    await ai(['auth', 'restore', 'claude', '--yes']);
    expect(await status(['claude'])).toMatchObject([{ kind: 'account', loggedOut: false }]);
    expect((await see('cat ~/.shared-login/.credentials.json')).stdout).toContain('access-1');
  });

  it('wants a name, or --all', async () => {
    expect(await ai(['auth', 'logout'])).toMatchObject({ code: 2 });
    plant(home, 'global_state/secrets/zai_key', 'key');
    await ai(['auth', 'logout', '--all']);
    expect((await status()).every(({ kind }) => kind === 'none')).toBe(true);
    await ai(['auth', 'restore', 'glm', '--yes']);
  });
});

describe('ai auth backup and restore', () => {
  beforeEach(() => {
    plant(home, credentials, claudeTokens('good', 3));
    plant(home, 'global_state/claude/settings.json', { theme: 'good' });
    plant(home, 'profiles/work/global_state/gemini/oauth_creds.json', geminiTokens('work', 3));
    plant(home, 'config.yaml', 'memory: 4g\n');
  });

  it('bring back everything as it was', async () => {
    await ai(['auth', 'backup']);
    plant(home, credentials, 'torn {');
    plant(home, 'global_state/claude/settings.json', { theme: 'bad' });
    rmSync(inState(home, 'profiles'), { recursive: true });
    plant(home, 'config.yaml', 'memory: 1g\n');
    expect(await ai(['auth', 'restore'])).toMatchObject({ code: 2 });
    expect(readIn(home, credentials)).toBe('torn {');
    expect((await ai(['auth', 'restore', '--yes'])).code).toBe(0);
    expect(readIn(home, credentials)).toContain('access-good');
    expect(readIn(home, 'global_state/claude/settings.json')).toContain('good');
    expect(readIn(home, 'profiles/work/global_state/gemini/oauth_creds.json')).toContain('work');
    expect(readIn(home, 'config.yaml')).toBe('memory: 4g\n');
    // What was there before can be brought back as well.
    const list = JSON.parse((await ai(['auth', 'backup', '--list', '--json'])).stdout) as {
      backups: { reason: string }[];
    };
    expect(list.backups.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^before the restoration/),
      'ai auth backup',
    ]);
  });

  it('refuse a backup that is not what it was, and change nothing', async () => {
    await ai(['auth', 'backup']);
    const [set = ''] = readdirSync(inState(home, 'backups/sets'));
    plant(home, `backups/sets/${set}/files/global_state/claude/settings.json`, { theme: 'evil' });
    plant(home, credentials, claudeTokens('now', 4));
    const refused = await ai(['auth', 'restore', '--yes']);
    expect(refused).toMatchObject({ code: 125 });
    expect(refused.stderr).toContain('AI_BACKUP_DAMAGED');
    expect(readIn(home, credentials)).toContain('access-now');
    expect(readIn(home, 'global_state/claude/settings.json')).toContain('good');
  });

  it('are ended by the next `ai` where they were cut short', async () => {
    await ai(['auth', 'backup']);
    const [set = ''] = readdirSync(inState(home, 'backups/sets'));
    plant(home, credentials, claudeTokens('half', 4));
    plant(home, 'backups/restoring.json', { set });
    await ai(['auth', 'status']);
    expect(readIn(home, credentials)).toContain('access-good');
    expect(existsSync(inState(home, 'backups/restoring.json'))).toBe(false);
  });

  it('say what there is where there is no such backup', async () => {
    expect((await ai(['auth', 'restore', '--yes'])).stderr).toContain('AI_BACKUP_MISSING');
    expect((await ai(['auth', 'restore', 'codex', '--yes'])).stderr).toContain('AI_BACKUP_MISSING');
  });
});

describe('profiles', () => {
  it('are two accounts side by side, also at once', async () => {
    plant(home, credentials, claudeTokens('private', 3));
    plant(home, 'profiles/work/global_state/claude/.credentials.json', claudeTokens('work', 3));
    const [mine, work] = await Promise.all([
      see('cat ~/.shared-login/.credentials.json'),
      see('cat ~/.shared-login/.credentials.json', ['--profile', 'work']),
    ]);
    expect(mine.stdout).toContain('access-private');
    expect(work.stdout).toContain('access-work');
    expect((await status()).filter(({ kind }) => kind === 'account')).toMatchObject([
      { assistant: 'claude', profile: 'default' },
      { assistant: 'claude', profile: 'work' },
    ]);
    const variable = await runAi(
      ['exec', '--', 'cat', '/home/ai/.shared-login/.credentials.json'],
      {
        home,
        env: { AI_PROFILE: 'work' },
      },
    );
    expect(variable.stdout).toContain('access-work');
  });

  it('have names that are no paths', async () => {
    for (const name of ['../x', 'a/b', '', '.'])
      expect(await ai(['--profile', name, 'exec', '--', 'true'])).toMatchObject({ code: 2 });
  });
});

it('--lend gives the login without what renews it, and says how long it is good for', async () => {
  plant(home, credentials, claudeTokens('1', 3));
  const { stdout, stderr } = await see('cat ~/.claude/.credentials.json; ls ~/.shared-login', [
    '--lend',
  ]);
  expect(stdout).toContain('access-1');
  expect(stdout).not.toContain('refresh-1');
  expect(stderr).toMatch(/on loan: good for \d+ (min|h) more/);
  plant(home, credentials, claudeTokens('1', -1));
  expect((await see('true', ['--lend'])).stderr).toMatch(/on loan has expired/);
});

it('permissions are repaired by the next run', async () => {
  plant(home, credentials, claudeTokens('1', 3));
  plant(home, 'global_state/claude/agents/a.md', 'a');
  for (const file of [credentials, 'global_state/claude/agents/a.md'])
    chmodSync(inState(home, file), 0o644);
  for (const directory of ['global_state/claude', 'global_state/claude/agents'])
    chmodSync(inState(home, directory), 0o755);
  await see('true');
  const below = readdirSync(inState(home, 'global_state/claude'), { recursive: true });
  for (const name of ['', ...below.map(String)]) {
    const { mode } = lstatSync(inState(home, path.join('global_state/claude', name)));
    expect([name, mode & 0o077]).toEqual([name, 0]);
  }
});
