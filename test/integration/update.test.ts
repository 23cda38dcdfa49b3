// Newer versions of an assistant, from a registry of this test, in real images: looked for, made beside the old ones, tried out, taken back.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { claude } from '../../src/assistants/claude.ts';
import { pinnedVersion } from '../../src/assistants/pins.ts';
import { runAi, startAi, type AiResult } from '../support/ai.ts';
import { connectToEngine, containersLeft, hostAddressOnBridge } from '../support/engine.ts';
import { startRegistry, type FakePackage, type FakeRegistry } from '../support/fake-registry.ts';
import { stateOf } from '../support/left-behind.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const release = pinnedVersion(claude.package);
const docker = connectToEngine();
const home = temporaryDirectory();
const images = path.join(stateOf(home), 'images');

/** Tells its version, and calls its vendor: through the proxy that it is told of, with its key, and not for long. */
const program = (
  version: string,
  turn = 'curl -s https://api.anthropic.com/v1/messages',
): FakePackage => ({
  ...{ name: claude.package.npm, version, command: 'claude' },
  script: `case $1 in --version) echo "${version} (Claude Code)" ;; *) ${turn} ;; esac`,
});

let registry: FakeRegistry;
beforeAll(async () => {
  const address = await hostAddressOnBridge();
  registry = await startRegistry([program('900.0.0')], { address });
});
afterAll(async () => {
  registry.close();
  const all = await docker.listImages({ filters: { label: ['ai.image=claude'] } });
  for (const { Id: id, Labels: labels } of all)
    if (/^9\d\d\.0\.0$/.test(labels['ai.version'] ?? ''))
      await docker.getImage(id).remove({ force: true });
});

const environment = (url = registry.url) => ({
  npm_config_registry: url,
  npm_config_cache: path.join(home, 'npm'),
  npm_config_fetch_retries: '0',
});
const ai = (...args: string[]): Promise<AiResult> =>
  runAi(['--yes', ...args], { home, env: environment() });
const offline = (...args: string[]): Promise<AiResult> =>
  runAi(['--yes', ...args], { home, env: environment('http://127.0.0.1:9/') });

async function good(...args: string[]): Promise<AiResult> {
  const result = await ai(...args);
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return result;
}
/** As if it had been installed there before. */
function installNatively(version: string): void {
  const directory = path.join(stateOf(home), 'native/claude', version, 'node_modules/.bin');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'claude'), '#!/bin/sh\n', { mode: 0o755 });
}
/** What a run gets. */
const versionInside = async (): Promise<string> =>
  (await good('exec', '--', 'claude', '--version')).stdout.trim();
const data = async <T>(...args: string[]): Promise<T> =>
  JSON.parse((await good('--json', ...args)).stdout) as T;
interface Listed {
  version: string;
  for: string;
  tag: string;
  usedBy: string[];
}
const listed = async (): Promise<Record<string, Listed>> =>
  Object.fromEntries(
    (await data<Listed[]>('image', 'list'))
      .filter((one) => /^9\d\d\./.test(one.version))
      .map((one) => [one.version, one]),
  );

describe('ai update', () => {
  it('--check only says what is out', async () => {
    const { stdout } = await good('update', '--check');
    expect(stdout).toMatch(
      new RegExp(
        `^ASSISTANT +HERE +NEWEST +UPDATE\nclaude +${release} +900\\.0\\.0 +ai update claude\n$`,
      ),
    );
    expect(existsSync(path.join(images, 'versions.json'))).toBe(false);
  });

  it('makes the newest version, tries it out without a way to anybody, and the next run gets it', async () => {
    const { stderr } = await good('update');
    expect(stderr).toContain('claude 900.0.0 starts, and calls api.anthropic.com');
    expect(stderr).toContain(
      `claude and glm are 900.0.0 from the next start on; ${release} is kept: ai image rollback claude`,
    );
    expect(await containersLeft(home)).toEqual([]);
    expect(await versionInside()).toBe('900.0.0 (Claude Code)');
    expect((await good('update')).stderr).toBe('ai: claude 900.0.0 is the newest\n');
  });

  it('leaves what is there where the new one does not start, and is not offered again', async () => {
    const turn = String.raw`printf '\033[31mcannot find \033[0myoga.wasm\n'; exit 3`;
    registry.publish(program('901.0.0', turn));
    installNatively('0.0.1');
    const { code, stderr } = await ai('update', 'glm');
    expect({ code, stderr }).toEqual({ code: 125, stderr: expect.any(String) as string });
    expect(stderr).toContain(
      'claude 901.0.0 does not do: it has not called anybody over the network before it ended with code 3; 900.0.0 stays',
    );
    expect(stderr).toContain('    cannot find yoga.wasm\n');
    expect(stderr).toContain('AI_UPDATE_FAILED');
    expect(Object.keys(await listed())).toEqual(['900.0.0']);
    expect(JSON.parse(readFileSync(path.join(images, 'newest.json'), 'utf8'))).toMatchObject({
      packages: { claude: { version: '901.0.0', refused: '901.0.0' } },
    });
    // What tells its version on the host itself is not yet what its image can do.
    expect(readFileSync(path.join(images, 'versions.json'), 'utf8')).not.toContain('901.0.0');
    rmSync(path.join(stateOf(home), 'native'), { recursive: true });
  });

  it('leaves what is there when it is interrupted', async () => {
    registry.publish(program('902.0.0', 'sleep 60'));
    const child = startAi(['--yes', 'update', 'claude'], { home, env: environment() });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('its first call') && !child.killed) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, said).toBe(130);
    expect(Object.keys(await listed())).toEqual(['900.0.0']);
    expect(await containersLeft(home)).toEqual([]);
    expect(await versionInside()).toBe('900.0.0 (Claude Code)');
  });

  it('changes nothing where the registry cannot be reached, and says so', async () => {
    const before = readFileSync(path.join(images, 'versions.json'), 'utf8');
    const { code, stderr } = await offline('update');
    expect(code).toBe(125);
    expect(stderr).toContain('nothing of it was changed');
    expect(stderr).toContain('AI_REGISTRY_UNREACHABLE');
    expect(readFileSync(path.join(images, 'versions.json'), 'utf8')).toBe(before);
  });

  it('says that a version of the user’s own settings is theirs', async () => {
    const own = temporaryDirectory();
    mkdirSync(stateOf(own), { mode: 0o700 });
    const definition = `assistants: { mine: { npm: "${claude.package.npm}@900.0.0", command: claude } }\n`;
    writeFileSync(path.join(stateOf(own), 'config.yaml'), definition);
    const { code, stderr } = await runAi(['update', 'mine'], { home: own, env: environment() });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'ai: mine 900.0.0 is set in your settings (assistants.mine.npm), 902.0.0 is out\n',
    });
  });
});

it('a run has the update made in the background, where the user wants that, and says nothing', async () => {
  registry.publish(program('903.0.0'));
  const wish = { AI_UPDATE_CHECK: 'true', AI_IMAGE_UPDATE: 'auto' };
  const child = startAi(['exec', '--', 'cat'], { home, env: { ...environment(), ...wish } });
  onTestFinished(() => void child.kill('SIGTERM'));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const versions = path.join(images, 'versions.json');
  const isThere = (): void => {
    expect(readFileSync(versions, 'utf8')).toContain('"version": "903.0.0"');
  };
  await vi.waitFor(isThere, { timeout: 100_000, interval: 50 });
  child.stdin.end();
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expect(await versionInside()).toBe('903.0.0 (Claude Code)');
  // Not again on the same day.
  expect(await data('update', '--check')).toMatchObject([{ here: '903.0.0', state: 'current' }]);
  const asked = readFileSync(path.join(images, 'newest.json'), 'utf8');
  await good('update', '--daily');
  expect(readFileSync(path.join(images, 'newest.json'), 'utf8')).toBe(asked);
});

describe('ai image', () => {
  it('goes back to the version of before without a build, without a network, and stays there', async () => {
    const { stderr } = await offline('image', 'rollback');
    expect(stderr).toBe(
      'ai: claude is 900.0.0 again from the next start on, and stays there\n' +
        'ai: ai image pin claude --off  takes newer ones again\n',
    );
    expect(await versionInside()).toBe('900.0.0 (Claude Code)');
    expect((await good('update')).stderr).toContain(
      'claude stays at 900.0.0 (pinned), 903.0.0 is out: ai image pin claude --off',
    );
    expect(await listed()).toMatchObject({
      '900.0.0': { for: 'next', usedBy: [] },
      '903.0.0': { for: 'kept', usedBy: [] },
    });
  });

  it('pins a version that there is, and lets it go', async () => {
    const none = await ai('image', 'pin', 'claude', '904.0.0');
    expect(none.code).toBe(125);
    expect(none.stderr).toContain('there is no claude 904.0.0');
    const unknown = await offline('image', 'pin', 'claude', '902.0.0');
    expect(unknown.stderr).toContain('nothing is known here of claude 902.0.0');
    await offline('image', 'pin', 'claude', '903.0.0');
    expect(await versionInside()).toBe('903.0.0 (Claude Code)');
    expect((await offline('image', 'pin', 'claude', '--off')).stderr).toContain(
      'claude is 903.0.0, and takes newer ones again',
    );
  });

  it('tells which run uses an image, and removes those that nobody wants', async () => {
    const child = startAi(['exec', '--', 'sh', '-c', 'echo ready; sleep 60'], {
      home,
      env: environment(),
    });
    onTestFinished(() => void child.kill('SIGTERM'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const { '903.0.0': used } = await listed();
    expect(used?.usedBy).toHaveLength(1);
    // As if three updates had come since.
    const file = path.join(images, 'versions.json');
    const versions = JSON.parse(readFileSync(file, 'utf8')) as { assistants: { claude: object } };
    const current = { version: '905.0.0' };
    versions.assistants.claude = { current, kept: [] };
    writeFileSync(file, JSON.stringify(versions));
    const would = await good('image', 'prune', '--dry-run');
    expect(would.stderr).toMatch(
      /^ai: would remove 1 image, at least .*\nai: {3}ai-in-docker\/claude:\w+ {2}900\.0\.0 /,
    );
    expect((await runAi(['image', 'prune'], { home })).code).toBe(2);
    expect((await good('image', 'prune')).stderr).toBe('ai: removed 1 image\n');
    expect(Object.keys(await listed())).toEqual(['903.0.0']);
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('close', resolve));
    // The last run had it.
    expect((await listed())['903.0.0']?.for).toBe('project');
    rmSync(path.join(images, 'used'), { recursive: true });
    await good('image', 'prune');
    expect(await listed()).toEqual({});
  });
});
