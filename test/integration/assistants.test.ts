// ai assistants: what a user sees of the seven, with an engine and without one, and that no secret is among it.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { builtInNames } from '../../src/base/assistant-definition.ts';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { connectToEngine } from '../support/engine.ts';
import { stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

interface Listed {
  default: string | null;
  engine: { reached: boolean; problem: string | null };
  assistants: {
    name: string;
    version: string;
    image: { tag: string; state: string; size: number | null };
    login: string;
    logins: object[];
    unreadable: string[];
  }[];
}

const docker = connectToEngine();
const secret = 'sk-very-secret';
let home: string;

beforeEach(() => {
  home = temporaryDirectory();
});

const ai = (args: string[], env: Record<string, string> = {}): Promise<AiResult> =>
  runAi(args, { home, env });

async function list(env: Record<string, string> = {}): Promise<Listed> {
  const { code, stdout, stderr } = await ai(['assistants', '--json'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Listed;
}

function put(file: string, content: string): string {
  const place = path.join(stateOf(home), 'global_state', file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
  return place;
}

/** An image base that no other test has: then no assistant has its image. */
const ownBase = `ai-test/base:assistants-${process.pid}`;
const made: string[] = [];
afterAll(async () => {
  for (const tag of made) await docker.getImage(tag).remove({ force: true });
});

describe('images', () => {
  it('are built, or not', async () => {
    const before = await list({ AI_IMAGE_BASE: ownBase });
    expect(before.engine).toEqual({ reached: true, problem: null });
    for (const { image } of before.assistants) expect(image.state).not.toBe('built');

    const { tag } = before.assistants.find(({ name }) => name === 'claude')!.image;
    made.push(tag);
    execFileSync('docker', ['build', '--quiet', '--tag', tag, '-'], {
      input: 'FROM scratch\nLABEL ai.image=claude\n',
    });
    const after = await list({ AI_IMAGE_BASE: ownBase });
    const stateOfImage = (name: string): object =>
      after.assistants.find((assistant) => assistant.name === name)!.image;
    expect(stateOfImage('glm')).toEqual(stateOfImage('claude'));
    expect(stateOfImage('claude')).toEqual({ tag, state: 'built', size: 0, project: null });
  });

  it('are not known without an engine, which is said once and is no failure', async () => {
    const env = { DOCKER_HOST: 'unix:///nonesuch.sock' };
    const listed = await list(env);
    expect(listed.engine).toEqual({ reached: false, problem: 'AI_ENGINE_UNREACHABLE' });
    expect(new Set(listed.assistants.map(({ image }) => image.state))).toEqual(
      new Set(['unknown']),
    );
    const { code, stdout, stderr } = await ai(['assistants'], env);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toHaveLength(1 + builtInNames.length + 1);
    expect(stderr).toMatch(
      /^ai: images not known: cannot reach the engine at unix:\/\/\/nonesuch.sock: [^\n]+\n$/,
    );
  });
});

describe('logins', () => {
  it('are told by kind and by name, and never repeated', async () => {
    put(
      'claude/.credentials.json',
      JSON.stringify({ claudeAiOauth: { accessToken: secret, refreshToken: secret } }),
    );
    put(
      'claude/.claude.json',
      JSON.stringify({ oauthAccount: { emailAddress: 'me@example.org' } }),
    );
    put('gemini/oauth_creds.json', JSON.stringify({ access_token: secret, expiry_date: 1000 }));
    put('codex/auth.json', `{"OPENAI_API_KEY":"${secret}`);
    const keyFile = put('secrets/zai_key', secret);
    const env = { GH_TOKEN: secret };
    const { assistants } = await list(env);
    const logins = Object.fromEntries(
      assistants.map(({ name, login, logins: found }) => [name, [login, ...found]]),
    );
    const account = { kind: 'account', who: null, until: null, expired: false };
    expect(logins).toEqual({
      claude: ['present', { ...account, who: 'me@example.org' }],
      gemini: ['expired', { ...account, until: '1970-01-01T00:00:01.000Z', expired: true }],
      codex: ['unknown'],
      glm: ['present', { kind: 'file', path: keyFile }],
      opencode: ['none'],
      qwen: ['none'],
      copilot: ['present', { kind: 'variable', name: 'GH_TOKEN' }],
    });
    const table = await ai(['assistants'], env);
    expect(table.stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'ASSISTANT | VERSION | IMAGE | LOGIN',
      expect.stringMatching(/^claude \(default\) .*account me@example.org$/),
      expect.stringMatching(/^gemini .*account, expired$/),
      expect.stringMatching(/^codex .*unknown$/),
      expect.stringMatching(/^glm .*key file$/),
      expect.stringMatching(/^opencode .*none$/),
      expect.stringMatching(/^qwen .*none$/),
      expect.stringMatching(/^copilot .*key in GH_TOKEN$/),
      '',
    ]);
    expect(JSON.stringify(assistants) + table.stdout + table.stderr).not.toContain(secret);
  });

  it.runIf(mayActAsOthers)('are unknown where a file is not the user’s to read', async () => {
    const user = testUser();
    home = temporaryDirectory({ owner: user });
    const file = put('codex/auth.json', '{}');
    chmodSync(file, 0);
    const { code, stdout } = await runAi(['assistants', '--json'], { home, user });
    expect(code).toBe(0);
    const codex = (JSON.parse(stdout) as Listed).assistants.find(({ name }) => name === 'codex');
    expect(codex).toMatchObject({ login: 'unknown', unreadable: [file] });
  });
});

describe('the default', () => {
  it('is marked', async () => {
    expect((await list({ AI_ASSISTANT: 'qwen' })).default).toBe('qwen');
    const { stdout } = await ai(['assistants'], { AI_ASSISTANT: 'qwen' });
    expect(stdout).toMatch(/^qwen \(default\) /m);
    expect(stdout.match(/default/g)).toHaveLength(1);
  });

  it('may be wrong: the list says so, and helps', async () => {
    expect((await ai(['assistants', '--json'], { AI_ASSISTANT: 'qwne' })).stdout).toContain(
      '"default": null',
    );
    const { code, stderr } = await ai(['assistants'], { AI_ASSISTANT: 'qwne' });
    expect(code).toBe(0);
    expect(stderr).toContain('“qwne”, is not an assistant');
  });
});

it('fits 80 columns at a terminal, however long a name is', async () => {
  put(
    'claude/.credentials.json',
    JSON.stringify({ claudeAiOauth: { accessToken: secret, refreshToken: secret } }),
  );
  const emailAddress = `${'long'.repeat(20)}@example.org`;
  put('claude/.claude.json', JSON.stringify({ oauthAccount: { emailAddress } }));
  const terminal = Terminal.open({ ...aiCommand(['assistants'], { home }), columns: 80 });
  expect(await terminal.exit).toEqual({ code: 0, signal: null });
  const lines = terminal.visible.trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(1 + builtInNames.length);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(terminal.visible).toContain('account longlong');
});

it.each([
  [['assistants', 'claude'], 'takes no arguments'],
  [['assistants', '--dry-run'], 'does not take --dry-run'],
  [['assistants', '-p', 'x'], 'does not take --prompt'],
])('%j is wrong usage', async (args, words) => {
  const { code, stdout, stderr } = await ai(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
});
