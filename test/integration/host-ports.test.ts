// A port of this machine's loopback inside a run: what gets through, that nothing else does, and what is said where nothing answers.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { aiCommand, runAi, type AiOptions, type AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { stuckPort } from '../support/stuck-port.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { asUser, mayActAsOthers, testUser } from '../support/user.ts';

/** The names that the server was asked by, and with which keys. */
const seen: unknown[] = [];
/** Says who asked, and at `…/echo` what. */
const server = createServer((request, response) => {
  seen.push([request.headers.host, request.headers.authorization]);
  if (request.url?.endsWith('/echo')) request.pipe(response);
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
      { options: ['--browser', 'off'] },
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
    const notes = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ what }) => what === 'host port');
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

/** With `image` as the own assistant `own`, which asks the model and says what it answers. */
function useOwn(image: string, url: string): void {
  const script = `curl -sS --max-time 20 -H "Authorization: Bearer $AUTH" "$PLACE/echo" -d "$MODEL $AUTH \${OWN_KEY-} \${OPENAI_API_KEY-}"`;
  const provider = { openai: { PLACE: '{url}', AUTH: '{key}', MODEL: '{model}' } };
  const own = { image, provider, keys: 'OWN_KEY', environment: { OPENAI_API_KEY: 'sk-other-1' } };
  const config = {
    assistants: { own: { ...own, command: ['sh', '-c', script] } },
    providers: { work: { url, key: 'WORK_KEY' } },
  };
  mkdirSync(stateOf(home), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(stateOf(home), 'config.yaml'), JSON.stringify(config));
}

it('an own assistant in an image without socat gets there by node, with the provider’s key and no other', async () => {
  const image = `ai-test/no-socat:${process.pid}`;
  const { stdout } = await runAi(['--dry-run', '--json'], { home, cwd });
  const { image: ours } = JSON.parse(stdout) as { image: { tag: string } };
  execFileSync('docker', ['build', '--quiet', '--tag', image, '-'], {
    input: `FROM ${ours.tag}\nUSER 0\nRUN rm /usr/bin/socat\n`,
    stdio: 'pipe',
  });
  onTestFinished(() => {
    execFileSync('docker', ['rmi', '--force', image], { stdio: 'pipe' });
  });
  // Not what the assistant's API would have there, but the server says it back.
  useOwn(image, `http://models.localhost:${port}/api`);
  const env = { WORK_KEY: 'key-of-work', OWN_KEY: 'other-2' };
  const run = await runAi(['--network', 'none', '--model', 'work:m', 'own'], { home, cwd, env });
  expect(run).toMatchObject({ code: 0, stdout: 'm key-of-work  ' });
  expect(run.stderr).toBe(
    `ai: OPENAI_API_KEY left out: meant for another vendor than 127.0.0.1:${port}\n`,
  );
  expect(seen.at(-1)).toEqual([`models.localhost:${port}`, 'Bearer key-of-work']);
  await expectNothingLeft(home);
});

describe('a server', () => {
  it('that is started again in the middle of a session is there again', async () => {
    const at = await freePort();
    const start = async (): Promise<Server> => {
      const one = createServer((_request, response) => response.end('again\n'));
      await new Promise<void>((resolve) => one.listen(at, '127.0.0.1', resolve));
      return one;
    };
    const stop = async (one: Server): Promise<void> => {
      one.closeAllConnections();
      await new Promise((resolve) => one.close(resolve));
    };
    const ask = `curl -sS --max-time 20 http://127.0.0.1:${at}/ 2>/dev/null || echo nobody`;
    const run = LiveRun.start(words(`${ask}; while read -r line; do ${ask}; done`), {
      ...{ home, cwd, env: environment(at) },
    });
    const first = await start();
    await run.waitFor('again\n');
    await stop(first);
    run.child.stdin.write('go\n');
    await run.waitFor('again\nnobody\n');
    const second = await start();
    run.child.stdin.end('go\n');
    await run.waitFor('again\nnobody\nagain\n');
    await run.ended;
    await stop(second);
    await expectNothingLeft(home);
  });

  it('at ::1 only gets all of a question, and the end of it before it answers', async () => {
    const listening = createTcpServer({ allowHalfOpen: true }, (socket) => {
      let asked = 0;
      socket.on('data', (data: Buffer) => (asked += data.length));
      socket.once('end', () => socket.end(`${asked} bytes\n`));
    });
    await new Promise<void>((resolve) => listening.listen(0, '::1', resolve));
    const { port: at } = listening.address() as AddressInfo;
    onTestFinished(() => void listening.close());
    const env = { OLLAMA_HOST: `localhost:${at}` };
    const run = await inside(`head -c 100000 /dev/zero | socat -t 20 - TCP:127.0.0.1:${at}`, {
      env,
    });
    expect(run).toMatchObject({ code: 0, stdout: '100000 bytes\n', stderr: '' });
  });

  it('that takes nobody holds up neither the start nor who asks it', async () => {
    const at = await stuckPort();
    const started = performance.now();
    const run = await inside(
      `curl -sS --max-time 20 http://127.0.0.1:${at}/ >/dev/null 2>&1 || echo $?`,
      { at },
    );
    expect(run).toMatchObject({ code: 0, stdout: '52\n' });
    expect(run.stderr).toBe(`ai: nothing answers at 127.0.0.1:${at}: is ollama running?\n`);
    expect(performance.now() - started).toBeLessThan(15_000);
    await expectNothingLeft(home);
  });
});

describe('an assistant that cannot be sent to a provider', () => {
  const use = (name: string, ...words: string[]): Promise<AiResult> =>
    runAi(['--model', 'ollama:m', '-a', name, ...words], { home, cwd, env: { ZAI_API_KEY: 'z' } });

  it.each([
    ['gemini', 'Gemini CLI'],
    ['glm', 'GLM'],
  ])('%s says so, and who can', async (name, title) => {
    const { code, stdout, stderr } = await use(name, '-p', 'hi');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      `${title} cannot be sent to ollama (API openai or anthropic); claude, codex, opencode, qwen, copilot can`,
    );
    expect(stderr).toContain('ai -a claude --model ollama:m');
  });

  it('lets a command run all the same', async () => {
    const { code, stdout, stderr } = await use('glm', 'exec', '--', 'echo', 'ran');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ran\n' });
    expect(stderr).toMatch(/^ai: without the model ollama:m: GLM cannot be sent to ollama/);
  });
});
