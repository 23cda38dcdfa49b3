// A login at Anthropic as Claude Code keeps it, for tests that it stays where it belongs.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How Anthropic's OAuth tokens begin: whatever holds it has seen the login. */
export const loginMarker = 'sk-ant-oat';

const login = {
  claudeAiOauth: {
    accessToken: `${loginMarker}01-access`,
    refreshToken: 'sk-ant-ort01-refresh',
    expiresAt: Date.now() + 3_600_000,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  },
};

/** Into a directory as CLAUDE_CONFIG_DIR names one. */
export function plantClaudeLogin(directory: string): void {
  writePrivate(path.join(directory, '.credentials.json'), JSON.stringify(login));
}

export function writePrivate(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}
