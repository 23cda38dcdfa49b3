// The real assistants on the host itself, installed by `ai`, against a fake model on loopback.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiOptions } from '../support/ai.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { stateOf } from '../support/left-behind.ts';
import { makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { asUser, mayActAsOthers, testUser } from '../support/user.ts';

let fake: FakeModel;
let home: string;
let temporary: string;
let cwd: string;
let asked = 0;
/** Not root: claude takes no --yolo from root on a machine itself. */
const user = mayActAsOthers ? testUser() : undefined;

beforeAll(async () => {
  fake = await startFakeModel();
  home = temporaryDirectory({ owner: user });
  temporary = temporaryDirectory({ owner: user });
  for (const name of ['claude', 'codex', 'qwen']) {
    const run = await runAi(['--native', '--yes', name, '--version'], options({}));
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stderr).toContain(' is installed in ');
  }
});
afterAll(async () => fake.close());
beforeEach(() => {
  cwd = makeRepository({ owner: user });
  asked = fake.requests.length;
});

/** With a place for temporary files that goes with the tests: claude keeps sockets and more in its own. */
const options = (env: NonNullable<AiOptions['env']>): AiOptions => ({
  ...{ home, user, cwd },
  env: { TMPDIR: temporary, CLAUDE_CODE_TMPDIR: temporary, ...env },
});

/** A file in the user's home, as it may have been for long. */
function writeHome(file: string, text: string): void {
  const name = path.join(home, file);
  mkdirSync(path.dirname(name), { recursive: true });
  writeFileSync(name, text);
  if (user) for (const owned of [path.dirname(name), name]) chownSync(owned, user.uid, user.gid);
}

/** What the model was sent in this test: headers and text of every request. */
const sent = (): string[] =>
  fake.requests.slice(asked).map(({ headers, text }) => JSON.stringify({ headers, text }));

async function expectTurns(assistant: string, env: NonNullable<AiOptions['env']>): Promise<void> {
  const plain = await runAi(['--native', '-p', 'hi', assistant], options(env));
  expect(plain, plain.stderr).toMatchObject({ code: 0 });
  expect(plain.stdout).toContain(fakeReply);
  const prompt = '[[bash: echo hi > out.txt]]';
  const tool = await runAi(['--native', '--yolo', '-p', prompt, assistant], options(env));
  expect(tool, tool.stderr).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(cwd, 'out.txt'), 'utf8')).toBe('hi\n');
}

const claudeEnvironment = (): NonNullable<AiOptions['env']> => ({
  ANTHROPIC_BASE_URL: fake.url,
  ANTHROPIC_API_KEY: 'sk-fake-for-this-endpoint',
});

describe('on the host', () => {
  it('claude takes a plain and a tool turn', async () => {
    await expectTurns('claude', claudeEnvironment());
  });

  it('codex takes a plain and a tool turn, with the settings of the user’s own home', async () => {
    writeHome('.codex/config.toml', `openai_base_url = "${fake.url}/v1"\n`);
    await expectTurns('codex', { CODEX_API_KEY: 'sk-fake' });
  });

  it('qwen takes a plain and a tool turn, on a Node that it accepts', async () => {
    await expectTurns('qwen', {
      OPENAI_API_KEY: 'sk-fake',
      OPENAI_BASE_URL: `${fake.url}/v1`,
      OPENAI_MODEL: 'fake-model',
    });
  });

  it('claude goes to a provider, with its key and nothing of what the user’s environment has', async () => {
    const env = {
      ...{ OLLAMA_HOST: `127.0.0.1:${fake.port}`, ANTHROPIC_API_KEY: 'sk-ant-api-of-claude' },
      ...{ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', CLAUDE_CODE_USE_BEDROCK: '1' },
      ANTHROPIC_CUSTOM_HEADERS: 'x-key: sk-ant-header',
    };
    const words = ['--native', '--model', 'ollama:m:7b', '-p', 'hi', 'claude'];
    const { code, stdout, stderr } = await runAi(words, options(env));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(fakeReply);
    const questions = fake.requests.slice(asked).filter(({ path: at }) => at === '/v1/messages');
    expect(questions.length).toBeGreaterThan(0);
    for (const { headers, body } of questions) {
      expect(headers.authorization).toBe('Bearer local');
      expect(body).toMatchObject({ model: 'm:7b' });
    }
    for (const text of sent()) expect(text).not.toMatch(/sk-ant-/);
  });

  describe('beside a login of Claude', () => {
    const token = 'sk-ant-oat01-of-claude';
    const login = {
      accessToken: token,
      refreshToken: 'sk-ant-ort01-of-claude',
      expiresAt: Date.now() + 36e5,
      scopes: ['user:inference', 'user:profile'],
      subscriptionType: 'max',
    };
    const endpoint = () => `${fake.url}/api/anthropic`;

    beforeAll(() => {
      writeHome('.claude/.credentials.json', JSON.stringify({ claudeAiOauth: login }));
      writeHome('.claude.json', '{"hasCompletedOnboarding":true}');
    });

    it('glm takes a plain and a tool turn with its own key, and the login reaches nobody', async () => {
      const env = {
        ZAI_API_KEY: 'zai-key',
        AI_ENV: `ANTHROPIC_BASE_URL=${endpoint()}`,
        ANTHROPIC_API_KEY: 'sk-ant-api-of-claude',
        CLAUDE_CODE_OAUTH_TOKEN: token,
        CLAUDE_SECURESTORAGE_CONFIG_DIR: path.join(home, '.claude'),
        CLAUDE_CONFIG_DIR: path.join(home, '.claude'),
      };
      await expectTurns('glm', env);
      const requests = fake.requests.slice(asked).filter(({ path: at }) => at.includes('messages'));
      expect(requests.length).toBeGreaterThan(2);
      for (const { headers } of requests) {
        expect(headers.authorization).toBe('Bearer zai-key');
        expect(headers).not.toHaveProperty('x-api-key');
      }
      for (const text of sent()) expect(text).not.toMatch(/sk-ant-/);
    });

    it('claude at another endpoint does not send it there either, which it would by itself', async () => {
      const env = { ANTHROPIC_BASE_URL: endpoint() };
      await runAi(['--native', '-p', 'hi', 'claude'], options(env));
      for (const text of sent()) expect(text).not.toMatch(/sk-ant-/);

      const { stdout } = await runAi(['--native', '--dry-run', 'claude'], options({}));
      const program = stdout.trim().split(' ').at(-1) ?? '';
      const { env: all } = aiCommand([], options(env));
      const [command = '', ...args] = asUser(user, [program, '-p', 'hi']);
      // Not synchronously: the model that it asks is in this process.
      const direct = spawn(command, args, { cwd, env: all, stdio: 'ignore' });
      await once(direct, 'exit');
      expect(sent().some((text) => text.includes(token))).toBe(true);
    });
  });

  it('claude holds a session, stops for Ctrl-Z and goes on', async () => {
    // Trust stays a question of claude’s on the host; this one answered it before.
    const trusted = { hasTrustDialogAccepted: true };
    const state = `.docker-ai-config/native/state/claude@127.0.0.1_${fake.port}/.claude`;
    writeHome(`${state}/.claude.json`, JSON.stringify({ projects: { [cwd]: trusted } }));
    const { command, env } = aiCommand(['--native'], options(claudeEnvironment()));
    const shell = asUser(user, ['bash', '--norc', '--noprofile', '-i']);
    const variables = { ...env, PS1: 'prompt> ' };
    const terminal = Terminal.open({ command: shell, cwd, env: variables, rows: 40, columns: 120 });
    await terminal.waitFor('prompt> ');
    const words = command.slice(command.lastIndexOf(process.execPath));
    terminal.type(`${words.map((word) => `'${word}'`).join(' ')}\r`);
    await terminal.waitFor('❯', { timeout: 60_000 });
    terminal.type('hello there');
    await terminal.waitFor('hello there');
    terminal.type('\r');
    await terminal.waitFor(fakeReply);
    terminal.type('\x1a');
    await terminal.waitFor('Stopped');
    terminal.type('echo the shell is "here"\r');
    await terminal.waitFor('the shell is here');
    terminal.type('fg\r');
    await terminal.waitFor('for agents');
    terminal.type('\x03');
    await terminal.waitFor('again to exit');
    terminal.type('\x03');
    await terminal.waitFor('prompt> ');
    terminal.type('echo code $?; stty -a\r');
    await terminal.waitFor('code 0');
    await terminal.waitFor(/ icanon .* echo /s);
    terminal.type('exit\r');
    await terminal.exit;
  });

  it('nothing else is left behind', () => {
    const found = execFileSync('find', [stateOf(home), '-maxdepth', '3', '-name', '*.tmp']);
    expect(found.toString()).toBe('');
  });
});
