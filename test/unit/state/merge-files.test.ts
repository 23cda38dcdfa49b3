// Files of logins merged, lent and logged out of: one line an example, for every assistant (forms as ASSISTANTS.md has them).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssistantState } from '../../../src/assistants/assistant.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import type { JsonValue } from '../../../src/base/json.ts';
import {
  holdsLogin,
  insideText,
  mergedText,
  readDocument,
  ruleOf,
  withoutLogins,
} from '../../../src/state/documents.ts';
import type { LoginContext } from '../../../src/state/merge-logins.ts';

const now = Date.parse('2026-11-26T12:00:00Z');
const hour = 3_600_000;
const usual: LoginContext = { now, loggedOut: false, loggedIn: false };
const loggedOut: LoginContext = { ...usual, loggedOut: true };

const token = (until: number): string =>
  `x.${Buffer.from(JSON.stringify({ exp: (now + until) / 1000 })).toString('base64url')}.x`;
const iso = (at: number): string => new Date(now + at).toISOString();
const claude = (refreshToken: string, until: number, more: object = {}): object => ({
  claudeAiOauth: {
    accessToken: `a-${refreshToken}`,
    refreshToken,
    expiresAt: now + until,
    ...more,
  },
});
const loggedOutClaude = { claudeAiOauth: { accessToken: '', refreshToken: '', expiresAt: 0 } };
const mcp = (name: string, until: number): object => ({
  [name]: { serverName: name, accessToken: name, refreshToken: 'r', expiresAt: now + until },
});
const codex = (refresh_token: string, made: number): object => ({
  auth_mode: 'chatgpt',
  OPENAI_API_KEY: null,
  tokens: { access_token: token(made + 240 * hour), refresh_token, account_id: 'ann' },
  last_refresh: iso(made),
});
const gemini = (refresh_token: string, until: number): object => ({
  access_token: 'a',
  refresh_token,
  token_type: 'Bearer',
  expiry_date: now + until,
});
const opencode = (refresh: string, until: number): object => ({
  type: 'oauth',
  refresh,
  access: 'a',
  expires: now + until,
});
const apiKey = { type: 'api', key: 'k' };
const copilot = (tokens: object, more: object = {}): object => ({
  authTokens: tokens,
  lastLoggedInUser: { host: 'https://github.com', login: 'ann' },
  ...more,
});
const stateOf = (name: BuiltInName): AssistantState => assistants[name].state;

describe('a file of logins', () => {
  type Text = object | string | undefined;
  const text = (value: Text): string | undefined =>
    typeof value === 'object' ? JSON.stringify(value) : value;
  const merge = (
    assistant: BuiltInName,
    file: string,
    [base, truth, session]: readonly [Text, Text, Text],
    context = usual,
  ): JsonValue | undefined => {
    const rule = ruleOf(stateOf(assistant), file);
    const texts = { base: text(base), truth: text(truth), session: text(session) ?? '' };
    return readDocument(rule, mergedText(rule, texts, context) ?? texts.truth);
  };
  const first = claude('1', hour);
  const second = claude('2', 2 * hour);
  const both = { ...first, mcpOAuth: { ...mcp('notes', hour), ...mcp('mail', hour) } };
  const onlyMail = { mcpOAuth: mcp('mail', hour) };
  const vendors = { anthropic: opencode('1', hour), openai: apiKey };
  const oneToken = copilot({ 'https://github.com:ann': 'gho_1' });
  const c = '.credentials.json';
  const o = 'oauth_creds.json';
  const d = 'data/auth.json';

  type Row = [string, BuiltInName, string, [Text, Text, Text], Text];
  it.each<Row>([
    ['claude renewed', 'claude', c, [first, first, second], second],
    ['claude renewed elsewhere', 'claude', c, [first, second, first], second],
    ['claude’s blanks after invalid_grant', 'claude', c, [first, first, loggedOutClaude], first],
    ['claude’s blanks over a renewed one', 'claude', c, [first, second, loggedOutClaude], second],
    ['half of a file', 'claude', c, [first, first, '{"claudeAiOauth":{"acc'], first],
    ['an empty file', 'claude', c, [first, first, ''], first],
    ['an empty object', 'claude', c, [first, first, {}], first],
    ['a list', 'claude', c, [first, first, '[]'], first],
    [
      'a text in the place of the login',
      'claude',
      c,
      [first, first, { claudeAiOauth: 'x' }],
      first,
    ],
    ['a loan of claude’s', 'claude', c, [first, first, claude('', 9 * hour)], first],
    [
      'an MCP login added',
      'claude',
      c,
      [first, second, { ...first, mcpOAuth: mcp('notes', hour) }],
      { ...second, mcpOAuth: mcp('notes', hour) },
    ],
    [
      'an MCP login renewed while claude’s was blanked',
      'claude',
      c,
      [
        both,
        both,
        { ...loggedOutClaude, mcpOAuth: { ...mcp('notes', 2 * hour), ...mcp('mail', hour) } },
      ],
      { ...first, mcpOAuth: { ...mcp('notes', 2 * hour), ...mcp('mail', hour) } },
    ],
    ['MCP logins gone', 'claude', c, [both, both, first], both],
    ['one MCP login gone', 'claude', c, [both, both, { ...first, ...onlyMail }], both],
    ['MCP logins that became a text', 'claude', c, [both, both, { ...first, mcpOAuth: 'x' }], both],
    [
      'a setting beside the login',
      'claude',
      c,
      [first, first, { ...first, organizationUuid: 'x' }],
      { ...first, organizationUuid: 'x' },
    ],
    ['glm’s own file', 'glm', c, [onlyMail, onlyMail, {}], onlyMail],
    [
      'codex renewed',
      'codex',
      'auth.json',
      [codex('1', 0), codex('1', 0), codex('2', hour)],
      codex('2', hour),
    ],
    [
      'codex renewed twice',
      'codex',
      'auth.json',
      [codex('1', 0), codex('3', 2 * hour), codex('2', hour)],
      codex('3', 2 * hour),
    ],
    [
      'a loan of codex’',
      'codex',
      'auth.json',
      [codex('', 0), codex('1', 0), codex('', hour)],
      codex('1', 0),
    ],
    [
      'a key for codex',
      'codex',
      'auth.json',
      [undefined, undefined, { OPENAI_API_KEY: 'sk-1' }],
      { OPENAI_API_KEY: 'sk-1' },
    ],
    [
      'codex logged out',
      'codex',
      'auth.json',
      [codex('1', 0), codex('1', 0), { tokens: null, OPENAI_API_KEY: null }],
      codex('1', 0),
    ],
    [
      'gemini renewed',
      'gemini',
      o,
      [gemini('1', 0), gemini('1', 0), gemini('1', hour)],
      gemini('1', hour),
    ],
    [
      'gemini renewed without its refresh token',
      'gemini',
      o,
      [gemini('1', 0), gemini('1', 0), gemini('', hour)],
      gemini('1', 0),
    ],
    [
      'gemini’s account gone',
      'gemini',
      'google_accounts.json',
      [
        { active: 'a', old: [] },
        { active: 'a', old: [] },
        { active: null, old: ['a'] },
      ],
      { active: 'a', old: ['a'] },
    ],
    [
      'gemini’s key, encrypted',
      'gemini',
      'gemini-credentials.json',
      ['aa:bb', 'aa:bb', 'cc:dd'],
      'cc:dd',
    ],
    [
      'gemini’s key, emptied',
      'gemini',
      'gemini-credentials.json',
      ['aa:bb', 'aa:bb', ' \n'],
      'aa:bb',
    ],
    [
      'qwen renewed',
      'qwen',
      o,
      [gemini('1', 0), gemini('1', 0), gemini('2', hour)],
      gemini('2', hour),
    ],
    [
      'one vendor renewed here, one there',
      'opencode',
      d,
      [
        { a: opencode('1', 0), b: opencode('1', 0) },
        { a: opencode('2', hour), b: opencode('1', 0) },
        { a: opencode('1', 0), b: opencode('2', hour) },
      ],
      { a: opencode('2', hour), b: opencode('2', hour) },
    ],
    ['one vendor gone', 'opencode', d, [vendors, vendors, { openai: apiKey }], vendors],
    [
      'a vendor added on each side',
      'opencode',
      d,
      [vendors, { ...vendors, x: apiKey }, { ...vendors, y: apiKey }],
      { ...vendors, x: apiKey, y: apiKey },
    ],
    [
      'another key of a vendor',
      'opencode',
      d,
      [vendors, vendors, { ...vendors, openai: { type: 'api', key: 'new' } }],
      { ...vendors, openai: { type: 'api', key: 'new' } },
    ],
    [
      'a login that has no end',
      'opencode',
      d,
      [{}, {}, { 'github-copilot': { type: 'oauth', refresh: 'g', access: 'g', expires: 0 } }],
      { 'github-copilot': { type: 'oauth', refresh: 'g', access: 'g', expires: 0 } },
    ],
    [
      'a vendor called like what objects have',
      'opencode',
      d,
      [{}, {}, '{"__proto__":{"type":"api","key":"k"},"constructor":{"type":"api","key":"k"}}'],
      '{"__proto__":{"type":"api","key":"k"},"constructor":{"type":"api","key":"k"}}',
    ],
    [
      'copilot’s file with comments',
      'copilot',
      'config.json',
      ['{}', '{}', `// Managed by copilot\n${JSON.stringify(oneToken)}`],
      oneToken,
    ],
    [
      'copilot logged out',
      'copilot',
      'config.json',
      [oneToken, oneToken, { authTokens: {} }],
      oneToken,
    ],
    [
      'a setting of copilot’s',
      'copilot',
      'config.json',
      [oneToken, oneToken, { ...oneToken, banner: 'never' }],
      { ...oneToken, banner: 'never' },
    ],
  ])('survives, with what is new in it: %s', (_what, assistant, file, texts, expected) => {
    const rule = ruleOf(stateOf(assistant), file);
    expect(merge(assistant, file, texts)).toEqual(readDocument(rule, text(expected)));
  });

  type Lend = [BuiltInName, string, object | string];
  it.each<Lend>([
    ['claude', c, both],
    ['codex', 'auth.json', codex('secret', 0)],
    ['gemini', o, gemini('secret', hour)],
    ['qwen', o, gemini('secret', hour)],
    ['opencode', d, { anthropic: opencode('secret', hour) }],
  ])(
    'of %s is lent without what renews it, and never comes back in its place',
    (name, file, whole) => {
      const rule = ruleOf(stateOf(name), file);
      const lent = insideText(rule, JSON.stringify(whole), { paths: [], lend: true });
      expect(lent).not.toMatch(/secret|"r"|"1"/);
      expect(holdsLogin(rule, readDocument(rule, lent))).toBe(true);
      for (const base of [lent, JSON.stringify(whole), undefined])
        expect(merge(name, file, [base, whole, lent])).toEqual(whole);
    },
  );

  it.each<Lend>([
    ['claude', c, both],
    ['codex', 'auth.json', codex('1', 0)],
    ['gemini', o, gemini('1', hour)],
    ['gemini', 'gemini-credentials.json', 'aa:bb'],
    ['qwen', o, gemini('1', hour)],
    ['opencode', d, vendors],
    ['copilot', 'config.json', oneToken],
  ])(
    'of %s comes back neither as it was nor renewed when the user has logged out',
    (name, file, whole) => {
      const rule = ruleOf(stateOf(name), file);
      const document = readDocument(rule, text(whole))!;
      const rest = withoutLogins(rule, document);
      expect(holdsLogin(rule, rest)).toBe(false);
      for (const truth of [undefined, rest]) {
        const versions = [whole, text(truth as object | undefined), whole] as const;
        expect(holdsLogin(rule, merge(name, file, versions, loggedOut))).toBe(false);
        // The same login over an emptied copy is a new one.
        const anew = [
          text(rest as object | undefined),
          text(truth as object | undefined),
          whole,
        ] as const;
        expect(holdsLogin(rule, merge(name, file, anew, loggedOut))).toBe(true);
      }
    },
  );

  it.each(['', ' \n', '{ torn'])('of settings is not changed by a session’s %j', (session) => {
    const rule = ruleOf(stateOf('claude'), 'settings.json');
    const texts = { base: '{"a":1}', truth: '{"a":1}', session };
    expect(mergedText(rule, texts, usual)).toBeUndefined();
  });

  it('keeps its login when it is merged with anything that holds none', () => {
    const nothing = fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as JsonValue);
    fc.assert(
      fc.property(nothing, nothing, nothing, (login, servers, other) => {
        const session = { claudeAiOauth: login, mcpOAuth: servers, other } as object;
        const merged = merge('claude', c, [both, both, session]) as typeof both & {
          other: unknown;
        };
        expect(merged).toEqual({ ...merged, ...both });
        expect(merged.other).toEqual(other);
      }),
    );
  });
});
