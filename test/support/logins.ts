// Logins as the assistants keep them, for tests that they come and go as they should. Every secret in them says so.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writePrivate } from './claude-login.ts';
import { stateOf } from './left-behind.ts';

/** Stands in every token: whoever prints it has printed a secret. */
export const secretMark = 'sEcReT';

/** Of Claude; `name` tells it from others, later ones are good for longer. */
export const claudeTokens = (name: string, hours: number): object => ({
  claudeAiOauth: {
    accessToken: `${secretMark}-access-${name}`,
    refreshToken: `${secretMark}-refresh-${name}`,
    expiresAt: Date.now() + hours * 3_600_000,
  },
});

export const geminiTokens = (name: string, hours: number): object => ({
  access_token: `${secretMark}-access-${name}`,
  refresh_token: `${secretMark}-refresh-${name}`,
  expiry_date: Date.now() + hours * 3_600_000,
});

/** Writes a file below the state directory of that home. */
export function plant(home: string, file: string, content: unknown): void {
  writePrivate(
    inState(home, file),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

export const inState = (home: string, file: string): string => path.join(stateOf(home), file);

/** Undefined where there is no such file. */
export function readIn(home: string, file: string): string | undefined {
  const place = inState(home, file);
  return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
}
