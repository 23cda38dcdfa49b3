// ai explain: the page of a code, however it is written, and the list of all.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageCodes, pageOf } from '../../../src/cli/error-pages/pages.ts';
import { runCommandLine } from '../../../src/cli/program.ts';
import { hear, type Heard } from '../../support/heard.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';

let state: string;
let heard: Heard;

beforeEach(() => {
  state = temporaryDirectory();
  vi.stubEnv('DOCKER_AI_CONFIG_HOME', state);
  heard = hear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const explain = (...words: string[]): Promise<number> =>
  runCommandLine(['explain', ...words], process.cwd());

describe('ai explain CODE', () => {
  it.each([
    'AI_ENGINE_MISSING',
    'ai_engine_missing',
    'engine-missing',
    'ENGINE_MISSING',
    'Engine Missing',
  ])('takes %s', async (word) => {
    expect(await explain(word)).toBe(0);
    expect(heard.stdout).toMatch(/^AI_ENGINE_MISSING: no engine runs on this machine\n\n/);
    expect(heard.stdout).toMatch(/\n {2}ai setup +installs or starts one/);
    expect(heard.stdout).toContain('  ai: found no engine that runs on this machine\n');
    const [page = ''] = heard.stdout.split('How it looks:');
    for (const line of page.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ['ENGINE_MISING', 'did you mean ai explain AI_ENGINE_MISSING?'],
    ['banana-banana', 'ai explain  lists them'],
  ])('says of %s what could be meant', async (word, next) => {
    expect(await explain(word)).toBe(2);
    expect(heard.stderr).toBe(`ai: “${word}” is not an error code\n    → ${next}\n    AI_USAGE\n`);
  });

  it('takes one code', async () => {
    expect(await explain('AI_USAGE', 'AI_INTERRUPTED')).toBe(2);
    expect(heard.stderr).toContain('ai explain takes one code');
  });

  it('answers in JSON', async () => {
    expect(await explain('engine-lost', '--json')).toBe(0);
    expect(JSON.parse(heard.stdout)).toEqual({
      code: 'AI_ENGINE_LOST',
      summary: pageOf('AI_ENGINE_LOST').summary,
      means: expect.stringContaining('The connection to the engine broke') as string,
      causes: expect.arrayContaining(['the engine was restarted or stopped']) as string[],
      remedies: expect.arrayContaining([
        { command: 'docker info', effect: 'shows whether it is back' },
      ]) as object[],
      example: expect.arrayContaining(['    AI_ENGINE_LOST']) as string[],
    });
  });

  it('works where settings are wrong, which is what it may be about', async () => {
    writeFileSync(path.join(state, 'config.yaml'), 'memroy: 4g\n');
    expect(await explain('setting-invalid')).toBe(0);
    expect(heard.stdout).toContain('ai config validate');
  });
});

describe('ai explain', () => {
  it('lists every code with a line', async () => {
    expect(await explain()).toBe(0);
    const lines = heard.stdout.trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(pageCodes.length);
    for (const code of pageCodes)
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^${code} +${pageOf(code).summary}$`)),
      );
  });

  it('lists them as data, too', async () => {
    expect(await explain('--json')).toBe(0);
    const all = JSON.parse(heard.stdout) as { code: string }[];
    expect(all.map(({ code }) => code)).toEqual(pageCodes);
  });

  it('lists them in plain words', async () => {
    expect(await explain('--plain')).toBe(0);
    expect(heard.stdout.startsWith('Code: AI_USAGE\nMeaning: the command line cannot be')).toBe(
      true,
    );
  });
});
