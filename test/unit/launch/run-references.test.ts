// Commands that give values: which of them run, what they may print, and that none is left behind.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { AiError, isAiError } from '../../../src/base/errors.ts';
import { runForValue } from '../../../src/launch/run-for-value.ts';
import { runReferences } from '../../../src/launch/run-references.ts';
import { makeWorld, type World } from '../../../src/launch/world.ts';
import type { Facts } from '../../../src/plan/facts.ts';
import type { EnvironmentMap } from '../../../src/settings/references.ts';
import { buildFacts } from '../../support/build-facts.ts';
import { temporaryDirectory } from '../../support/test-directory.ts';
import { eventually } from '../../support/eventually.ts';

let home: string;
let world: World;
beforeEach(() => {
  home = temporaryDirectory();
  world = makeWorld({
    packageRoot: process.cwd(),
    environment: { HOME: home, PATH: process.env['PATH'] },
    directory: '/',
    streams: { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
    emit: () => undefined,
    confirm: () => Promise.resolve(false),
    consent: () => Promise.resolve(false),
  });
});

function factsWith(env: EnvironmentMap, more: Partial<Facts> = {}, envFile = {}): Facts {
  const kept = { project: { directory: '', values: {} }, envFile, named: {}, printed: {} };
  return { ...buildFacts({ settings: { env } }), kept, ...more };
}

const printedIn = async (facts: Facts): Promise<unknown> =>
  (await runReferences(world, facts)).kept?.printed;

const failureOf = async (facts: Facts): Promise<AiError<'AI_SECRET_COMMAND'>['facts']> => {
  const error: unknown = await runReferences(world, facts).catch((thrown: unknown) => thrown);
  if (isAiError(error, 'AI_SECRET_COMMAND')) return error.facts;
  throw error;
};

describe('a command', () => {
  it.each([
    ['echo value', 'value'],
    ['printf "a\\nb\\n\\n"', 'a\nb\n'],
    ['printf " a "', ' a '],
    ["printf '%s' 'é$0\"`id`'", 'é$0"`id`'],
    ['pwd', undefined],
    ['cat', undefined],
  ])('%s gives what it prints', async (command, value) => {
    const printed = printedIn(factsWith({ X: { command } }));
    // It runs in the home, and has nothing to read.
    if (command === 'cat') await expect(printed).rejects.toThrow('AI_SECRET_COMMAND');
    else expect(await printed).toEqual({ [command]: value ?? home });
  });

  it.each<[string, string, string | undefined]>([
    ['echo value; exit 3', 'exit', '3'],
    ['no-such-program', 'exit', '127'],
    ['kill -9 $$', 'signal', 'SIGKILL'],
    ['true', 'empty', undefined],
    ['echo', 'empty', undefined],
    ['printf "\\377"', 'text', undefined],
    ['printf "a\\0b"', 'text', undefined],
    ['head -c 70000 /dev/zero | tr "\\0" a; sleep 60', 'long', undefined],
  ])(
    '%s is a failure that says why, and nothing of what was printed',
    async (command, failure, detail) => {
      expect(await failureOf(factsWith({ X: { command } }))).toEqual({
        ...{ name: 'X', command, failure },
        ...(detail !== undefined && { detail }),
      });
    },
  );

  it('that takes too long is ended with what it has started', async () => {
    const file = path.join(home, 'pid');
    const interrupt = new AbortController().signal;
    const environment = { PATH: process.env['PATH'] };
    const end = await runForValue(`sh -c 'echo $$ >${file}; sleep 60' & wait`, {
      ...{ environment, directory: home, terminal: false, interrupt, timeLimit: 500 },
    });
    expect(end).toEqual({ failure: 'time' });
    const pid = Number(readFileSync(file, 'utf8'));
    await eventually(() => {
      expect(() => process.kill(pid, 0)).toThrow();
    });
  });

  it('that leaves something running gives what it has printed all the same, soon', async () => {
    const file = path.join(home, 'pid');
    const started = performance.now();
    const end = await runForValue(`(sleep 60 & echo $! >${file}) ; echo hello12345`, {
      ...{ environment: { PATH: process.env['PATH'] }, directory: home, terminal: false },
      interrupt: new AbortController().signal,
    });
    expect(end).toEqual({ value: 'hello12345' });
    expect(performance.now() - started).toBeLessThan(10_000);
    process.kill(Number(readFileSync(file, 'utf8')));
  });

  it('that another fails beside is ended too', async () => {
    const started = performance.now();
    const facts = factsWith({ X: { command: 'sleep 60' }, Y: { command: 'exit 4' } });
    expect(await failureOf(facts)).toMatchObject({ name: 'Y', detail: '4' });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('that is interrupted is interrupted, not failed', async () => {
    const run = runReferences(world, factsWith({ X: { command: `touch ${home}/on; sleep 60` } }));
    await eventually(() => {
      expect(existsSync(path.join(home, 'on'))).toBe(true);
    });
    process.emit('SIGINT');
    await expect(run).rejects.toThrow('AI_INTERRUPTED');
  });
});

describe('of all commands', () => {
  const touch = (name: string): { command: string } => ({
    command: `touch ${home}/${name}; echo ${name}`,
  });
  const hasRun = (name: string): boolean => existsSync(path.join(home, name));

  it('those run that the run gets, once each', async () => {
    const { command } = touch('a');
    const kept = `command:${command}`;
    const other = `command:${touch('b').command}`;
    const facts = factsWith(
      { A: { command }, A2: { command } },
      {},
      { A: kept, GEMINI_API_KEY: other },
    );
    expect(await printedIn(facts)).toEqual({ [command]: 'a' });
    expect(hasRun('b')).toBe(false);
  });

  it('none runs for what the host’s environment has', async () => {
    const facts = factsWith(
      {},
      { secrets: { ANTHROPIC_API_KEY: `command:${touch('a').command}` } },
    );
    const environment = { ANTHROPIC_API_KEY: 'mine' };
    const having = { ...facts, host: { ...facts.host, environment } };
    await runReferences(world, having);
    expect(hasRun('a')).toBe(false);
    await runReferences(world, facts);
    expect(hasRun('a')).toBe(true);
  });

  it('a login’s waits for the endpoint’s, and does not run for another vendor', async () => {
    const login = `command:${touch('login').command}`;
    const env = (host: string): EnvironmentMap => ({
      ANTHROPIC_BASE_URL: { command: `echo https://${host}` },
    });
    const secrets = { CLAUDE_CODE_OAUTH_TOKEN: login };
    await runReferences(world, factsWith(env('other.example'), { secrets }));
    expect(hasRun('login')).toBe(false);
    await runReferences(world, factsWith(env('api.anthropic.com'), { secrets }));
    expect(hasRun('login')).toBe(true);
  });

  it('what they print is covered from then on', async () => {
    await runReferences(world, factsWith({ X: { command: 'echo plain words' } }));
    expect(world.redactor.cover('<plain words>')).toBe('<***>');
  });
});
