// Logins that come from elsewhere: macOS's keychain (a fake stands for it here), and addresses that are opened for the user.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { importKeychain } from '../../../src/launch/import-keychain.ts';
import { addressIn } from '../../../src/launch/open-url.ts';
import type { World } from '../../../src/launch/world.ts';
import { assistants } from '../../../src/assistants/registry.ts';
import { agreeWithMirrors, addMirror, forgetMirrors } from '../../../src/state/mirrors.ts';
import { ruleOf } from '../../../src/state/documents.ts';
import { truthOfAssistant } from '../../../src/state/take-over.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
const login = (name: string, hours: number, accountUuid?: string): string =>
  JSON.stringify({
    claudeAiOauth: {
      accessToken: `a-${name}`,
      refreshToken: `r-${name}`,
      expiresAt: Date.now() + hours * 3_600_000,
      ...(accountUuid && { accountUuid }),
    },
  });

describe('the keychain', () => {
  const options = (): Parameters<typeof importKeychain>[1] => ({
    ...{ stateDirectory: path.join(directory, 'state'), profile: 'default', backups: 3 },
    ...{ now: Date.now(), dryRun: false },
  });
  function world(script: string): World {
    const bin = path.join(directory, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'security'), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, 'security'), 0o755);
    return { environment: { PATH: `${bin}:/usr/bin:/bin` }, directory } as unknown as World;
  }
  const file = (): string => path.join(directory, 'state/global_state/claude/.credentials.json');

  it('gives Claude’s login, asked for by the name of its entry, and leaves no copy', async () => {
    const before = readdirSync(os.tmpdir()).filter((name) => name.startsWith('ai-keychain-'));
    const answer = `[ "$*" = "find-generic-password -s Claude Code-credentials -w" ] && echo '${login('k', 2)}'`;
    const taken = await importKeychain(world(answer), options(), 'darwin');
    expect(taken).toMatchObject([{ what: 'taken', isLogin: true, assistant: 'claude' }]);
    expect(readFileSync(file(), 'utf8')).toContain('r-k');
    expect(readdirSync(os.tmpdir()).filter((name) => name.startsWith('ai-keychain-'))).toEqual(
      before,
    );
  });

  it.each([
    ['holds none', 'exit 44', 'darwin'],
    ['holds something else', 'echo no json', 'darwin'],
    ['is not there on this system', `echo '${login('k', 2)}'`, 'linux'],
  ] as const)('%s: nothing is taken', async (_what, script, platform) => {
    await importKeychain(world(script), options(), platform);
    expect(existsSync(file())).toBe(false);
  });
});

describe('an address that is printed', () => {
  it.each([
    ['visit: https://a.example/x?y=1&z=%20 \n', 'https://a.example/x?y=1&z=%20'],
    ['\u001b[94mhttps://a.example/d\u001b[0m', 'https://a.example/d'],
    ['https://a.example/not-yet-who', undefined],
    ['http://localhost:1455/ \n', undefined],
    ['"https://a.example/q"', 'https://a.example/q'],
  ])('in %j is %j', (text, address) => {
    expect(addressIn(text)?.[0]).toBe(address);
  });
});

describe('a login that lives in two places', () => {
  const rule = ruleOf(assistants.claude.state, '.credentials.json');
  const context = { now: Date.now(), loggedOut: false, loggedIn: false };
  const truth = (): ReturnType<typeof truthOfAssistant> =>
    truthOfAssistant('claude', { stateDirectory: directory, profile: 'default', backups: 3 });
  const own = (): string => path.join(directory, 'own.json');
  function agree(ours: string | undefined, theirs: string): [string | undefined, string] {
    mkdirSync(truth().directory, { recursive: true });
    if (ours !== undefined) writeFileSync(path.join(truth().directory, '.credentials.json'), ours);
    writeFileSync(own(), theirs);
    addMirror(truth(), '.credentials.json', own());
    const text = agreeWithMirrors(truth(), rule, ours, context);
    return [text, readFileSync(own(), 'utf8')];
  }

  it('is the newest in both, whoever has it', () => {
    for (const pair of [
      agree(login('old', 1), login('new', 5)),
      agree(login('new', 5), login('old', 1)),
    ])
      for (const text of pair) expect(text).toContain('r-new');
  });

  it('is left alone where it is of another account, blank or gone', () => {
    const [ours, theirs] = [login('ours', 1, 'ann'), login('theirs', 5, 'bob')];
    expect(agree(ours, theirs)).toEqual([ours, theirs]);
    for (const blank of ['', '{}', '{"claudeAiOauth":{"accessToken":""}}', 'torn {'])
      expect(agree(ours, blank)).toEqual([ours, blank]);
  });

  it('goes its own way once that is forgotten', () => {
    agree(login('a', 1), login('a', 1));
    forgetMirrors(truth());
    writeFileSync(own(), login('b', 5));
    expect(agreeWithMirrors(truth(), rule, login('a', 1), context)).toContain('r-a');
  });
});
