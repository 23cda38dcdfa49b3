// A port of this machine's loopback inside a run: what gets through, that nothing else does, and what is said where nothing answers.

import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { asUser, mayActAsOthers, testUser } from '../support/user.ts';

/** Says who asked, and at `/echo` what. */
const server = createServer((request, response) => {
  if (request.url === '/echo') request.pipe(response);
  else response.end(`hello ${request.socket.remoteAddress}\n`);
});
const other = createServer((_request, response) => response.end('secret\n'));
let port: number;
let otherPort: number;
let home: string;
let cwd: string;

const listen = async (on: Server): Promise<number> => {
  await new Promise<void>((resolve) => on.listen(0, '127.0.0.1', resolve));
  return (on.address() as AddressInfo).port;
};

beforeAll(async () => {
  port = await listen(server);
  otherPort = await listen(other);
  const image = await runAi(['--yes', 'exec', '--', 'true']);
  expect(image, image.stderr).toMatchObject({ code: 0 });
});
afterAll(() => {
  server.close();
  other.close();
});
beforeEach(() => {
  home = temporaryDirectory();
  cwd = temporaryDirectory();
});

const words = (script: string, options: readonly string[] = []): string[] => [
  ...['--yes', '--model', 'ollama:m', '--network', 'none', ...options],
  ...['exec', '--', 'sh', '-ec', script],
];

const environment = (at = port): Record<string, string> => ({ OLLAMA_HOST: `127.0.0.1:${at}` });

const inside = (
  script: string,
  { options, at, ...more }: AiOptions & { options?: readonly string[]; at?: number } = {},
): Promise<AiResult> => runAi(words(script, options), { home, cwd, env: environment(at), ...more });

const get = (): string => `curl -sS --max-time 20 http://127.0.0.1:${port}/`;

describe('a port of this machine', () => {
  it('is at the same port inside, where no other port is and no network', async () => {
    const run = await inside(
      `${get()}; curl -sS http://127.0.0.1:${otherPort}/ 2>&1 || echo "not there"
       ls /run/ai-sock; env | grep ^AI_ || echo "no AI_"; cat /sys/class/net/*/address`,
    );
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(
      new RegExp(
        `^hello 127.0.0.1\ncurl: \\(7\\).*\nnot there\nport-${port}\nno AI_\n00:00:00:00:00:00\n$`,
      ),
    );
    await expectNothingLeft(home);
  });

  it('is noted once in the audit', async () => {
    await inside(`${get()}; ${get()}`);
    const lines = readFileSync(path.join(stateOf(home), 'audit.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const notes = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(notes).toMatchObject([
      { what: 'host port', port, host: '127.0.0.1', provider: 'ollama', assistant: 'claude' },
    ]);
  });

  it('takes and gives much, to the last byte', async () => {
    const data = randomBytes(24 * 1024 ** 2);
    writeFileSync(path.join(cwd, 'data'), data);
    const run = await inside(
      `for n in 1 2 3; do curl -sS --data-binary @data http://127.0.0.1:${port}/echo | sha256sum & done; wait`,
    );
    const sum = `${createHash('sha256').update(data).digest('hex')}  -\n`;
    expect(run).toMatchObject({ code: 0, stdout: sum.repeat(3), stderr: '' });
  });

  it('that is silent is said once, and whoever asks there is not kept waiting', async () => {
    const at = await freePort();
    const ask = `curl -sS --max-time 20 http://127.0.0.1:${at}/ >/dev/null 2>&1 || echo $?`;
    const run = await inside(`${ask}; ${ask}; exit 3`, { at });
    expect(run).toMatchObject({ code: 3, stdout: '52\n52\n' });
    expect(run.stderr).toBe(`ai: nothing answers at 127.0.0.1:${at}: is ollama running?\n`);
  });

  it('outlives Ctrl-C at the terminal, and is no child of what runs there', async () => {
    const script = `trap 'echo "caught"' INT; echo ready; read -r line || read -r line; ${get()}; ps -o ppid= -C socat | head -1`;
    const terminal = Terminal.open(aiCommand(words(script), { home, cwd, env: environment() }));
    await terminal.waitFor('ready');
    terminal.type('\x03');
    await terminal.waitFor('caught');
    terminal.type('go\r');
    await terminal.waitFor(/hello 127\.0\.0\.1\s+1\s/);
    expect(await terminal.exit).toMatchObject({ code: 0 });
    await expectNothingLeft(home);
  });

  it.runIf(mayActAsOthers)('is nobody else’s of this machine', async () => {
    const run = LiveRun.start(words('echo ready; read -r line'), { home, cwd, env: environment() });
    await run.waitFor('ready');
    const [id = ''] = runsIn(home);
    const sockets = path.join(stateOf(home), 'runs', id, 'sock');
    const [name = ''] = readdirSync(sockets);
    const modes = [sockets, path.join(sockets, name)].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);
    const [program = '', ...args] = asUser(testUser(), ['test', '-e', path.join(sockets, name)]);
    expect(spawnSync(program, args).status).toBe(1);
    run.child.stdin.end();
    await run.ended;
    await expectNothingLeft(home);
  });

  it.runIf(mayActAsOthers)('is there for another user than root, and with --root', async () => {
    const user = testUser();
    cwd = temporaryDirectory({ owner: user });
    const theirs = await inside(`${get()}; id -u`, {
      ...{ user, home: temporaryDirectory({ owner: user }) },
    });
    expect(theirs).toMatchObject({ code: 0, stdout: `hello 127.0.0.1\n${user.uid}\n`, stderr: '' });
    for (const options of [[], ['--root']]) {
      const run = await inside(get(), { options });
      expect(run, run.stderr).toMatchObject({ code: 0, stdout: 'hello 127.0.0.1\n' });
    }
  });
});

describe('where the engine shares no sockets', () => {
  const relayed = async (script: string): Promise<AiResult> => {
    const { host } = await openEngineProxy({ at: '.colima/default/docker.sock' });
    return inside(script, { options: ['--host', host] });
  };

  it('it is relayed', async () => {
    const run = await relayed(`${get()}; stat -f -c %T /run/ai-sock`);
    expect(run).toMatchObject({ code: 0, stdout: 'hello 127.0.0.1\ntmpfs\n', stderr: '' });
    await expectNothingLeft(home);
  });

  it('it takes and gives much', async () => {
    const data = randomBytes(8 * 1024 ** 2);
    writeFileSync(path.join(cwd, 'data'), data);
    const run = await relayed(
      `for n in 1 2 3; do curl -sS --data-binary @data http://127.0.0.1:${port}/echo | sha256sum & done; wait`,
    );
    const sum = `${createHash('sha256').update(data).digest('hex')}  -\n`;
    expect(run).toMatchObject({ code: 0, stdout: sum.repeat(3), stderr: '' });
  });
});

describe('an image without socat', () => {
  /** With these programs on the path of the run, and no others. */
  const only = (...programs: string[]): readonly string[] => {
    const bin = path.join(cwd, 'bin');
    mkdirSync(bin);
    for (const name of programs)
      symlinkSync(
        `${name === 'node' ? '/usr/local/bin' : '/usr/bin'}/${name}`,
        path.join(bin, name),
      );
    return ['-e', `PATH=/workspace/${path.basename(cwd)}/bin`];
  };
  const usual = ['sh', 'stat', 'grep', 'sleep', 'curl'];

  it('has node do it', async () => {
    const run = await inside(get(), { options: only(...usual, 'node', 'setsid') });
    expect(run).toMatchObject({ code: 0, stdout: 'hello 127.0.0.1\n', stderr: '' });
  });

  it('and without node says so', async () => {
    const run = await inside(`${get()} 2>/dev/null || echo no`, { options: only(...usual) });
    expect(run).toMatchObject({ code: 0, stdout: 'no\n' });
    expect(run.stderr).toMatch(new RegExp(`port ${port} of the host.*socat or node`));
  });
});
