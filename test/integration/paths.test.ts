// Whatever a directory is called, it is mounted, worked in and printed.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi } from '../support/ai.ts';
import { expectNothingLeft } from '../support/left-behind.ts';
import { oddNames } from '../support/odd-names.ts';
import { makeRepository } from '../support/repository.ts';
import { homeWithImage } from '../support/ready-home.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

let home: string;

beforeAll(async () => {
  home = await homeWithImage();
});

/** A project and a directory of data, both of that name. */
function makePlaces(name: string): { project: string; data: string } {
  const parent = temporaryDirectory();
  const [project, data] = [path.join(parent, name), path.join(parent, 'data', name)];
  for (const directory of [project, data]) mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(data, 'given'), 'data');
  return { project, data };
}

describe.each(oddNames)('a project and a mount named %j', (name) => {
  it('are where they should be, inside and outside', async () => {
    const { project, data } = makePlaces(name);
    const inside = `/mnt/${name}`;
    const script = 'pwd; cat "$1/given"; echo written > result; cp "$1/given" "$1/taken"';
    const { code, stdout, stderr } = await runAi(
      ['-v', `${data}:${inside}:rw`, 'exec', '--', 'sh', '-c', script, 'sh', inside],
      { home, cwd: project },
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `/workspace/${name}\ndata`,
      stderr: '',
    });
    expect(readFileSync(path.join(project, 'result'), 'utf8')).toBe('written\n');
    expect(readFileSync(path.join(data, 'taken'), 'utf8')).toBe('data');
  });

  it('are in a preview that does the same when it is pasted', async () => {
    const { project, data } = makePlaces(name);
    const script = 'pwd > result; cp "$1/given" .';
    const words = ['sh', '-c', script, 'sh', `/mnt/${name}`];
    const args = ['-v', `${data}:/mnt/${name}:ro`, '--network', 'none', '--dry-run', 'exec', '--'];
    const { stdout } = await runAi([...args, ...words], { home, cwd: project });
    expect(stdout.match(/\n/g)).toHaveLength(1);
    const { env } = aiCommand([], { home, cwd: project });
    const pasted = spawnSync('bash', ['-c', stdout], { encoding: 'utf8', env, input: '' });
    expect(pasted).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(path.join(project, 'result'), 'utf8')).toBe(`/workspace/${name}\n`);
    expect(readFileSync(path.join(project, 'given'), 'utf8')).toBe('data');
  });
});

describe('a start', () => {
  const script = 'pwd; echo x > made-here';

  it('below the root has all of the project, and works where it started', async () => {
    const project = makeRepository();
    const below = path.join(project, 'packages', 'one two');
    mkdirSync(below, { recursive: true });
    const result = await runAi(['exec', '--', 'sh', '-c', `${script}; cat ../../README.md`], {
      home,
      cwd: below,
    });
    expect(result).toMatchObject({
      code: 0,
      stdout: '/workspace/packages/one two\n# A project\n',
    });
    expect(readFileSync(path.join(below, 'made-here'), 'utf8')).toBe('x\n');
  });

  it('in a symlinked directory works in what it leads to', async () => {
    const project = makeRepository();
    const link = path.join(temporaryDirectory(), 'link');
    symlinkSync(project, link);
    const name = path.basename(project);
    for (const [args, cwd] of [
      [[], link],
      [['-C', link], '/'],
    ] as const) {
      const result = await runAi([...args, 'exec', '--', 'sh', '-c', script], {
        home,
        cwd,
        env: { PWD: cwd },
      });
      expect(result).toMatchObject({ code: 0, stdout: `/workspace/${name}\n` });
    }
    expect(readFileSync(path.join(project, 'made-here'), 'utf8')).toBe('x\n');
  });

  it('with --workspace same is at the host’s own path', async () => {
    const project = makeRepository();
    const result = await runAi(['--workspace', 'same', 'exec', '--', 'pwd'], {
      home,
      cwd: project,
    });
    expect(result).toMatchObject({ code: 0, stdout: `${project}\n` });
    await expectNothingLeft(home);
  });
});
