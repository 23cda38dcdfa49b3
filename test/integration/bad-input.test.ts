// What cannot work is refused before anything is changed: a code and a way out on stderr, nothing on stdout, nothing made.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import type { AiOptions, AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { PrivateEngine } from '../support/private-engine.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';

let home: string;
let cwd: string;

beforeAll(async () => {
  home = temporaryDirectory();
  cwd = temporaryDirectory();
  expect(await runAi(['--yes', 'exec', '--', 'true'], { home, cwd })).toMatchObject({ code: 0 });
});

/** Runs it, and holds what every refusal has in common. */
async function refuse(
  args: readonly string[],
  expected: { code: number; name: string; says?: (string | RegExp)[] },
  options: AiOptions = {},
): Promise<AiResult> {
  const where = options.home ?? home;
  const before = digestOf(where);
  const result = await runAi(args, { home, cwd, ...options });
  expect(result).toMatchObject({ code: expected.code, stdout: '' });
  expect(result.stderr).toMatch(/^ai: \S/);
  expect(result.stderr).toMatch(new RegExp(`^ {4}${expected.name}$`, 'm'));
  expect(result.stderr).not.toMatch(/ {4}at |undefined|\[object/);
  for (const text of expected.says ?? []) expect(result.stderr).toMatch(text);
  expect(digestOf(where)).toBe(before);
  await expectNothingLeft(where);
  return result;
}

/** Every name, owner, mode and content below a directory. */
function digestOf(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(directory, name);
    const { mode, uid, gid } = lstatSync(file);
    hash.update(`${name} ${mode} ${uid} ${gid}\n`);
    if (lstatSync(file).isFile()) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

const exec = ['exec', '--', 'true'];

describe('a command line', () => {
  it.each<[string[], string, string]>([
    [['calude'], 'AI_UNKNOWN_NAME', 'did you mean ai claude?'],
    [['exce', 'true'], 'AI_UNKNOWN_NAME', 'did you mean ai exec?'],
    [['-a', 'calude', ...exec], 'AI_UNKNOWN_NAME', 'claude'],
    [['--memroy', '1g', ...exec], 'AI_USAGE', 'did you mean --memory?'],
    [['--publish', 'x', ...exec], 'AI_USAGE', 'not a port to publish'],
    [['--host', 'npipe://nonsense', ...exec], 'AI_USAGE', 'no endpoint'],
    [['--json'], 'AI_USAGE', '--json goes with'],
    [['shell', 'words'], 'AI_USAGE', 'ai exec -- words'],
  ])('%j is wrong usage', async (args, name, says) => {
    await refuse(args, { code: 2, name, says: [says] });
  });
});

describe('a mount', () => {
  it.each<[string, string, string]>([
    ['/no/such/place:/data', 'AI_MOUNT_SOURCE_MISSING', '/no/such/place'],
    ['/var/tmp', 'AI_MOUNT_INVALID', 'HOST:/CONTAINER'],
    ['/var/run/docker.sock:/run/docker.sock', 'AI_MOUNT_INVALID', 'socket'],
    ['/var/tmp:/run/ai/x', 'AI_MOUNT_INVALID', 'needed by ai'],
    ['/var/tmp:/home/ai/.claude', 'AI_MOUNT_INVALID', 'needed by ai'],
    ['/var/tmp:/home/ai/.shared-login', 'AI_MOUNT_INVALID', 'taken'],
    ['/var/tmp:/home/ai/.claude/projects', 'AI_MOUNT_INVALID', 'taken'],
  ])('%s is refused', async (mount, name, says) => {
    await refuse(['-v', mount, ...exec], { code: 125, name, says: [says] });
  });
});

describe('a directory', () => {
  it.each([
    ['/', 'whole file system'],
    ['/usr/bin', 'directory of the system'],
    ['/etc/ssl', 'directory of the system'],
    ['~', 'home directory'],
    ['~/.docker-ai-config', 'state of ai'],
  ])('%s is no project', async (place, says) => {
    const directory = place.replace('~', home);
    await refuse(exec, { code: 125, name: 'AI_ROOT_REFUSED', says: [says] }, { cwd: directory });
  });

  it('that is not there is said to be missing', async () => {
    await refuse(['-C', 'nowhere', ...exec], { code: 125, name: 'AI_DIRECTORY_MISSING' });
  });

  it.runIf(mayActAsOthers)('that the user cannot read is said to be unreadable', async () => {
    const user = testUser();
    const parent = temporaryDirectory();
    const directory = path.join(parent, 'secret');
    mkdirSync(directory, { mode: 0o700 });
    await refuse(
      ['-C', directory, ...exec],
      { code: 125, name: 'AI_PROJECT_UNREADABLE', says: [directory] },
      { user, home: temporaryDirectory({ owner: user }), cwd: parent },
    );
  });
});

it('a base image that cannot be had is told, and nothing of the attempt stays on disk', async () => {
  const fresh = temporaryDirectory();
  // The name of a host that does not exist by its definition (RFC 2606).
  const env = { AI_IMAGE_BASE: 'registry.invalid/somebody/base:1' };
  const result = await runAi(exec, { home: fresh, env });
  expect(result).toMatchObject({ code: 125, stdout: '' });
  expect(result.stderr).toContain('AI_BASE_UNREACHABLE');
  expect(readdirSync(fresh)).toEqual([]);
});

describe('settings', () => {
  it('that are wrong are all told at once, with their lines', async () => {
    const wrongHome = temporaryDirectory();
    mkdirSync(stateOf(wrongHome));
    writeFileSync(
      path.join(stateOf(wrongHome), 'config.yaml'),
      'model: good\nmemroy: 4g\nnetwork: sometimes\nimage:\n  base: 3\n',
    );
    await refuse(
      ['--pids', 'many', ...exec],
      {
        code: 125,
        name: 'AI_SETTING_INVALID',
        says: [
          /^ai: 5 settings are wrong$/m,
          /config\.yaml:2:1: memroy is not a setting; did you mean memory\?/,
          /config\.yaml:3:1: network must be one of open, allowlist, none, host, or name:NETWORK [^,]*, not “.*sometimes.*”/,
          /config\.yaml:5:3: image\.base must be the name of an image like .*, not “3”/,
          /AI_TIMEOUT +must be a duration like 90s, 10m or 2h, not “soon”/,
          /--pids +must be a whole number above 0, not “many”/,
        ],
      },
      { home: wrongHome, env: { AI_TIMEOUT: 'soon' } },
    );
  });

  it('that are no YAML are told with the line', async () => {
    const wrongHome = temporaryDirectory();
    mkdirSync(stateOf(wrongHome));
    writeFileSync(path.join(stateOf(wrongHome), 'config.yaml'), 'model: a\nenv: [unclosed\n');
    await refuse(
      exec,
      { code: 125, name: 'AI_SETTING_INVALID', says: [/config\.yaml:[23]:\d+: /] },
      { home: wrongHome },
    );
  });

  it('in a variable with a near miss of a name are a warning, and the run goes on', async () => {
    const result = await runAi(['exec', '--', 'echo', 'ran'], {
      home,
      cwd,
      env: { AI_MEMROY: '1g', AI_OF_OTHERS: 'x' },
    });
    expect(result).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(result.stderr).toBe('ai: AI_MEMROY is not a setting; did you mean AI_MEMORY?\n');
  });
});

describe('an engine', () => {
  it('that cannot be reached is said so at the very first run too', async () => {
    const socket = await abandonedSocket();
    await refuse(
      ['--host', `unix://${socket}`, ...exec],
      { code: 125, name: 'AI_ENGINE_UNREACHABLE', says: ['nothing listens'] },
      { home: temporaryDirectory() },
    );
  });

  const unreachable = { code: 125, name: 'AI_ENGINE_UNREACHABLE' };

  it('whose socket is not there', async () => {
    const host = 'unix:///var/tmp/no-such-engine.sock';
    await refuse(['--host', host, ...exec], { ...unreachable, says: [host, 'no such socket'] });
    await refuse(exec, { ...unreachable, says: [host] }, { env: { DOCKER_HOST: host } });
    await refuse(['--host', host, 'ps'], { ...unreachable, says: [host] });
  });

  it('where nothing listens', async () => {
    const socket = await abandonedSocket();
    const says = [socket, 'nothing listens'];
    await refuse(['--host', `unix://${socket}`, ...exec], { ...unreachable, says });
    await refuse(['--host', 'tcp://127.0.0.1:9', ...exec], { ...unreachable, says: ['127.0.0.1'] });
  });

  it.runIf(mayActAsOthers)('that the user may not use', async () => {
    const user = testUser();
    const socket = await abandonedSocket();
    chmodSync(socket, 0o600);
    await refuse(
      ['--host', `unix://${socket}`, ...exec],
      { code: 125, name: 'AI_ENGINE_PERMISSION', says: [socket, 'ls -l', '--host'] },
      { user, home: temporaryDirectory({ owner: user }), cwd: temporaryDirectory() },
    );
  });

  it('that an unknown docker context names', async () => {
    await refuse(['--context', 'nonesuch', ...exec], {
      code: 125,
      name: 'AI_ENGINE_CONTEXT',
      says: ['nonesuch', 'docker context ls'],
    });
  });

  it('that is too old: what it has created is removed again', async () => {
    const proxy = await openEngineProxy({
      change: (answer) => answer.replace(/^(Api-Version): .*$/m, '$1: 1.40\r'),
    });
    await refuse(['--host', proxy.host, ...exec], {
      code: 125,
      name: 'AI_ENGINE_API_OLD',
      says: ['1.40', '1.41'],
    });
    expect(proxy.requests.map((request) => request.split(' ')[0])).toEqual(['POST', 'DELETE']);
  });
});

describe.runIf(mayActAsOthers)('an engine that does not see this machine’s files', () => {
  const parent = temporaryDirectory();
  const project = path.join(parent, 'project');
  const engine = new PrivateEngine(parent);

  beforeAll(async () => {
    mkdirSync(project);
    await engine.start();
    await engine.loadImageFor(home, project);
  });
  afterAll(async () => {
    await engine.destroy();
  });

  it('is refused, and nothing is left in it', async () => {
    const args = ['--host', engine.host, '--network', 'none', ...exec];
    await refuse(args, { code: 125, name: 'AI_ENGINE_REMOTE', says: [project] }, { cwd: project });
    expect(await engine.docker.listContainers({ all: true })).toEqual([]);
  });
});

/** A socket whose listener has ended without removing it, as a crashed engine leaves one. */
async function abandonedSocket(): Promise<string> {
  const socket = path.join(temporaryDirectory(), 'engine.sock');
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  const listener = spawn(process.execPath, ['-e', script, socket]);
  await new Promise((resolve) => listener.once('exit', resolve));
  return socket;
}
