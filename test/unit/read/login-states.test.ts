// Which logins are here: found where each assistant keeps them, read with care, and never repeated.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { assistants } from '../../../src/assistants/registry.ts';
import { builtInNames, type BuiltInName } from '../../../src/base/assistant-definition.ts';
import { readLoginStates, type LoginStates } from '../../../src/read/login-states.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let stateDirectory: string;
beforeEach(() => {
  stateDirectory = temporaryDirectory();
});

const at = (file: string): string => path.join(stateDirectory, 'global_state', file);
function put(file: string, content: unknown): void {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), typeof content === 'string' ? content : JSON.stringify(content));
}
const read = (
  name: BuiltInName,
  environment: Record<string, string> = {},
  env: Record<string, string | null> = {},
): LoginStates =>
  readLoginStates(
    { stateDirectory, environment, settings: { env, profile: 'default', assistants: {} } },
    assistants[name],
  );

const secret = 'sk-very-secret';
const claudeLogin = (more: object = {}): object => ({
  claudeAiOauth: { accessToken: secret, refreshToken: secret, expiresAt: 1, ...more },
});

describe('the login in its own files', () => {
  it.each<[BuiltInName, Record<string, unknown>, object | undefined]>([
    ['claude', {}, undefined],
    ['claude', { '.credentials.json': claudeLogin() }, { kind: 'account' }],
    [
      'claude',
      {
        '.credentials.json': claudeLogin(),
        '.claude.json': { oauthAccount: { emailAddress: 'a@b' } },
      },
      { kind: 'account', who: 'a@b' },
    ],
    [
      'claude',
      { '.credentials.json': claudeLogin({ refreshToken: '' }) },
      { kind: 'account', until: 1 },
    ],
    ['claude', { '.credentials.json': claudeLogin({ accessToken: '' }) }, undefined],
    [
      'gemini',
      { 'oauth_creds.json': { refresh_token: secret }, 'google_accounts.json': { active: 'a@b' } },
      { kind: 'account', who: 'a@b' },
    ],
    [
      'gemini',
      { 'oauth_creds.json': { access_token: secret, expiry_date: 5 } },
      { kind: 'account', until: 5 },
    ],
    ['codex', { 'auth.json': { OPENAI_API_KEY: secret } }, { kind: 'key' }],
    ['codex', { 'auth.json': { tokens: { refresh_token: secret } } }, { kind: 'account' }],
    ['opencode', { 'data/auth.json': { openai: { type: 'api', key: secret } } }, { kind: 'key' }],
    ['opencode', { 'data/auth.json': { github: { type: 'oauth' } } }, { kind: 'account' }],
    ['qwen', { 'oauth_creds.json': { access_token: secret } }, { kind: 'account' }],
    [
      'copilot',
      { 'config.json': `// do not edit\n{ "lastLoggedInUser": { "login": "me" } }` },
      { kind: 'account', who: 'me' },
    ],
    ['glm', { '.credentials.json': claudeLogin() }, undefined],
  ])('of %s, with %j', (name, files, login) => {
    for (const [file, content] of Object.entries(files)) put(`${name}/${file}`, content);
    expect(read(name)).toEqual({
      state: at(name),
      found: login === undefined ? [] : [login],
      unreadable: [],
    });
    expect(JSON.stringify(read(name))).not.toContain(secret);
  });

  it.each<[string, (file: string) => void]>([
    [
      'breaks off',
      (file) => {
        writeFileSync(file, '{"claudeAiOauth":');
      },
    ],
    [
      'is a link',
      (file) => {
        writeFileSync(`${file}.2`, JSON.stringify(claudeLogin()));
        symlinkSync(`${file}.2`, file);
      },
    ],
    [
      'is a directory',
      (file) => {
        mkdirSync(file);
      },
    ],
    [
      'is far too large',
      (file) => {
        writeFileSync(file, ' '.repeat(33 * 1024 ** 2));
      },
    ],
  ])('is unknown where the file %s', (_what, make) => {
    mkdirSync(at('claude'), { recursive: true });
    const file = at('claude/.credentials.json');
    make(file);
    expect(read('claude')).toMatchObject({ found: [], unreadable: [file] });
  });

  it('is unknown where a link stands for its directory', () => {
    put('elsewhere/.credentials.json', claudeLogin());
    symlinkSync(at('elsewhere'), at('claude'));
    expect(read('claude')).toMatchObject({
      found: [],
      unreadable: [at('claude/.credentials.json')],
    });
  });

  it('is none where a log-out has emptied the file', () => {
    put('claude/.credentials.json', '');
    expect(read('claude')).toMatchObject({ found: [], unreadable: [] });
  });

  it.each(builtInNames)('of %s survives whatever stands in its files', (name) => {
    const files = new Set<string>();
    assistants[name].state.login((file) => void files.add(file));
    for (const content of [
      'null',
      '[]',
      '1',
      '"x"',
      '{"claudeAiOauth":1,"tokens":[],"lastLoggedInUser":null,"x":null}',
    ]) {
      for (const file of files) put(path.join(name, file), content);
      expect(read(name).unreadable).toEqual([]);
    }
  });
});

describe('keys', () => {
  it.each<[BuiltInName, Record<string, string>, Record<string, string | null>, string[]]>([
    ['claude', { ANTHROPIC_API_KEY: secret }, {}, ['ANTHROPIC_API_KEY']],
    ['claude', { ANTHROPIC_API_KEY: '' }, {}, []],
    ['claude', { ANTHROPIC_MODEL: 'x', OPENAI_API_KEY: secret }, {}, []],
    ['claude', {}, { ANTHROPIC_API_KEY: secret }, ['ANTHROPIC_API_KEY']],
    ['claude', { ANTHROPIC_API_KEY: secret }, { ANTHROPIC_API_KEY: null }, ['ANTHROPIC_API_KEY']],
    ['claude', {}, { ANTHROPIC_API_KEY: null }, []],
    ['claude', { ANTHROPIC_API_KEY: secret }, { ANTHROPIC_API_KEY: '' }, []],
    ['glm', { ZAI_API_KEY: secret }, {}, ['ZAI_API_KEY']],
    ['glm', {}, { ANTHROPIC_AUTH_TOKEN: secret }, ['ANTHROPIC_AUTH_TOKEN']],
    ['glm', { ANTHROPIC_API_KEY: secret, ANTHROPIC_AUTH_TOKEN: secret }, {}, []],
    ['copilot', { GH_TOKEN: secret }, {}, ['GH_TOKEN']],
  ])('of %s in variables %j and the setting env %j', (name, environment, env, names) => {
    const found = read(name, environment, env);
    expect(found.found).toEqual(names.map((variable) => ({ kind: 'variable', name: variable })));
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  it('in a file are named by it', () => {
    put('secrets/zai_key', `${secret}\n`);
    expect(read('glm').found).toEqual([{ kind: 'file', path: at('secrets/zai_key') }]);
    expect(read('claude').found).toEqual([]);
    put('secrets/zai_key', '\n');
    expect(read('glm')).toMatchObject({ found: [], unreadable: [] });
  });

  it('in a file that a run can make nothing of are unknown', () => {
    put('secrets/zai_key', `${secret}\n${secret}\n`);
    expect(read('glm')).toMatchObject({ found: [], unreadable: [at('secrets/zai_key')] });
  });
});

it('at another vendor’s endpoint the state is another, and logins at the vendor are not counted', () => {
  put('claude/.credentials.json', claudeLogin());
  const environment = {
    ANTHROPIC_BASE_URL: 'https://proxy.example',
    CLAUDE_CODE_OAUTH_TOKEN: secret,
    ANTHROPIC_API_KEY: secret,
  };
  expect(read('claude', environment)).toEqual({
    state: at('claude@proxy.example'),
    found: [{ kind: 'variable', name: 'ANTHROPIC_API_KEY' }],
    unreadable: [],
  });
});
