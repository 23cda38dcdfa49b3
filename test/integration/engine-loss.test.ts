// An engine that goes away during a session: never taken for a good end, and finished once it is back.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import type { AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { containersLeft } from '../support/engine.ts';
import { expectNothingLeft, runsIn } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { PrivateEngine } from '../support/private-engine.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers } from '../support/user.ts';

const home = temporaryDirectory();
const cwd = temporaryDirectory();
const env = { NODE_EXTRA_CA_CERTS: undefined };

describe.runIf(mayActAsOthers)('an engine that goes away', () => {
  const engine = new PrivateEngine();
  const args = ['--host', engine.host, '--network', 'none', 'exec', '--'];

  beforeAll(async () => {
    await engine.start();
    await engine.loadImageFor(home, cwd);
  });
  afterAll(async () => {
    await engine.destroy();
  });
  afterEach(async () => {
    await engine.end('SIGKILL');
    await engine.start();
    // Any `ai` finishes what was left, after its own start.
    const next = await runAi([...args, 'echo', 'next'], { home, cwd, env });
    expect(next).toMatchObject({ code: 0, stdout: 'next\n' });
    expect(runsIn(home)).toEqual([]);
    expect(await containersLeft(home, { docker: engine.docker })).toEqual([]);
  });

  /** A run during which the engine ends. */
  async function lose(script: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<AiResult> {
    const run = LiveRun.start([...args, 'sh', '-c', script], { home, cwd, env });
    await run.waitFor('ready');
    await engine.end(signal);
    return run.ended;
  }

  const idle = 'echo ready; while :; do sleep 0.05; done';

  it.each<[string, 'SIGTERM' | 'SIGKILL', string]>([
    ['stops, and the program says it ended well', 'SIGTERM', `trap 'exit 0' TERM; ${idle}`],
    ['stops, and the program dies of it', 'SIGTERM', idle],
    ['is killed', 'SIGKILL', idle],
  ])('%s: 125, and the files of the run are kept for the next one', async (_, signal, script) => {
    const result = await lose(script, signal);
    expect(result.code).toBe(125);
    expect(result.stderr).toContain('AI_ENGINE_LOST');
    expect(runsIn(home)).toHaveLength(1);
  });
});

describe('an engine that goes away before the session', () => {
  it.each([
    ['/containers/create', 'AI_ENGINE_UNREACHABLE', 0],
    ['/attach', 'AI_ENGINE_LOST', 1],
    ['/start', 'AI_ENGINE_LOST', 1],
  ])('at %s: %s, and what it may have made is removed later', async (moment, name, left) => {
    const ownHome = temporaryDirectory();
    let isGone = false;
    const proxy = await openEngineProxy({
      before: async (request) => {
        isGone ||= request.includes(moment);
        if (isGone) await Promise.reject(new Error('gone'));
      },
    });
    const options = { home: ownHome, env: { DOCKER_HOST: proxy.host } };
    const result = await runAi(['exec', '--', 'echo', 'ran'], options);
    expect(result).toMatchObject({ code: 125, stdout: '' });
    expect(result.stderr).toContain(name);
    expect(runsIn(ownHome)).toHaveLength(left);
    moment = 'never again';
    isGone = false;
    expect(await runAi(['exec', '--', 'echo', 'ran'], options)).toMatchObject({ code: 0 });
    await expectNothingLeft(ownHome);
  });
});
