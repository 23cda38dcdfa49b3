// The first process, in real containers and under both shells that it meets there: busybox's and Debian's dash.

import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseImage } from '../../src/base/base-image.ts';
import { quoteForSh } from '../../src/base/quote.ts';
import { provideBase } from '../../src/images/base.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { connectToEngine } from '../support/engine.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const docker = connectToEngine();
const start = fileURLToPath(new URL('../../templates/inside/start', import.meta.url));
const oddName = `a 'b' "c" $d\n`;

let images: Record<string, string> = {};
beforeAll(async () => {
  const services = {
    docker,
    emit: () => undefined,
    confirm: () => Promise.resolve(true),
    environment: process.env,
  };
  images = { busybox: busyboxImage, dash: (await provideBase({ name: baseImage }, services)).from };
});

describe.each(['busybox', 'dash'])('the first process under %s', (shell) => {
  const run = (command: readonly string[], options: RunOptions = {}): Promise<RunEnd> =>
    runContainer(images[shell] ?? '', command, options);

  describe('becomes the command', () => {
    it('with its arguments byte for byte', async () => {
      const words = ['', ' ', '--', '-c', "it's", '"$HOME"', 'a\nb', '*', 'ä', '\\'];
      const { output } = await run([
        'sh',
        '-c',
        'for word; do printf "[%s]" "$word"; done',
        'sh',
        ...words,
      ]);
      expect(output).toBe(words.map((word) => `[${word}]`).join(''));
    });

    it('as the same process', async () => {
      expect((await run(['sh', '-c', 'echo $$'])).output).toBe('1\n');
    });

    it.each([
      [['sh', '-c', 'exit 7'], 7],
      [['no-such-command'], 127],
      [['/etc/passwd'], 126],
      [['/tmp'], 126],
    ])('%j ends with %i', async (command, code) => {
      expect((await run(command)).code).toBe(code);
    });
  });

  describe('with what the launcher has to say', () => {
    it('takes the environment from there, and keeps its own variables out of it', async () => {
      const value = `it's "x" $HOME \`id\` \\n\nsecond line`;
      const { output } = await run(
        ['sh', '-c', 'printf "%s|" "$SECRET" "$expected" "$id" ${AI_RUN-} ${AI_ROWS-}'],
        {
          files: { env: `export SECRET=${quoteForSh(value)}\n` },
          env: ['expected=mine', 'id=mine too', 'AI_ROWS=1', 'AI_COLUMNS=1'],
          mounts: 'same',
        },
      );
      expect(output).toBe(`${value}|mine|mine too|`);
    });

    it('runs nothing where the engine sees other files', async () => {
      const { code, output } = await run(['echo', 'ran'], { files: { id: 'another run\n' } });
      expect(code).toBe(125);
      expect(output).toContain('AI_ENGINE_REMOTE');
      expect(output).not.toContain('ran\n');
    });

    it('runs nothing where the engine has made an empty directory instead', async () => {
      expect((await run(['echo', 'ran'], { files: {}, id: false })).code).toBe(125);
    });

    it('runs the command where every mount is the one that was meant, whatever its name', async () => {
      expect(await run(['echo', 'ran'], { mounts: 'same' })).toEqual({ code: 0, output: 'ran\n' });
    });

    it('runs the command where an engine in a virtual machine numbers all files differently', async () => {
      const { output } = await run(['echo', 'ran'], { mounts: 'elsewhere' });
      expect(output).toBe('ran\n');
    });

    it.each(['replaced', 'missing'] as const)(
      'runs nothing where a mount is %s',
      async (mounts) => {
        const { code, output } = await run(['echo', 'ran'], { mounts });
        expect(code).toBe(125);
        expect(output).toContain('AI_MOUNT_CHANGED');
        expect(output).not.toContain('ran\n');
      },
    );

    it('looks at the mounts by the image’s own programs, whatever the user’s PATH is', async () => {
      const bin = temporaryDirectory();
      writeFileSync(path.join(bin, 'stat'), '#!/bin/sh\necho "$expected"\n', { mode: 0o755 });
      for (const place of ['/nowhere', '/tmp/a b']) {
        const options = { env: [`PATH=${place}`], binds: [bind(bin, '/tmp/a b')] };
        const replaced = await run(['/bin/echo', 'ran'], { mounts: 'replaced', ...options });
        expect(replaced.code).toBe(125);
        expect(replaced.output).toContain('AI_MOUNT_CHANGED');
        const { output } = await run(['/bin/sh', '-c', 'echo "$PATH"'], {
          mounts: 'same',
          ...options,
        });
        expect(output).toBe(`${place}\n`);
      }
    });
  });

  describe('that is to wait for a socket', () => {
    const command = ['sh', '-c', 'test -S /tmp/s && echo there; echo "[$AI_AWAIT]"'];

    it('goes on when it is there', async () => {
      const socket = path.join(temporaryDirectory(), 's');
      const server = createServer();
      const isBound = new Promise((resolve) => server.once('listening', resolve));
      const binds = [bind(path.dirname(socket), '/tmp')];
      const running = run(command, { env: ['AI_AWAIT=/tmp/s'], binds });
      server.listen(socket);
      await isBound;
      expect((await running).output).toBe('there\n[]\n');
      server.close();
    });

    it('goes on in the end where it never comes', async () => {
      expect((await run(command, { env: ['AI_AWAIT=/tmp/s'] })).output).toBe('[]\n');
    }, 20_000);
  });

  it('says which ports of the host lead nowhere for lack of a program, and goes on', async () => {
    const { code, output } = await run(['sh', '-c', 'echo "[$AI_PORTS]"'], {
      env: ['AI_PORTS=81 1234'],
    });
    expect(code).toBe(0);
    const said = (port: number): string =>
      `ai: nothing leads to port ${port} of the host: the image needs socat or node`;
    // Of two streams: which of them the engine takes first is its own affair.
    expect(output.trimEnd().split('\n').sort()).toEqual(['[]', said(1234), said(81)]);
  });

  describe('at a terminal', () => {
    const size = ['sh', '-c', 'stty size; echo $TERM'];

    it('sets its size, and a known TERM where the image lacks the terminal', async () => {
      const env = ['AI_ROWS=33', 'AI_COLUMNS=101', 'TERM=xterm-unheard-of'];
      expect((await run(size, { tty: true, env })).output).toBe('33 101\r\nxterm-256color\r\n');
    });

    it('leaves TERM alone where there is none', async () => {
      expect((await run(['sh', '-c', 'echo $TERM'], { env: ['TERM=x-unheard-of'] })).output).toBe(
        'x-unheard-of\n',
      );
    });
  });
});

it('keeps a TERM that the image knows', async () => {
  const { output } = await runContainer(images['dash'] ?? '', ['sh', '-c', 'echo $TERM'], {
    tty: true,
    env: ['TERM=screen'],
  });
  expect(output).toBe('screen\r\n');
});

it('runs nothing in an image that has no stat to look at the mounts with', async () => {
  const file = path.join(temporaryDirectory(), 'stat');
  writeFileSync(file, '');
  const { code, output } = await runContainer(images['dash'] ?? '', ['echo', 'ran'], {
    ...{ mounts: 'same', binds: [bind(file, '/usr/bin/stat')] },
  });
  expect(code).toBe(125);
  expect(output).toMatch(/no stat .*AI_IMAGE_UNFIT/);
  expect(output).not.toContain('ran\n');
});

it('says of a port that is not to be had that it is that, and of another nothing', async () => {
  const bin = temporaryDirectory();
  const script = `#!/usr/bin/perl
    use IO::Socket::INET;
    my ($port) = $ARGV[-2] =~ /TCP-LISTEN:(\\d+)/;
    exit if $port == 81;
    my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 1);
    sleep 60;\n`;
  writeFileSync(path.join(bin, 'socat'), script, { mode: 0o755 });
  const { output } = await runContainer(images['dash'] ?? '', ['sh', '-c', 'echo ran'], {
    ...{ env: ['AI_PORTS=81 1234'], binds: [bind(path.join(bin, 'socat'), '/usr/bin/socat')] },
  });
  // Of two streams: which of them the engine takes first is its own affair.
  expect(output.trimEnd().split('\n').sort()).toEqual([
    'ai: nothing leads to port 81 of the host: in here that port is taken, or not allowed',
    'ran',
  ]);
});

interface RunOptions {
  env?: readonly string[];
  tty?: boolean;
  /** Files in /run/ai; without them (and `mounts`) there is no such directory. */
  files?: Record<string, string>;
  /** False leaves the file with the run's id out. */
  id?: boolean;
  mounts?: MountsKind;
  /** More mounts. */
  binds?: readonly Docker.MountSettings[];
}

type MountsKind = 'same' | 'replaced' | 'missing' | 'elsewhere';

interface RunEnd {
  code: number;
  output: string;
}

async function runContainer(
  image: string,
  command: readonly string[],
  options: RunOptions,
): Promise<RunEnd> {
  const { env = [], tty = false, files, id = true, mounts } = options;
  const binds = [bind(start, '/opt/ai/start'), ...(options.binds ?? [])];
  if (files !== undefined || mounts !== undefined) {
    const run = temporaryDirectory();
    const written = {
      ...(id && { id: 'run-1\n' }),
      ...(mounts && { mounts: mountsFile(mounts, binds) }),
      ...files,
    };
    for (const [name, text] of Object.entries(written)) writeFileSync(path.join(run, name), text);
    binds.push(bind(run, '/run/ai'));
  }
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/opt/ai/start'],
    Cmd: [...command],
    Env: ['AI_RUN=run-1', ...env],
    Tty: tty,
    OpenStdin: tty,
    HostConfig: { Mounts: binds, NetworkMode: 'none' },
  });
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return {
      code: StatusCode,
      output: plain(await container.logs({ stdout: true, stderr: true }), tty),
    };
  } finally {
    await container.remove({ force: true });
  }
}

/** What the launcher writes for a mounted directory; `replaced` expects another one than is mounted. */
function mountsFile(kind: MountsKind, binds: Docker.MountSettings[]): string {
  const source = path.join(temporaryDirectory(), oddName);
  mkdirSync(source);
  chmodSync(source, 0o755);
  const target = `/tmp/${oddName}/deep`;
  if (kind !== 'missing') binds.push(bind(source, target));
  const { dev, ino } = statSync(kind === 'same' ? source : temporaryDirectory());
  const self = statSync(kind === 'elsewhere' ? temporaryDirectory() : start);
  const expected = quoteForSh(`${self.dev}:${self.ino}\n${dev}:${ino}`);
  return `expected=${expected}\nverify_mounts /opt/ai/start ${quoteForSh(target)}\n`;
}

const bind = (source: string, target: string): Docker.MountSettings => ({
  Type: 'bind',
  Source: source,
  Target: target,
  ReadOnly: true,
});

/** Without a terminal each piece has a header of eight bytes, the last four its length. */
function plain(logs: Buffer, tty: boolean): string {
  if (tty) return logs.toString();
  let output = '';
  for (let offset = 0; offset < logs.length;) {
    const length = logs.readUInt32BE(offset + 4);
    output += logs.toString('utf8', offset + 8, offset + 8 + length);
    offset += 8 + length;
  }
  return output;
}
