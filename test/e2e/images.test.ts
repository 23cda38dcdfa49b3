// The images of the real assistants: what is in them once, what they share, and that whoever runs them can read it.

import { beforeAll, describe, expect, it } from 'vitest';
import { builtInNames } from '../../src/base/assistant-definition.ts';
import { runAi } from '../support/ai.ts';
import { connectToEngine } from '../support/engine.ts';
import { makeImage } from '../support/ready-home.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

/** As somebody whom the image does not know, where these tests may act as one. */
const user = mayActAsOthers ? testUser() : undefined;
const tags = new Map<string, string>();

beforeAll(async () => {
  for (const name of builtInNames) {
    await makeImage(name);
    const where = await runAi(['--json', '--assistant', name, 'where']);
    const { image } = JSON.parse(where.stdout) as { image: { tag: string } };
    tags.set(name, image.tag);
  }
});

const inside = async (assistant: string, script: string): Promise<string> => {
  const words = ['--yes', '--assistant', assistant, 'exec', '--', 'sh', '-euc', script];
  const run = await runAi(words, { user });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  return run.stdout.trim();
};

describe.each(builtInNames.filter((name) => name !== 'glm'))('the image of %s', (name) => {
  it('holds each large program once', async () => {
    const large = 'find /opt/ai/assistant -type f -size +32M -exec sha256sum {} +';
    const sums = (await inside(name, large)).split('\n').map((line) => line.split(' ')[0]);
    expect(new Set(sums).size).toBe(sums.length);
  });

  it('can be read by anybody, and has a ripgrep that runs', async () => {
    const unreadable = 'find /opt/ai ! -type l ! -readable';
    expect(await inside(name, `${unreadable}; rg --version | head -1`)).toMatch(/^ripgrep \d/);
  });
});

it('share the tools, so that a second one is built and stored without them', async () => {
  const layersOf = async (tag: string): Promise<string[]> =>
    (await connectToEngine().getImage(tag).inspect()).RootFS.Layers ?? [];
  const all = await Promise.all([...tags.values()].map(layersOf));
  // Those of the base, and the one of the tools.
  const shared = all[0]!.slice(0, -3);
  expect(shared.length).toBeGreaterThanOrEqual(2);
  for (const layers of all) expect(layers.slice(0, shared.length)).toEqual(shared);
});

it('of GLM and Claude Code are one', () => {
  expect(tags.get('glm')).toBe(tags.get('claude'));
});

it('has Copilot unpacked already', async () => {
  expect(await inside('copilot', 'ls "$COPILOT_CACHE_HOME/pkg"')).toMatch(/^linux-/);
});

it.each([
  ['gemini', 'gemini --list-extensions', 15],
  [
    'qwen',
    'OPENAI_API_KEY=x OPENAI_MODEL=x OPENAI_BASE_URL=http://127.0.0.1:9 qwen --prompt=hi',
    100,
  ],
])('of %s has its code compiled, for whoever runs it', async (name, start, least) => {
  const trace = await inside(name, `NODE_DEBUG_NATIVE=COMPILE_CACHE ${start} 2>&1 || :`);
  const taken = trace.match(/^.*V8 code cache for .* was accepted/gm) ?? [];
  // Nothing that a start loads is compiled again, but for what one start loads and another does not.
  const made = trace.match(/^.*writing cache for .*/gm) ?? [];
  expect(taken.length).toBeGreaterThan(least);
  expect(made.length).toBeLessThan(taken.length / 5);
});
