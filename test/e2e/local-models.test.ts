// A model on this machine's loopback: every real assistant that can talks to it, with nothing of its vendor's, and without a network.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuiltInName } from '../../src/base/assistant-definition.ts';
import { aiCommand, runAi } from '../support/ai.ts';
import { fakeReply } from '../support/fake-api/answer.ts';
import { startFakeModel } from '../support/fake-api/server.ts';
import type { FakeModel } from '../support/fake-api/server.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { claudeTokens, geminiTokens, inState, plant, secretMark } from '../support/logins.ts';
import { makeImage } from '../support/ready-home.ts';
import { makeRepository } from '../support/repository.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { askAtTerminal, realAssistants } from './real-assistants.ts';

interface Local {
  name: BuiltInName;
  /** The API that it asks through. */
  asks: RegExp;
  /** The provider of its session, and how it asks there, where that is another way. */
  session: readonly [provider: 'ollama' | 'lmstudio' | 'work', asks: RegExp];
  /** Where it keeps the login at its vendor, and as what. */
  login: readonly [file: string, content: unknown];
}

const expires = Date.now() + 3_600_000;

const locals: readonly Local[] = [
  {
    name: 'claude',
    asks: /^\/v1\/messages$/,
    session: ['work', /^\/v1\/messages$/],
    login: ['.credentials.json', claudeTokens('claude', 2)],
  },
  {
    name: 'codex',
    asks: /^\/v1\/responses$/,
    session: ['ollama', /^\/v1\/responses$/],
    login: ['auth.json', { auth_mode: 'apikey', OPENAI_API_KEY: `${secretMark}-codex` }],
  },
  {
    name: 'opencode',
    asks: /^\/v1\/chat\/completions$/,
    session: ['work', /^\/v1\/messages$/],
    login: [
      'data/auth.json',
      {
        ollama: { type: 'api', key: `${secretMark}-of-ollama` },
        anthropic: {
          ...{ type: 'oauth', expires },
          ...{ access: `${secretMark}-access`, refresh: `${secretMark}-refresh` },
        },
      },
    ],
  },
  {
    name: 'qwen',
    asks: /^\/v1\/chat\/completions$/,
    session: ['lmstudio', /^\/v1\/chat\/completions$/],
    login: ['oauth_creds.json', geminiTokens('qwen', 2)],
  },
  {
    name: 'copilot',
    asks: /^\/v1\/chat\/completions$/,
    session: ['work', /^\/v1\/messages$/],
    login: [
      'config.json',
      {
        authTokens: { 'https://github.com:ann': `${secretMark}-copilot` },
        lastLoggedInUser: { host: 'https://github.com', login: 'ann' },
      },
    ],
  },
];

/** Every key of every vendor that the user may have, none of which is for a model of the user's own. */
const vendorKeys = Object.fromEntries(
  [
    ...['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    ...['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'OPENCODE_API_KEY'],
    ...['DASHSCOPE_API_KEY', 'COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
  ].map((name) => [name, `${secretMark}-${name}`]),
);

/** What would send it to another cloud, or along with a key, if it got there. */
const elsewhere = [
  ...['CLAUDE_CODE_USE_BEDROCK=1', 'ANTHROPIC_BEDROCK_BASE_URL=http://127.0.0.1:9'],
  ...[`ANTHROPIC_CUSTOM_HEADERS=x-key: ${secretMark}-header`, 'OPENAI_BASE_URL=http://127.0.0.1:9'],
  ...['COPILOT_PROVIDER_MODEL_ID=other', 'COPILOT_PROVIDER_BASE_URL=http://127.0.0.1:9'],
].flatMap((text) => ['-e', text]);

/** A project whose own settings name another place, where nothing answers. */
function makeOtherwiseMinded(): string {
  const cwd = makeRepository();
  const url = 'http://127.0.0.1:9/v1';
  const variables = `OPENAI_BASE_URL=${url}\nOPENAI_API_KEY=k\nOPENAI_MODEL=other\n`;
  const provider = { baseURL: url, apiKey: 'k' };
  const files = {
    '.env': variables,
    '.qwen/.env': variables,
    '.qwen/settings.json': JSON.stringify({
      env: { OPENAI_BASE_URL: url },
      model: { name: 'other' },
      security: { auth: { selectedType: 'openai', baseUrl: url, apiKey: 'k' } },
    }),
    '.codex/config.toml': `model = "other"\nmodel_provider = "other"\nprofile = "other"
[profiles.other]\nmodel_provider = "other"
[model_providers.other]\nname = "other"\nbase_url = "${url}"
[model_providers.ai-ollama]\nname = "other"\nbase_url = "${url}"\n`,
    'opencode.json': JSON.stringify({
      ...{ model: 'other/m', small_model: 'other/m', enabled_providers: ['other'] },
      provider: {
        other: { npm: '@ai-sdk/openai-compatible', options: provider, models: { m: {} } },
        ollama: { options: provider },
      },
    }),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    writeFileSync(path.join(cwd, name), text);
  }
  return cwd;
}

let fake: FakeModel;

beforeAll(async () => {
  // On loopback, where no container gets by itself.
  fake = await startFakeModel('127.0.0.1');
  for (const { name } of locals) await makeImage(name);
});
afterAll(async () => fake.close());

/** A user who is logged in at the vendor, has keys of all of them, and three providers at the fake's port. */
function newUser({ name, login: [file, content] }: Local) {
  const home = temporaryDirectory();
  const cwd = makeOtherwiseMinded();
  const url = `http://127.0.0.1:${fake.port}`;
  const providers = { lmstudio: { url }, work: { url, api: 'anthropic', key: 'WORK_KEY' } };
  const login = `global_state/${name}/${file}`;
  plant(home, login, content);
  writeFileSync(inState(home, 'config.yaml'), JSON.stringify({ providers }));
  const before = readFileSync(inState(home, login), 'utf8');
  return {
    ...{ home, cwd },
    start: {
      ...{ home, cwd },
      env: { ...vendorKeys, OLLAMA_HOST: `127.0.0.1:${fake.port}`, WORK_KEY: 'key-of-work' },
    },
    words: (provider: string, ...more: string[]): string[] => [
      ...['--model', `${provider}:${name}:7b`, '--network', 'none', ...elsewhere],
      ...[...more, name],
    ],
    isLoginAsBefore: () => readFileSync(inState(home, login), 'utf8') === before,
  };
}

/** What that assistant's runs have asked. */
const asked = (name: string) =>
  fake.requests.filter(
    ({ body }) => (body as { model?: string } | undefined)?.model === `${name}:7b`,
  );

describe('a model of Ollama on loopback', () => {
  it.concurrent.each(locals)('$name asks it, and works with its tools', async (local) => {
    const { name, asks } = local;
    const { words, start, cwd, home, isLoginAsBefore } = newUser(local);
    const run = await runAi(words('ollama', '--yolo', '-p', '[[bash: echo hi > out.txt]]'), start);
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(run.stdout).toContain(`${fakeReply} tool said:`);
    expect(readFileSync(path.join(cwd, 'out.txt'), 'utf8')).toBe('hi\n');

    const questions = asked(name);
    expect(questions.length).toBeGreaterThanOrEqual(2);
    for (const { path: place, from, headers } of questions) {
      expect([place, from]).toEqual([expect.stringMatching(asks), '127.0.0.1']);
      expect(headers.authorization ?? headers['x-api-key']).toMatch(/^(Bearer )?local$/);
    }
    expect(isLoginAsBefore()).toBe(true);
    await expectNothingLeft(home);
  });

  it.each(locals)('$name holds a session, without a question before it', async (local) => {
    const { words, start, home } = newUser(local);
    const [provider, asks] = local.session;
    const before = asked(local.name).length;
    const { ready, quit } = realAssistants.find(({ name }) => name === local.name)!;
    const terminal = Terminal.open({
      ...aiCommand(words(provider), start),
      rows: 40,
      columns: 120,
    });
    await terminal.waitFor(ready, { timeout: 60_000 });
    await askAtTerminal(terminal);
    await quit(terminal);
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    const questions = asked(local.name).slice(before);
    expect(questions.length).toBeGreaterThanOrEqual(1);
    const key = provider === 'work' ? 'key-of-work' : 'local';
    for (const { path: place, headers } of questions) {
      expect(place).toMatch(asks);
      expect(headers.authorization ?? headers['x-api-key']).toMatch(
        new RegExp(`^(Bearer )?${key}$`),
      );
    }
    await expectNothingLeft(home);
  });

  it('nobody has sent it anything of a vendor’s', () => {
    expect(fake.requests.length).toBeGreaterThan(2 * locals.length);
    const said = fake.requests.map(({ headers, text }) => JSON.stringify({ headers, text }));
    expect(said.filter((text) => text.includes(secretMark))).toEqual([]);
  });
});
