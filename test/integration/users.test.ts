// Whose files a run makes, and who one is inside: always the user whose project it is, never more.

import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runAi } from '../support/ai.ts';
import { expectNothingLeft, runsIn, stateOf } from '../support/left-behind.ts';
import { LiveRun } from '../support/live-run.ts';
import { git, makeRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser } from '../support/user.ts';
import type { TestUser } from '../support/user.ts';

const root: TestUser = { name: 'root', uid: 0, gid: 0 };
const other = mayActAsOthers ? testUser() : root;

/** Who starts `ai`, whose the project is, and so who one is inside. */
const situations: readonly [string, { launcher: TestUser; owner: TestUser }][] = [
  ['root in their own project', { launcher: root, owner: root }],
  ['root in somebody else’s project', { launcher: root, owner: other }],
  ['a user in the docker group', { launcher: other, owner: other }],
];

const ownerOf = (file: string): { uid: number; gid: number } => {
  const { uid, gid } = lstatSync(file);
  return { uid, gid };
};
const optional = (user: TestUser): TestUser | undefined => (user.uid === 0 ? undefined : user);

/** A home with an identity for git. */
function makeHome(launcher: TestUser): string {
  const home = temporaryDirectory({ owner: optional(launcher) });
  const identity = '[user]\n\tname = "Ada \\"The\\" Löve"\n\temail = ada@example.invalid\n';
  writeFileSync(path.join(home, '.gitconfig'), identity);
  return home;
}

function makeProject(owner: TestUser): string {
  const project = makeRepository({ owner: optional(owner) });
  // The identity is to come from the user's own configuration.
  for (const key of ['user.name', 'user.email'])
    git(['config', '--unset', key], { directory: project, owner: optional(owner) });
  return project;
}

describe.runIf(mayActAsOthers).each(situations)('%s', (_, { launcher, owner }) => {
  const user = optional(launcher);
  const is = { uid: owner.uid, gid: owner.gid };
  let home: string;
  let project: string;

  /** Runs a script inside, which has to end well. */
  async function inside(script: string, ...options: string[]): Promise<string> {
    const args = ['-q', ...options, 'exec', '--', 'sh', '-ec', script];
    const result = await runAi(args, { home, cwd: project, user });
    expect(result).toMatchObject({ code: 0 });
    return result.stdout;
  }

  beforeAll(async () => {
    home = makeHome(launcher);
    project = makeProject(owner);
    const first = await runAi(['--yes', '-q', 'exec', '--', 'true'], { home, cwd: project, user });
    expect(first, first.stderr).toMatchObject({ code: 0 });
  });

  it('is the owner inside, with a name, a home and no rights', async () => {
    const script = `whoami; id -u; id -g; id -un; echo "$USER"; echo "$HOME"; touch "$HOME/x" "$HOME/.claude/y"
      grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; ssh -V 2>&1`;
    const lines = (await inside(script)).split('\n');
    const { name, uid, gid } = owner;
    expect(lines.slice(0, 6)).toEqual([name, `${uid}`, `${gid}`, name, name, '/home/ai']);
    expect(lines[6]).toMatch(/^CapEff:\t0{16}$/);
    expect(lines[7]).toMatch(/^NoNewPrivs:\t1$/);
    expect(lines[8]).toMatch(/^OpenSSH_/);
  });

  it('makes files that belong to the owner, and commits as the user who started it', async () => {
    await inside(`mkdir -p made/deep; echo x > made/deep/file; ln -s file made/deep/link
      git add made; git commit -q -m "from inside"`);
    for (const name of ['made', 'made/deep', 'made/deep/file', 'made/deep/link', '.git/index'])
      expect({ name, ...ownerOf(path.join(project, name)) }).toEqual({ name, ...is });
    const log = git(['log', '-1', '--format=%an <%ae> %s'], {
      directory: project,
      owner: optional(owner),
    });
    expect(log).toBe('Ada "The" Löve <ada@example.invalid> from inside\n');
  });

  it.each([[''], ['--root']])(
    'may leave files in the home that resist removal: the code stands, nothing is left (%s)',
    async (option) => {
      const script = 'mkdir -p ~/go/x; touch ~/go/x/f; chmod 555 ~/go/x ~/go; exit 3';
      const args = [...(option ? [option] : []), 'exec', '--', 'sh', '-c', script];
      const result = await runAi(args, { home, cwd: project, user });
      expect(result).toMatchObject({ code: 3, stdout: '', stderr: '' });
      await expectNothingLeft(home);
    },
  );

  it('can install a package with npm', async () => {
    const script = `mkdir -p tool; cd tool
      echo '{"name":"tool","version":"1.0.0","bin":"./run.js"}' > package.json
      printf '#!/usr/bin/env node\\nconsole.log("tool ran")\\n' > run.js; chmod +x run.js
      packed=$(npm pack --silent --offline); cd ..; mkdir -p user; cd user; echo '{}' > package.json
      npm install --silent --offline --no-audit --no-fund "../tool/$packed"; node_modules/.bin/tool`;
    expect(await inside(script)).toBe('tool ran\n');
    expect(ownerOf(path.join(project, 'user/node_modules/tool/run.js'))).toEqual(is);
  });

  it('keeps state that only its owner may read', async () => {
    // The session leaves what it may, and opens all of it to everybody.
    await inside(`umask 0; cd ~/.claude; echo '{"theme":"dark"}' > settings.json
      mkdir -p skills/one; echo x > skills/one/SKILL.md; echo x > projects/one.jsonl
      echo '{"claudeAiOauth":{"accessToken":"a","refreshToken":"r","expiresAt":1}}' > \
        "$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json"`);
    const run = LiveRun.start(
      ['exec', '--', 'sh', '-c', 'cat ~/.claude/skills/one/SKILL.md; echo ready; cat'],
      { home, cwd: project, user },
    );
    await run.waitFor('ready');
    const state = stateOf(home);
    const [id = ''] = runsIn(home);
    const look = (name: string): { name: string; mode: string; uid: number; gid: number } => {
      const { mode, uid, gid } = lstatSync(path.join(state, name));
      return { name, mode: (mode & 0o777).toString(8), uid, gid };
    };
    const exchange = `live/default/claude/${owner.uid}`;
    const [projectId = ''] = readdirSync(path.join(state, 'projects'));
    // The truth is whose who starts `ai`: what is inside are copies.
    const ofLauncher = { uid: launcher.uid, gid: launcher.gid };
    const truth = 'global_state/claude';
    for (const name of ['', 'global_state', truth, `${truth}/skills/one`])
      expect(look(name)).toEqual({ name, mode: '700', ...ofLauncher });
    for (const name of ['runs', `runs/${id}`, 'projects', 'live', 'locks'])
      expect(look(name)).toMatchObject({ mode: '700' });
    for (const name of [exchange, `projects/${projectId}/claude/projects`, `runs/${id}/home`])
      expect(look(name)).toEqual({ name, mode: '700', ...is });
    for (const name of ['settings.json', '.credentials.json', 'skills/one/SKILL.md']) {
      const file = `${truth}/${name}`;
      expect(look(file)).toEqual({ name: file, mode: '600', ...ofLauncher });
    }
    for (const name of ['settings.json', '.claude.json', 'skills/one/SKILL.md']) {
      const file = `runs/${id}/home/.claude/${name}`;
      expect(look(file)).toEqual({ name: file, mode: '600', ...is });
    }
    expect(look(`${exchange}/.credentials.json`)).toMatchObject(is);
    expect(look(`runs/${id}/plan.json`).mode).toBe('600');
    expect(look(`runs/${id}/handed.json`).mode).toBe('600');
    expect(look(`runs/${id}/inside/env`).mode).toMatch(/^[46]00$/);
    run.child.stdin.end();
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'x\nready\n' });
    await expectNothingLeft(home);
  });

  it('gets its mount points made as the owner’s, not as root’s', async () => {
    const data = temporaryDirectory();
    writeFileSync(path.join(data, 'given'), 'data');
    const target = `/workspace/${path.basename(project)}/mounted/deep`;
    expect(await inside('cat mounted/deep/given', '-v', `${data}:${target}:ro`)).toBe('data');
    for (const name of ['mounted', 'mounted/deep'])
      expect({ name, ...ownerOf(path.join(project, name)) }).toEqual({ name, ...is });
    expect(readdirSync(path.join(project, 'mounted/deep'))).toEqual([]);
  });

  it('makes nothing where a symlink of the project leads', async () => {
    const [data, victim] = [temporaryDirectory(), temporaryDirectory({ owner: optional(owner) })];
    symlinkSync(victim, path.join(project, 'link'));
    const target = `/workspace/${path.basename(project)}/link/deep`;
    const args = ['-v', `${data}:${target}`, 'exec', '--', 'true'];
    const result = await runAi(args, { home, cwd: project, user });
    expect(result).toMatchObject({ code: 125, stdout: '' });
    expect(result.stderr).toMatch(/symlink[^]*AI_MOUNT_INVALID/);
    expect(readdirSync(victim)).toEqual([]);
    await expectNothingLeft(home);
  });

  it('may be root inside with --root, as package managers need, and gets the new files', async () => {
    const script = `id -u; touch /usr/x; chown 42:42 /usr/x; stat -c %u /usr/x; su -s /bin/sh daemon -c "id -un"
      mkdir rooted; echo x > rooted/file; chown -h 0:0 README.md; umask 077; mkdir rooted/closed; touch rooted/closed/file`;
    expect(await inside(script, '--root')).toBe('0\n42\ndaemon\n');
    for (const name of [
      'rooted',
      'rooted/file',
      'rooted/closed',
      'rooted/closed/file',
      'README.md',
    ])
      expect({ name, ...ownerOf(path.join(project, name)) }).toEqual({ name, ...is });
    // What root gives away is not to become a program that runs as somebody else, nor what its owner cannot delete.
    await inside(
      `cd rooted; for f in foreign own roots unpacked; do cp /bin/true $f; done
      chown 1001:1001 foreign unpacked; chown ${owner.uid}:${owner.gid} own; chmod u+s,g+s foreign own roots`,
      '--root',
    );
    // Root's own files are root's to look after.
    for (const name of owner.uid === 0 ? [] : ['foreign', 'own', 'roots', 'unpacked']) {
      const { mode, ...found } = lstatSync(path.join(project, 'rooted', name));
      expect({ name, uid: found.uid, gid: found.gid, set: mode & 0o6000 }).toEqual({
        ...{ name, set: 0, ...is },
      });
    }
    // What it has left of its state too: the next run can use it.
    await inside('echo root > ~/.claude/CLAUDE.md; echo x > ~/.claude/projects/rooted', '--root');
    const next = await inside(
      'echo more >> ~/.claude/CLAUDE.md; cat ~/.claude/CLAUDE.md; echo x > ~/.claude/projects/rooted; whoami',
    );
    expect(next).toBe(`root\nmore\n${owner.name}\n`);
    await expectNothingLeft(home);
  });
});

describe.runIf(mayActAsOthers)('a user without a name anywhere', () => {
  it('works all the same', async () => {
    const nameless: TestUser = { name: '', uid: 4322, gid: 4322 };
    const project = temporaryDirectory({ owner: nameless });
    const home = temporaryDirectory();
    const script = 'whoami; id -u; touch "$HOME/x" made; ssh -V 2>/dev/null';
    const result = await runAi(['exec', '--', 'sh', '-ec', script], { home, cwd: project });
    expect(result).toMatchObject({ code: 0, stdout: 'ai\n4322\n', stderr: '' });
    expect(ownerOf(path.join(project, 'made'))).toEqual({ uid: 4322, gid: 4322 });
    expect(spawnSync('id', ['4322']).status).not.toBe(0);
    expect(existsSync(path.join(project, '.claude'))).toBe(false);
    expect(readFileSync(path.join(project, 'made'), 'utf8')).toBe('');
  });
});

describe.runIf(mayActAsOthers)('root in projects of several people', () => {
  const idle = 'echo ready; cat';
  const exec = (script: string): string[] => ['-q', 'exec', '--', 'sh', '-ec', script];

  it('may be in two at once: each session has the state as its own, and what both leave is kept', async () => {
    const home = makeHome(root);
    const [own, foreign] = [makeProject(root), makeProject(other)];
    const live = LiveRun.start(exec(`${idle}; echo x > ~/.claude/mine.md`), { home, cwd: own });
    await live.waitFor('ready');
    const meanwhile = await runAi(exec('echo y > ~/.claude/theirs.md'), { home, cwd: foreign });
    expect(meanwhile).toMatchObject({ code: 0, stderr: '' });
    live.child.stdin.end();
    expect(await live.ended).toMatchObject({ code: 0, stderr: '' });
    const both = 'cd ~/.claude; cat mine.md theirs.md; echo z >> mine.md; echo z >> theirs.md';
    expect(await runAi(exec(both), { home, cwd: foreign })).toMatchObject({ stdout: 'x\ny\n' });
    expect(await runAi(exec(both), { home, cwd: own })).toMatchObject({ stdout: 'x\nz\ny\nz\n' });
    await expectNothingLeft(home);
  });

  it('is told that the state is in use, instead of taking it away from a live session', async () => {
    const home = makeHome(root);
    const project = makeProject(root);
    const conversation = '~/.claude/projects/mine';
    const live = LiveRun.start(exec(`${idle}; echo x > ${conversation}`), { home, cwd: project });
    await live.waitFor('ready');
    // The conversations are the project's, and it gets another owner meanwhile.
    chownSync(project, other.uid, other.gid);
    const result = await runAi(exec('true'), { home, cwd: project });
    expect(result).toMatchObject({ code: 125, stdout: '' });
    expect(result.stderr).toContain('AI_STATE_IN_USE');
    live.child.stdin.end();
    expect(await live.ended).toMatchObject({ code: 0 });
    const add = `echo y >> ${conversation}; cat ${conversation}`;
    expect(await runAi(exec(add), { home, cwd: project })).toMatchObject({ stdout: 'x\ny\n' });
    chownSync(project, root.uid, root.gid);
    expect(await runAi(exec(add), { home, cwd: project })).toMatchObject({ stdout: 'x\ny\ny\n' });
    await expectNothingLeft(home);
  });
});
