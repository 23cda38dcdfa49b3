// What must not come along with a mount: other file systems below it, an engine's socket, and what somebody puts in its place.

import { execFileSync, spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runAi, type AiResult } from '../support/ai.ts';
import { openEngineProxy } from '../support/engine-proxy.ts';
import { expectNothingLeft, stateOf } from '../support/left-behind.ts';
import { makeRepository } from '../support/repository.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers } from '../support/user.ts';

let home: string;
let project: string;
let data: string;

beforeAll(async () => {
  home = await homeWithImage();
});
beforeEach(() => {
  const parent = temporaryDirectory();
  project = makeRepository({ directory: path.join(parent, 'app') });
  data = path.join(parent, 'data');
  mkdirSync(path.join(data, 'nested'), { recursive: true });
  writeFileSync(path.join(data, 'file'), 'data\n');
});

const run = (script: string, options: readonly string[], host?: string): Promise<AiResult> =>
  runAi(
    [...(host === undefined ? [] : ['--host', host]), ...options, 'exec', '--', 'sh', '-c', script],
    {
      home,
      cwd: project,
    },
  );

/** Only root may mount something. */
describe.skipIf(!mayActAsOthers)('a file system mounted below what is mounted', () => {
  let nested: string;
  beforeEach(() => {
    nested = path.join(data, 'nested');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0777', 'nested', nested]);
    onTestFinished(() => {
      execFileSync('umount', [nested]);
    });
    writeFileSync(path.join(nested, 'old'), '');
  });
  /** Engines from 25.0 on make what is nested read-only as well, where the kernel can. */
  const isOldEngine = (): boolean =>
    Number.parseInt(
      execFileSync('docker', ['version', '-f', '{{.Server.Version}}'], { encoding: 'utf8' }),
    ) < 25;
  const write = 'cat /data/file; ls -A /data/nested; echo x > /data/nested/new';

  it('would be writable in a read-only mount, as engines make it', async () => {
    const { stdout } = await run('true', ['--dry-run', '-v', `${data}:/data:ro`]);
    const image = / (ai-in-docker\/\S+) sh /.exec(stdout)?.[1] ?? '';
    const mount = `type=bind,source=${data},target=/data,readonly`;
    const words = ['run', '--rm', '--network=none', '--entrypoint=', '--mount', mount, image];
    expect(spawnSync('docker', [...words, 'sh', '-c', write]).status).toBe(isOldEngine() ? 0 : 2);
    expect(readdirSync(nested)).toEqual(isOldEngine() ? ['new', 'old'] : ['old']);
  });

  it.each([':ro', ''])(
    'stays outside of one given as -v data:/data%s, which is said',
    async (mode) => {
      const { code, stdout, stderr } = await run(write, ['-v', `${data}:/data${mode}`]);
      expect(stdout).toBe('data\n');
      expect(stderr).toContain(
        `ai: not in /data: ${nested}, mounted below ${data} on this machine; each needs a -v of its own\n`,
      );
      expect(code).toBe(mode === ':ro' ? 2 : 0);
      expect(readdirSync(nested)).toEqual(['old']);
    },
  );

  it('stays outside of the project, which is said, unless the run starts in it', async () => {
    const inside = path.join(project, 'data');
    mkdirSync(inside);
    execFileSync('mount', ['--bind', nested, inside]);
    onTestFinished(() => {
      execFileSync('umount', [inside]);
    });
    const writes = 'ls -A data; echo x > data/new';
    const { code, stdout, stderr } = await run(writes, ['--yolo']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(
      `ai: empty in this run: ${inside}, mounted in the project on this machine; each needs a -v of its own\n`,
    );
    expect(readdirSync(nested)).toEqual(['old']);
    const there = await run('ls -A', ['-C', inside]);
    expect(there.stdout).toBe('old\n');
    expect(there.stderr).toContain(`in the project comes along: ${inside}\n`);
  });

  it('comes where it is asked for', async () => {
    const options = ['-v', `${data}:/data:ro`, '-v', `${nested}:/data/nested`];
    const { stdout } = await run(write, options);
    expect(stdout).toBe('data\nold\n');
    expect(readdirSync(nested)).toEqual(['new', 'old']);
  });
});

describe('an engine’s socket', () => {
  const refused = (socket: string): RegExp =>
    new RegExp(`^ai: will not mount .*: the engine’s socket .*${socket} is in it`);

  it.each(['/var/run', '/run', '/'])('does not come along with %s', async (directory) => {
    const { code, stderr } = await run('echo ran', ['-v', `${directory}:/host:ro`]);
    expect(code).toBe(125);
    expect(stderr).toMatch(refused('docker.sock'));
  });

  it('is refused as the project, whatever is allowed', async () => {
    const { code, stderr } = await runAi(
      ['--allow-root-dir', '-C', '/', 'exec', '--', 'echo', 'ran'],
      { home: temporaryDirectory() },
    );
    expect(code).toBe(125);
    expect(stderr).toMatch(refused('docker.sock'));
  });

  it('is known under another name, and by a link', async () => {
    const { host } = await openEngineProxy({});
    const socket = host.slice('unix://'.length);
    symlinkSync(socket, path.join(data, 'link'));
    const options = ['-v', `${path.join(data, 'link')}:/s`];
    expect((await run('echo ran', options, host)).stderr).toContain('it is a socket');
    linkSync(socket, path.join(data, 'nested/innocent'));
    const { code, stderr } = await run('echo ran', ['-v', `${data}:/data`], host);
    expect(code).toBe(125);
    expect(stderr).toMatch(refused('innocent'));
  });

  it('is not taken for any other: that of a database comes along', async () => {
    const server = createServer().listen(path.join(data, 'db.sock'));
    onTestFinished(() => {
      server.close();
    });
    expect(await run('ls /data', ['-v', `${data}:/data`])).toMatchObject({
      code: 0,
      stdout: 'db.sock\nfile\nnested\n',
    });
  });
});

describe('what is mounted', () => {
  /** Somebody swaps a directory between the look at it and the start of the container. */
  async function swapped(directory: string, options: readonly string[]): Promise<AiResult> {
    const secret = temporaryDirectory();
    writeFileSync(path.join(secret, 'file'), 'secret\n');
    const { host } = await openEngineProxy({
      before: (request) => {
        if (!/^POST \S+\/start /.test(request)) return;
        renameSync(directory, `${directory}-old`);
        symlinkSync(secret, directory);
      },
    });
    return run('cat /data/file .git/hooks/file', options, host);
  }

  it.each([
    ['an extra mount', () => data, []],
    ['a protected directory', () => path.join(project, '.git/hooks'), ['--protect', 'readonly']],
    ['the project', () => project, []],
  ] as const)(
    '%s that is replaced before the start runs nothing',
    async (_, directory, options) => {
      const { code, stdout, stderr } = await swapped(directory(), [
        '-v',
        `${data}:/data`,
        ...options,
      ]);
      expect(code).toBe(125);
      expect(stdout).toBe('');
      expect(stderr).toContain('AI_MOUNT_CHANGED');
      await expectNothingLeft(home);
    },
  );

  it('is no link’s target, when somebody was faster than the launcher', async () => {
    const secret = temporaryDirectory();
    writeFileSync(path.join(secret, 'file'), 'secret\n');
    // The launcher waits at this pipe between its look at the mounts and what it expects of them.
    const images = path.join(stateOf(home), 'images');
    const file = path.join(images, readdirSync(images)[0] ?? '', 'passwd');
    const passwd = readFileSync(file);
    rmSync(file);
    execFileSync('mkfifo', [file]);
    onTestFinished(() => {
      rmSync(file);
      writeFileSync(file, passwd);
    });
    const result = run('cat /data/file', ['-v', `${data}:/data`]);
    const pipe = await open(file, 'w');
    renameSync(data, `${data}-old`);
    symlinkSync(secret, data);
    await pipe.writeFile(passwd);
    await pipe.close();
    const { code, stdout, stderr } = await result;
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toContain('it was replaced by a link while the run was prepared');
    await expectNothingLeft(home);
  });

  it('runs where nobody replaces it', async () => {
    const { host } = await openEngineProxy({});
    const options = ['-v', `${data}:/data`, '--protect', 'readonly'];
    expect(await run('cat /data/file', options, host)).toMatchObject({ code: 0, stdout: 'data\n' });
  });
});
