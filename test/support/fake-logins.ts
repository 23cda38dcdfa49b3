// The login of a fake vendor as an assistant keeps it, in the state of a user, and whether it is still good for something.

import { chownSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writePrivate } from './claude-login.ts';
import type { FakeVendor, Tokens } from './fake-api/vendor.ts';
import { stateOf } from './left-behind.ts';
import { temporaryDirectory } from './test-directory.ts';
import type { TestUser } from './user.ts';

/** Where it stands below the assistant's truth, and how. */
interface Kept {
  file: string;
  write: (tokens: Tokens) => object;
  /** The refresh token in it. */
  read: (document: never) => string;
}

const google: Kept = {
  file: 'oauth_creds.json',
  write: ({ access, refresh, until }) => ({
    access_token: access,
    refresh_token: refresh,
    expiry_date: until,
  }),
  read: (document: { refresh_token: string }) => document.refresh_token,
};

const kept = {
  claude: {
    file: '.credentials.json',
    write: ({ access, refresh, until }) => ({
      claudeAiOauth: {
        accessToken: access,
        refreshToken: refresh,
        expiresAt: until,
        scopes: ['user:inference', 'user:profile'],
        subscriptionType: 'max',
      },
    }),
    read: (document: { claudeAiOauth: { refreshToken: string } }) =>
      document.claudeAiOauth.refreshToken,
  },
  codex: {
    file: 'auth.json',
    write: ({ access, refresh, id, until, seconds }) => ({
      auth_mode: 'chatgpt',
      OPENAI_API_KEY: null,
      tokens: {
        id_token: id,
        access_token: access,
        refresh_token: refresh,
        account_id: 'fake-account',
      },
      last_refresh: new Date(until - seconds * 1000).toISOString(),
    }),
    read: (document: { tokens: { refresh_token: string } }) => document.tokens.refresh_token,
  },
  gemini: google,
  qwen: google,
} as const satisfies Record<string, Kept>;

export type WithLogin = keyof typeof kept;

export interface LoggedIn {
  home: string;
  /** An empty project, the same for all sessions. */
  cwd: string;
  user: TestUser | undefined;
  /** The assistant's part of the truth. */
  truth: string;
  /** The file of the truth that it stands in. */
  login: string;
  /** True if what the truth holds is what the vendor would grant next. */
  isLoggedIn: () => boolean;
}

/** A user who has logged in at that vendor; `more` are further files of the truth. */
export function logIn(
  assistant: WithLogin,
  vendor: FakeVendor,
  {
    user,
    seconds,
    more = {},
  }: { user?: TestUser | undefined; seconds: number; more?: Readonly<Record<string, string>> },
): LoggedIn {
  const { file, write, read }: Kept = kept[assistant];
  const home = temporaryDirectory({ owner: user });
  const cwd = temporaryDirectory({ owner: user });
  const truth = path.join(stateOf(home), 'global_state', assistant);
  const files = { ...more, [file]: JSON.stringify(write(vendor.issue(seconds))) };
  for (const [name, text] of Object.entries(files)) writePrivate(path.join(truth, name), text);
  if (user !== undefined) {
    const steps = ['', ...Object.keys(files).map((name) => `global_state/${assistant}/${name}`)];
    const all = [...steps, 'global_state', `global_state/${assistant}`];
    for (const name of all) chownSync(path.join(stateOf(home), name), user.uid, user.gid);
  }
  const login = path.join(truth, file);
  return {
    ...{ home, cwd, user, truth, login },
    isLoggedIn: () => vendor.isCurrent(read(JSON.parse(readFileSync(login, 'utf8')) as never)),
  };
}
