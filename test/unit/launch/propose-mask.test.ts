// `--yolo` proposes once to hide what looks like secrets: to a user at a terminal, who has set nothing, and is not asked again.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { proposeMask } from '../../../src/launch/propose-mask.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import { buildFacts, plainRequest, type FactsInput } from '../../support/build-facts.ts';
import { git, makeRepository } from '../../support/repository.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let home: string;
let root: string;
let asked: string[];
let said: string[];

beforeEach(() => {
  home = temporaryDirectory();
  root = makeRepository({ directory: path.join(home, 'app') });
  asked = [];
  said = [];
});

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), 'secret');
  }
}

const state = (name: string): string => path.join(home, '.docker-ai-config', name);

function worldThatSays(answer: boolean, terminal = true): World {
  const stream = Object.create(process.stdin, {
    isTTY: { value: terminal },
  }) as typeof process.stdin;
  return makeWorld({
    packageRoot: '/nowhere',
    environment: { HOME: home, PATH: process.env['PATH'] },
    directory: home,
    streams: { ...process, stdin: stream, stdout: process.stdout, stderr: stream },
    emit: (event) => said.push('text' in event ? event.text : event.type),
    confirm: () => Promise.reject(new Error('--yes must not answer')),
    consent: (question, details = []) => {
      asked.push([question, ...details].join('\n'));
      return Promise.resolve(answer);
    },
  });
}

interface Start extends FactsInput {
  answer?: boolean;
  atTerminal?: boolean;
  isSet?: boolean;
}

function start({
  answer = false,
  atTerminal = true,
  isSet = false,
  ...input
}: Start = {}): Promise<Facts> {
  const facts = buildFacts({
    settings: { yolo: true },
    project: { root, directory: root, id: 'app-1' },
    ...input,
  });
  return proposeMask(worldThatSays(answer, atTerminal), facts, isSet);
}

describe('the question', () => {
  it('names the files, and what a yes writes', async () => {
    put('.env', 'api/.env.local', 'api/server.pem', 'id_ed25519', '.env.example', 'a/b/.env');
    await start();
    expect(asked).toEqual([
      [
        'Hide these files from the assistant from now on?',
        'not tracked by git, and it can read them: .env, id_ed25519, api/.env.local, api/server.pem',
        'yes hides .env, .env.*, id_ed25519, /*/*.pem in every project (setting mask)',
      ].join('\n'),
    ]);
  });

  it.each<[string, Start]>([
    ['without --yolo', { settings: {} }],
    ['where mask is set, be it to nothing', { isSet: true }],
    ['without a terminal', { atTerminal: false }],
    [
      'for a command',
      { request: { kind: 'exec', assistant: plainRequest.assistant, command: ['true'] } },
    ],
  ])('is not asked %s', async (_when, input) => {
    put('.env');
    expect((await start({ answer: true, ...input })).mask).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is not asked where there is nothing to hide', async () => {
    put('.env.sample', 'lib/deep/cacert.pem', 'node_modules/.env', 'id_token.ts', 'tracked/.env');
    git(['add', '-f', 'tracked/.env'], { directory: root });
    expect((await start({ answer: true })).mask).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is asked once: a no is remembered', async () => {
    put('.env');
    expect((await start({ answer: false })).mask).toBeUndefined();
    expect(asked).toHaveLength(1);
    expect((await start({ answer: true })).mask).toBeUndefined();
    expect(asked).toHaveLength(1);
    expect(existsSync(state('config.yaml'))).toBe(false);
  });
});

describe('a yes', () => {
  it('holds for this run already, and is kept among the user’s settings', async () => {
    put('.env', 'a/b/.env');
    mkdirSync(state('.'), { recursive: true });
    writeFileSync(state('config.yaml'), '# mine\nmemory: 4g # enough\n');
    const { mask, settings } = await start({ answer: true });
    expect(mask?.hidden.map(({ name }) => name)).toEqual(['.env', 'a/b/.env']);
    expect(settings.mask).toEqual(['.env', '.env.*']);
    expect(readFileSync(state('config.yaml'), 'utf8')).toBe(
      '# mine\nmemory: 4g # enough\nmask:\n  - .env\n  - .env.*\n',
    );
  });

  it('holds for this run where it cannot be kept', async () => {
    put('.env');
    writeFileSync(path.join(home, '.docker-ai-config'), 'in the way');
    const { mask } = await start({ answer: true });
    expect(mask?.hidden.map(({ name }) => name)).toEqual(['.env']);
    expect(said).toEqual([expect.stringMatching(/^hidden in this run only, as .* EEXIST/)]);
  });
});
