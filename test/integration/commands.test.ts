// The commands beside a run: what runs, where things are, ending a run, cleaning up. Only ever one's own.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineRun } from '../../src/launch/runs-in-engine.ts';
import { runAi } from '../support/ai.ts';
import { containersOf } from '../support/engine.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { makeRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;
let project: string;

beforeAll(async () => {
  home = temporaryDirectory();
  project = makeRepository();
  expect(await runAi(['--yes', 'exec', '--', 'true'], { home })).toMatchObject({ code: 0 });
});
afterEach(async () => {
  await expectNothingLeft(home);
});

async function list(env: Record<string, string> = {}): Promise<EngineRun[]> {
  const { code, stdout, stderr } = await runAi(['ps', '--json'], { home, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as EngineRun[];
}

async function startRun(script = 'echo ready; exec cat'): Promise<LiveRun> {
  const run = LiveRun.start(['exec', '--', 'sh', '-c', script], { home, cwd: project });
  await run.waitFor('ready');
  return run;
}

describe('ai ps', () => {
  it('lists what runs, as a table and as JSON, and nothing of anybody else', async () => {
    const run = await startRun();
    const listed = await list();
    expect(listed).toMatchObject([{ assistant: 'claude', project, state: 'running' }]);
    expect(listed[0]!.age).toBeLessThan(60);
    const [container] = await containersOf(home);
    expect(listed[0]!.name).toBe(container!.name);
    const table = await runAi(['ps'], { home });
    expect(table.stdout).toMatch(/^RUN +ASSISTANT +STATE +AGE +PROJECT\n/);
    expect(table.stdout).toContain(listed[0]!.id);

    const other = temporaryDirectory();
    expect(await list({ DOCKER_AI_CONFIG_HOME: other })).toEqual([]);
    const stop = await runAi(['stop', listed[0]!.id], {
      home,
      env: { DOCKER_AI_CONFIG_HOME: other },
    });
    expect(stop).toMatchObject({ code: 125, stdout: '' });
    expect(stop.stderr).toContain('AI_RUN_NOT_FOUND');
    const clean = await runAi(['clean', '--json'], { home, env: { DOCKER_AI_CONFIG_HOME: other } });
    expect(JSON.parse(clean.stdout)).toEqual({ removed: [], failures: [], overlays: [] });

    run.child.stdin.end('still here');
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'ready\nstill here' });
  });

  it('says so when nothing runs', async () => {
    expect(await list()).toEqual([]);
    expect(await runAi(['ps'], { home })).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'ai: nothing of yours is running\n',
    });
  });
});

describe('ai stop', () => {
  it('ends a run by the beginning of its name; the `ai` that waits says how it ended', async () => {
    const run = await startRun('echo ready; exec sleep 1000');
    const [listed] = await list();
    const stop = await runAi(['stop', '--json', listed!.id.slice(0, 5)], { home });
    expect(stop).toMatchObject({ code: 0, stdout: `["${listed!.id}"]\n` });
    expect(await run.ended).toMatchObject({ code: 143, stdout: 'ready\n', stderr: '' });
  });

  it('lets the program end as it likes', async () => {
    const run = await startRun(
      `trap 'echo bye; exit 4' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    expect(await runAi(['stop', '--all'], { home })).toMatchObject({ code: 0, stdout: '' });
    expect(await run.ended).toMatchObject({ code: 4, stdout: 'ready\nbye\n' });
  });

  it('ends all runs with --all', async () => {
    const runs = await Promise.all([startRun(), startRun(), startRun()]);
    const stop = await runAi(['stop', '--all', '--json'], { home });
    expect(JSON.parse(stop.stdout)).toHaveLength(3);
    for (const run of runs) expect((await run.ended).code).toBe(143);
    expect(JSON.parse((await runAi(['stop', '--all', '--json'], { home })).stdout)).toEqual([]);
  });

  it.each<[string[], number, string]>([
    [['stop'], 2, 'AI_USAGE'],
    [['stop', 'nonesuch'], 125, 'AI_RUN_NOT_FOUND'],
    [['where', 'foo'], 2, 'AI_USAGE'],
    [['ps', 'foo'], 2, 'AI_USAGE'],
    [['clean', '--dry-run'], 2, 'AI_USAGE'],
    [['-p', 'x', 'exec', '--', 'true'], 2, 'AI_USAGE'],
    [['exec', '--json', '--', 'true'], 2, 'AI_USAGE'],
    [['--network', 'none', '-P', '4000', 'exec', '--', 'true'], 2, 'AI_USAGE'],
  ])('%j is answered with %i', async (args, code, name) => {
    const result = await runAi(args, { home });
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(name);
  });
});

it('`ai stop` takes an empty word for no run, not for the only one', async () => {
  const run = await startRun();
  const result = await runAi(['stop', ''], { home });
  expect(result).toMatchObject({ code: 125 });
  expect(result.stderr).toContain('AI_RUN_NOT_FOUND');
  run.child.stdin.end('alive');
  expect(await run.ended).toMatchObject({ code: 0, stdout: 'ready\nalive' });
});

describe('ai clean', () => {
  it('has nothing to do after good ends', async () => {
    const { code, stdout } = await runAi(['clean', '--json'], { home });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '{"removed":[],"failures":[],"overlays":[]}\n',
    });
  });
});

describe('ai where', () => {
  it('says what would be mounted, as text and as JSON, and makes nothing', async () => {
    const untouched = temporaryDirectory();
    const { code, stdout } = await runAi(['where', '--json'], { home: untouched, cwd: project });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      root: { path: project, reason: 'git repository' },
      workingDirectory: { path: `/workspace/${path.basename(project)}` },
      state: stateOf(untouched),
      mounts: expect.arrayContaining([
        expect.objectContaining({ source: project, role: 'project', readOnly: false }),
      ]) as unknown,
    });
    const text = await runAi(['where'], { home: untouched, cwd: project });
    for (const part of [project, 'git repository', '/home/ai/.claude'])
      expect(text.stdout).toContain(part);
    expect(readdirSync(untouched)).toEqual([]);
  });
});
