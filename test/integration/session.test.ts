// One session with pipes: its exit code, its streams and its environment are those of the program inside.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi, startAi } from '../support/ai.ts';
import type { AiOptions, AiResult } from '../support/ai.ts';
import { connectToEngine, containersOf } from '../support/engine.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { homeWithImage } from '../support/ready-home.ts';

let home: string;

beforeAll(async () => {
  home = await homeWithImage();
});
afterEach(async () => {
  await expectNothingLeft(home);
});

const exec = (command: readonly string[], options: AiOptions = {}): Promise<AiResult> =>
  runAi(['exec', '--', ...command], { home, ...options });

const megabyte = 1024 * 1024;

describe('the exit code', () => {
  it.each<[number, string[]]>([
    [0, ['true']],
    [3, ['sh', '-c', 'exit 3']],
    [137, ['sh', '-c', 'kill -KILL $$']],
    [143, ['sh', '-c', 'kill -TERM $$']],
    [126, ['/etc/hostname']],
    [127, ['no-such-command']],
  ])('is %i for %j, and the launcher adds no word', async (code, command) => {
    const result = await exec(command);
    expect(result).toMatchObject({ code, signal: null, stdout: '' });
    if (code !== 126 && code !== 127) expect(result.stderr).toBe('');
    expect(result.stderr).not.toMatch(/^ai:/m);
  });

  it.each<[number, string[], string]>([
    [2, ['--nonsense'], 'AI_USAGE'],
    [2, ['exec'], 'AI_USAGE'],
    [125, ['-C', '/no/such/place', 'exec', '--', 'true'], 'AI_DIRECTORY_MISSING'],
  ])('is %i for the launcher’s own failure %j', async (code, args, name) => {
    const result = await runAi(args, { home });
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(name);
  });
});

it('the host inside has the same name in every run', async () => {
  expect(await exec(['hostname'])).toMatchObject({ code: 0, stdout: 'ai\n' });
});

describe('the output', () => {
  it('comes on the stream that it was written to', async () => {
    expect(await exec(['sh', '-c', 'echo out; echo err >&2'])).toEqual({
      code: 0,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('is whole for 200 programs that print and end at once', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const failures: string[] = [];
    const worker = async (): Promise<void> => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
        const script = `echo out-${number}; echo err-${number} >&2; exit 7`;
        const { code, stdout, stderr } = await exec(['sh', '-c', script]);
        const isWhole = code === 7 && stdout === `out-${number}\n` && stderr === `err-${number}\n`;
        if (!isWhole) failures.push(`${number}: ${code} ${stdout}${stderr}`);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    expect(failures).toEqual([]);
  }, 240_000);

  it('waits in the container, not in the launcher, while the reader is slow', async () => {
    const size = 200_000_000;
    const child = startAi(['exec', '--', 'head', '-c', `${size}`, '/dev/zero'], { home });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let read = 0;
    let pauses = 0;
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      read += piece.length;
      if (read > (pauses + 0.5) * (size / 3)) {
        pauses++;
        // Long enough for a launcher without backpressure to take all there is.
        await wait(800);
        expect(highestMemory(child.pid)).toBeLessThan(150 * megabyte);
      }
    }
    expect({ read, pauses, code: await ended }).toEqual({ read: size, pauses: 3, code: 0 });
  });

  it('may lose its reader: the program ends as it would in a pipe', async () => {
    const { command, cwd, env } = aiCommand(['exec', '--', 'yes'], { home });
    const script = '"$@" | head -n 2; echo "code ${PIPESTATUS[0]}"';
    const shell = spawn('bash', ['-c', script, 'bash', ...command], { cwd, env });
    expect(await text(shell.stdout)).toBe('y\ny\ncode 141\n');
  });
});

describe('the arguments', () => {
  const odd = [
    '',
    ' ',
    '\n',
    'a\nb\n',
    '--',
    '-h',
    '--help',
    '"',
    "'",
    '\\',
    '$HOME',
    '$(id)',
    '*',
  ];

  it('arrive byte for byte', async () => {
    const words = [...odd, 'ünï 日本 😀', '\t\u0001\u007f', '`id`', '-'.repeat(70_000)];
    const { stdout } = await exec(['printf', '%s\\0', ...words]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  it('need no dashes before them', async () => {
    const { stdout } = await runAi(['exec', 'printf', '%s\\0', '--json', ...odd], { home });
    expect(stdout.split('\0').slice(0, -1)).toEqual(['--json', ...odd]);
  });
});

describe('stdin', () => {
  it.each([
    ['64 MiB', 64],
    ['1 GiB', 1024],
  ])('arrives whole: %s', async (_, megabytes) => {
    const child = startAi(['exec', '--', 'sha256sum'], { home });
    const block = randomBytes(megabyte);
    const hash = createHash('sha256');
    const source = Readable.from(
      (function* () {
        for (let index = 0; index < megabytes; index++) {
          // Another block every time, so that a swap or a repetition would show.
          block.writeUInt32LE(index, 0);
          const piece = Buffer.from(block);
          hash.update(piece);
          yield piece;
        }
      })(),
      { objectMode: false },
    );
    const [answer] = await Promise.all([text(child.stdout), pipeline(source, child.stdin)]);
    expect(answer).toBe(`${hash.digest('hex')}  -\n`);
  });

  it.each(['</dev/null', '<&-', '<<<""'])('may be %s', async (redirection) => {
    const { command, cwd, env } = aiCommand(['exec', '--', 'wc', '-l'], { home });
    const script = `"$@" ${redirection}`;
    const shell = spawn('bash', ['-c', script, 'bash', ...command], { cwd, env });
    const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
    expect({ stdout, stderr }).toEqual({
      stdout: redirection === '<<<""' ? '1\n' : '0\n',
      stderr: '',
    });
  });

  it('that nobody reads inside does not keep the run', async () => {
    const child = startAi(['exec', '--', 'true'], { home });
    child.stdin.on('error', () => undefined).write(Buffer.alloc(8 * megabyte));
    child.stdout.resume();
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  });
});

describe('the environment', () => {
  it('is made for the run; nothing of the host’s leaks in', async () => {
    const { stdout } = await exec(['env', '-0'], {
      env: { TZ: 'Asia/Tokyo', HOST_LEAK: 'leak', SSH_AUTH_SOCK: '/leak', LD_PRELOAD: undefined },
    });
    const variables = Object.fromEntries(stdout.split('\0').filter(Boolean).map(splitAtEquals));
    expect(variables).toMatchObject({
      HOME: '/home/ai',
      USER: 'root',
      TZ: 'Asia/Tokyo',
      LANG: 'C.UTF-8',
    });
    expect(variables['PATH']).toMatch(/^\/run\/ai\/bin:\/opt\/ai\/assistant\/bin:/);
    expect(stdout).not.toMatch(/leak|AI_RUN|AI_ROWS/i);
    expect(stdout).not.toContain(home);
  });

  it('has what -e says, from the caller where there is no value', async () => {
    const { stdout } = await runAi(
      ['-e', 'GIVEN=a=b c', '-e', 'CALLERS', '-e', 'ABSENT', 'exec', '--', 'env'],
      { home, env: { CALLERS: 'from outside' } },
    );
    expect(stdout).toContain('GIVEN=a=b c\n');
    expect(stdout).toContain('CALLERS=from outside\n');
    expect(stdout).not.toContain('ABSENT');
  });
});

describe('a secret', () => {
  const secret = 'sk-integration-4711-\'"$';
  const env = { ANTHROPIC_API_KEY: secret, MY_TOKEN: secret };

  it('reaches the program, and neither the engine’s configuration nor the record of the run', async () => {
    const script = 'printf "%s\\n" "$ANTHROPIC_API_KEY" "$MY_TOKEN" ready; cat';
    const run = LiveRun.start(['-e', 'MY_TOKEN', 'exec', '--', 'sh', '-c', script], { home, env });
    await run.waitFor('ready');
    const [container] = await containersOf(home);
    const configuration = await connectToEngine().getContainer(container!.id).inspect();
    expect(JSON.stringify(configuration)).not.toContain('4711');
    const [id = ''] = runsIn(home);
    const record = readFileSync(path.join(stateOf(home), 'runs', id, 'plan.json'), 'utf8');
    expect(record).toContain(id);
    expect(record).not.toContain('4711');
    run.child.stdin.end();
    expect(await run.ended).toMatchObject({ code: 0, stdout: `${secret}\n${secret}\nready\n` });
  });

  it('is in no preview', async () => {
    for (const json of [[], ['--json']]) {
      const args = ['--dry-run', ...json, '-e', 'MY_TOKEN', 'exec', '--', 'true'];
      const { code, stdout, stderr } = await runAi(args, { home, env });
      expect(code).toBe(0);
      expect(stdout).toContain('ANTHROPIC_API_KEY');
      expect(stdout).toContain('MY_TOKEN');
      expect(stdout + stderr).not.toContain('4711');
    }
  });
});

/** Bytes that the process has had in memory at once, so far (proc(5), VmHWM). */
function highestMemory(pid = 0): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}

function splitAtEquals(entry: string): [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}
