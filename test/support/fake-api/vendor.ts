// A vendor's login behind the fake model: access tokens that end, and refresh tokens that work once (claude and codex).

import { setTimeout as wait } from 'node:timers/promises';
import type { FakeRequest, Reply } from './endpoint.ts';

export interface FakeVendor {
  /** For startFakeModel. */
  answer: (request: FakeRequest) => Reply | Promise<Reply> | undefined;
  /** Tokens as after a login, good for as long as said. */
  issue: (seconds?: number) => Tokens;
  /** Refreshes that were granted, and those with a token that was spent or never given. */
  readonly granted: number;
  readonly refused: number;
  /** True for the refresh token that would be granted next. */
  isCurrent: (refreshToken: string) => boolean;
}

export interface Tokens {
  access: string;
  refresh: string;
  id: string;
  /** Milliseconds since 1970. */
  until: number;
  /** For which they are good from the first moment. */
  seconds: number;
}

export interface VendorOptions {
  /** Seconds that an access token is good for. */
  lifetime: number;
  /** Milliseconds that a refresh takes, after the old token is spent. */
  delay?: number;
  /** Milliseconds that an access token is taken once there is a newer one; to its end by default. */
  overlap?: number;
  /** When a refresh is granted: the address that it came from. It may not have its answer yet. */
  onGranted?: (from: string) => void;
}

export function makeVendor({
  lifetime,
  delay = 0,
  overlap = Infinity,
  onGranted,
}: VendorOptions): FakeVendor {
  const current = new Set<string>();
  const ends = new Map<string, number>();
  let serial = 0;
  let [granted, refused] = [0, 0];

  const issue = (seconds = lifetime): Tokens => {
    const number = ++serial;
    const until = Date.now() + seconds * 1000;
    const access = jwt(`access-${number}`, seconds);
    current.add(`refresh-${number}`);
    for (const [older, end] of ends) ends.set(older, Math.min(end, Date.now() + overlap));
    ends.set(access, until);
    return { access, refresh: `refresh-${number}`, id: jwt(`id-${number}`, 3600), until, seconds };
  };

  const refresh = async (token: string, from: string): Promise<Reply> => {
    if (!current.delete(token)) {
      refused++;
      return { status: 400, json: { error: 'invalid_grant' } };
    }
    granted++;
    onGranted?.(from);
    await wait(delay);
    return answerWith(issue());
  };

  const answerWith = (tokens: Tokens): Reply => {
    return {
      json: {
        token_type: 'Bearer',
        expires_in: Math.round((tokens.until - Date.now()) / 1000),
        // For programs that count in milliseconds.
        expires_at: tokens.until,
        scope: 'user:inference user:profile',
        access_token: tokens.access,
        refresh_token: tokens.refresh,
        id_token: tokens.id,
      },
    };
  };

  return {
    issue,
    get granted() {
      return granted;
    },
    get refused() {
      return refused;
    },
    isCurrent: (token) => current.has(token),
    answer: (request) => {
      if (request.method === 'POST' && request.path.endsWith('/oauth/token')) {
        const { refresh_token: token, grant_type: kind } = bodyOf(request);
        // The end of a login: any code will do.
        if (kind === 'authorization_code') return answerWith(issue());
        return refresh(typeof token === 'string' ? token : '', request.from);
      }
      if (request.path.endsWith('/revoke')) return { json: {} };
      if (request.path === '/api/oauth/profile') return { json: profile };
      const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      const until = bearer === undefined ? undefined : ends.get(bearer);
      const isOver = until === undefined ? bearer !== undefined : until < Date.now();
      return isOver ? { status: 401, json: expired } : undefined;
    },
  };
}

const expired = {
  type: 'error',
  error: { type: 'authentication_error', message: 'token expired', code: 'token_expired' },
};

const profile = {
  account: { uuid: 'fake-account', email: 'fake@example.invalid', has_claude_max: true },
  organization: { uuid: 'fake-org', organization_type: 'claude_max' },
};

function bodyOf({ body, text }: FakeRequest): Record<string, unknown> {
  return (body ?? Object.fromEntries(new URLSearchParams(text))) as Record<string, unknown>;
}

/** Unsigned: programs read the end of a token, and whose it is, without asking whether it is genuine. */
function jwt(subject: string, seconds: number): string {
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const account = {
    chatgpt_plan_type: 'plus',
    chatgpt_account_id: 'fake-account',
    chatgpt_user_id: 'fake-user',
  };
  const payload = {
    ...{ sub: subject, jti: subject, iat: now, exp: now + seconds, email: 'fake@example.invalid' },
    'https://api.openai.com/auth': account,
  };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.sig`;
}
