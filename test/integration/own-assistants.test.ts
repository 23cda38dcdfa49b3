// Assistants that the user's settings define, in real containers of ready images, and on the host from a registry of this test.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { buildBusyboxImage } from '../support/busybox-image.ts';
import { connectToEngine, containersLeft } from '../support/engine.ts';
import { startFakeRegistry } from '../support/fake-registry.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { buildOwnImage, ownSettings, program } from '../support/own-image.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const image = `ai-test/own:${process.pid}`;
const bare = `ai-test/own-bare:${process.pid}`;

let home: string;
beforeAll(async () => {
  const temporary = temporaryDirectory();
  await buildBusyboxImage(connectToEngine(), temporary);
  buildOwnImage(image, temporary);
});
afterAll(() => {
  execFileSync('docker', ['rmi', '--force', image, bare], { stdio: 'pipe' });
});
beforeEach(() => {
  home = temporaryDirectory();
  settings(ownSettings(image));
});

function settings(text: string): void {
  mkdirSync(stateOf(home), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(stateOf(home), 'config.yaml'), text);
}
const ai = (args: readonly string[], options: AiOptions = {}): Promise<AiResult> =>
  runAi(args, { home, ...options });
const inState = (file: string): string => path.join(stateOf(home), 'global_state/own', file);

describe('a run', () => {
  it('is the program with exactly its arguments, as the user, in the project, with its own key', async () => {
    const cwd = temporaryDirectory();
    const env = { OWN_KEY: 'k1', ZAI_API_KEY: 'z' };
    const { code, stdout, stderr } = await ai(['own', '--help', '', 'a  b'], { cwd, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      '[--help][][a  b]',
      `who ${process.getuid?.()} where /workspace/${path.basename(cwd)} key k1 other none mode dark`,
      'state 1 talks 1',
      '',
    ]);
    await expectNothingLeft(home);
  });

  it('says gestures in its words, and keeps state for all projects and conversations for each', async () => {
    const first = { cwd: temporaryDirectory() };
    expect((await ai(['-a', 'own', '-p', 'a b'], first)).stdout).toContain('[--message][a b]\n');
    expect((await ai(['--yolo', '-c', 'own', '-x'], first)).stdout).toMatch(
      /^\[--resume\]\[-x\]\n.*\nstate 2 talks 2\n$/,
    );
    expect((await ai(['own'])).stdout).toContain('state 3 talks 1\n');
    const model = await ai(['--model', 'x', 'own']);
    expect(model.code).toBe(2);
    expect(model.stderr).toContain('own has no model: assistants.own.flags.model is not set');
  });

  it('that goes to a provider is told where, and that its image lets it get no further', async () => {
    settings(`${ownSettings(image)}    provider: { openai: { OWN_MODE: "{url} {model}" } }\n`);
    const env = { OLLAMA_HOST: '127.0.0.1:9', OWN_KEY: 'k1' };
    const { code, stdout, stderr } = await ai(['--model', 'ollama:m', 'own', 'a'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('key none other none mode http://127.0.0.1:9/v1 m\n');
    expect(stderr).toMatch(
      /^ai: nothing answers at 127.0.0.1:9: is ollama running\?\nai: .* port 9 of the host: the image needs socat or node\n$/,
    );
    await expectNothingLeft(home);
  });

  it('of a changed image has the files of that one', async () => {
    const late = async (): Promise<string> =>
      (await ai(['exec', '-a', 'own', 'grep', '-c', 'late', '/etc/passwd'])).stdout;
    expect(await late()).toBe('0\n');
    execFileSync('docker', ['build', '--quiet', '--tag', image, '-'], {
      input: `FROM ${image}\nUSER 0\nRUN echo 'late:x:4321:4321::/:/bin/sh' >>/etc/passwd\n`,
      stdio: 'pipe',
    });
    expect(await late()).toBe('1\n');
  });
});

describe('its login', () => {
  it('is made, shown, ended and brought back like any other', async () => {
    const env = { OWN_KEY: 'token-of-mine' };
    const made = await ai(['auth', 'login', 'own'], { env });
    expect(made.stderr).toContain('logged in to My Own; every project has it');
    expect(readFileSync(inState('.own/login'), 'utf8')).toBe('token-of-mine\n');
    const kinds = async (): Promise<unknown> =>
      (
        JSON.parse((await ai(['auth', 'status', '--json', 'own'])).stdout) as {
          logins: { kind: string }[];
        }
      ).logins.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['account']);
    await ai(['auth', 'logout', 'own']);
    expect(existsSync(inState('.own/login'))).toBe(false);
    expect(await kinds()).toEqual(['none']);
    await ai(['auth', 'restore', '--yes', 'own']);
    expect(await kinds()).toEqual(['account']);
  });

  it('outlives a launcher that was killed, and a definition that is gone since', async () => {
    const run = LiveRun.start(['own', 'wait'], { home });
    await run.waitFor('ready');
    run.signal('SIGKILL');
    await run.ended;
    expect(await containersLeft(home, { within: 15_000 })).toEqual([]);
    settings('');
    expect((await ai(['auth', 'status'])).code).toBe(0);
    expect(readFileSync(inState('.own/login'), 'utf8')).toBe('token-of-the-dead\n');
    expect((await ai(['clean'])).code).toBe(0);
    await expectNothingLeft(home);
  });
});

describe('an image', () => {
  it('without a shell is refused, clearly', async () => {
    execFileSync('docker', ['build', '--quiet', '--tag', bare, '-'], {
      input: 'FROM scratch\nLABEL a=b\n',
      stdio: 'pipe',
    });
    settings(ownSettings(bare));
    const { code, stderr } = await ai(['own']);
    expect(code).toBe(125);
    expect(stderr).toContain(`the image ${bare} cannot be used: there is no /bin/sh in it`);
    await expectNothingLeft(home);
  });

  it('that no registry has is said to be missing, with what to try', async () => {
    settings(ownSettings('127.0.0.1:9/nonesuch:1'));
    const { code, stderr } = await ai(['own']);
    expect(code).toBe(125);
    expect(stderr).toContain('cannot get the image 127.0.0.1:9/nonesuch:1: ');
    expect(stderr).toContain('docker pull 127.0.0.1:9/nonesuch:1');
  });

  it('is listed, pulled or not', async () => {
    const state = async (): Promise<unknown> =>
      (
        JSON.parse((await ai(['assistants', '--json'])).stdout) as {
          assistants: { name: string; image: object }[];
        }
      ).assistants.find(({ name }) => name === 'own')?.image;
    expect(await state()).toMatchObject({ tag: image, state: 'built' });
    settings(ownSettings('127.0.0.1:9/nonesuch:1'));
    expect(await state()).toMatchObject({ state: 'missing', size: null });
  });
});

it('is installed on the host from npm, in the version that is named, and never tried out', async () => {
  const script = '[ "$1" != --version ] || exit 3; echo "own $*"';
  const given = { name: '@own/own', version: '1.2.3', command: 'own', script };
  const registry = await startFakeRegistry(given);
  onTestFinished(registry.close);
  settings('assistants:\n  own: { npm: "@own/own@1.2.3", environment: { X: 1 } }\n');
  const env = {
    npm_config_registry: registry.url,
    npm_config_cache: temporaryDirectory(),
    npm_config_fetch_retries: '0',
  };
  const { code, stdout } = await ai(['own', '--native', 'a'], { env, input: '' });
  expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
  expect(await ai(['--native', '--yes', 'own', 'a'], { env })).toMatchObject({
    code: 0,
    stdout: 'own a\n',
  });
});

it('overrides a built-in one on the host, too', async () => {
  const bin = temporaryDirectory();
  writeFileSync(path.join(bin, 'tool'), program.replace(/^echo turn.*$/gm, ':'), { mode: 0o755 });
  settings(
    'assistants:\n  claude: { command: tool --x, environment: { OWN_MODE: light }, flags: { yolo: --free } }\n',
  );
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { stdout } = await ai(['--native', '--yolo', '-p', 'a b'], { env });
  expect(stdout).toMatch(/^\[--x\]\[--free\]\[-p\]\[a b\]\n.* mode light$/m);
});
