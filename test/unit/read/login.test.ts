// The login that a state directory holds, and what a plan makes of it.

import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Login } from '../../../src/assistants/assistant.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import type { BuiltInName } from '../../../src/base/assistant-definition.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { readLogin } from '../../../src/read/login.ts';
import { buildFacts, plainRequest } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

const key = '{"OPENAI_API_KEY":"k"}';

const stateWith = (file: string, make: (place: string) => void): string => {
  const state = temporaryDirectory();
  const place = path.join(state, file);
  mkdirSync(path.dirname(place), { recursive: true });
  make(place);
  return state;
};

describe('the login', () => {
  it('is read from the assistant’s own state', () => {
    const state = stateWith('codex/auth.json', (place) => {
      writeFileSync(place, key);
    });
    expect(readLogin(state, assistants.codex)).toEqual({ kind: 'key' });
    expect(readLogin(state, assistants.gemini)).toBeUndefined();
  });

  it('is none where there is no state', () => {
    expect(readLogin(temporaryDirectory(), assistants.codex)).toBeUndefined();
  });

  it.each<[string, (place: string) => void]>([
    [
      'too large a file',
      (place) => {
        writeFileSync(place, key);
        truncateSync(place, 2 ** 30);
      },
    ],
    [
      'a directory',
      (place) => {
        mkdirSync(place);
      },
    ],
    [
      'no JSON',
      (place) => {
        writeFileSync(place, '{');
      },
    ],
    [
      'other things than expected',
      (place) => {
        writeFileSync(place, '{"tokens":{"id_token":7}}');
      },
    ],
  ])('is none where there is %s, and no launch fails', (_what, make) => {
    expect(readLogin(stateWith('codex/auth.json', make), assistants.codex)).toBeUndefined();
  });

  it('is not looked for behind a link', () => {
    const elsewhere = path.join(temporaryDirectory(), 'auth.json');
    writeFileSync(elsewhere, key);
    const state = stateWith('codex/auth.json', (place) => {
      symlinkSync(elsewhere, place);
    });
    expect(readLogin(state, assistants.codex)).toBeUndefined();
  });
});

describe('the defaults in a plan', () => {
  const defaultsOf = (
    assistant: BuiltInName,
    environment: Record<string, string>,
    login?: Login,
  ): string =>
    buildPlan({
      ...buildFacts({ request: { ...plainRequest, assistant }, host: { environment } }),
      ...(login && { login }),
    })
      .prepare.write.map(({ text }) => text)
      .join('\n');

  it('use a key only where there is no login', () => {
    const environment = { OPENAI_API_KEY: 'k' };
    expect(defaultsOf('codex', environment)).toContain('model_provider');
    expect(defaultsOf('codex', environment, { kind: 'account' })).not.toContain('model_provider');
  });
});
