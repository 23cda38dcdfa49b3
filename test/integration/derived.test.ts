// A project's own image on a real engine: packages, a Dockerfile and a devcontainer, and who has to agree to what.

import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiCommand, runAi, type AiResult } from '../support/ai.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { connectToEngine } from '../support/engine.ts';
import { startFakeIndex } from '../support/fake-index.ts';
import { stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';
import { mayActAsOthers, testUser, type TestUser } from '../support/user.ts';

/** A small program of npm's, which a built-in assistant takes minutes to be. */
const assistant = 'derived-test';
const definition = `assistant: ${assistant}\nassistants: { ${assistant}: { npm: semver@7.7.2, command: semver } }\n`;

/** Milliseconds for a test that builds: as long as other tests that build may have. */
const patience = 300_000;

let home: string;
beforeAll(() => {
  home = homeOf();
});
afterAll(async () => {
  const docker = connectToEngine();
  const of = (label: string) => docker.listImages({ filters: { label: [label] } });
  const ours = [...(await of(`ai.image=${assistant}`)), ...(await of('ai.stage=devcontainer'))];
  // Newest first: one is built on the other. What has gone with another is fine.
  for (const { Id: id } of ours.sort((a, b) => b.Created - a.Created))
    await docker
      .getImage(id)
      .remove({ force: true })
      .catch(() => undefined);
});

function homeOf(owner?: TestUser): string {
  const directory = temporaryDirectory({ owner });
  mkdirSync(stateOf(directory), { mode: 0o700 });
  const file = path.join(stateOf(directory), 'config.yaml');
  writeFileSync(file, definition);
  if (owner) for (const made of [stateOf(directory), file]) chownSync(made, owner.uid, owner.gid);
  return directory;
}

function project(files: Readonly<Record<string, string>>, owner?: TestUser): string {
  const root = temporaryDirectory({ owner });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
    if (owner) chownSync(path.join(root, name), owner.uid, owner.gid);
  }
  return root;
}

const inside = (cwd: string, script: string, more: object = {}): Promise<AiResult> =>
  runAi(['--yes', 'exec', '--', 'sh', '-c', script], { home, cwd, ...more });

const packages = 'image:\n  packages: { apt: [tree], npm: [nanoid@5.1.5], pip: [probe-ai==1.0] }\n';
const use = `tree --version | head -c 5; command -v nanoid; python3 -c 'import probe_ai; print(probe_ai.value)'; id -u`;
const used = (uid: number): string => `tree /opt/ai/tools/bin/nanoid\nfrom pip\n${uid}\n`;

describe('packages', () => {
  it(
    'of apt, npm and pip are in one image, for every user, made once, and a change is said',
    async () => {
      const index = await startFakeIndex();
      const env = index.env;
      const cwd = project({ '.airc.yaml': packages });
      try {
        const before = await inside(cwd, 'command -v tree nanoid || echo none', { env });
        expect(before.stderr).toContain('ignored until you trust it: image.packages');
        expect(before.stdout).toBe('none\n');
        const trusted = await runAi(['trust', '--yes'], { home, cwd });
        expect(trusted.stdout).toContain(
          'install into the image, and run what they bring: apt: tree; npm: nanoid@5.1.5; pip: probe-ai==1.0',
        );
        const built = await inside(cwd, use, { env });
        expect(built).toMatchObject({ code: 0, stdout: used(process.getuid?.() ?? 0) });
        expect(built.stderr).toContain(
          'changed since the last image: image.packages: + tree, + npm:nanoid@5.1.5, + pip:probe-ai==1.0',
        );
      } finally {
        index.close();
      }
      expect(await inside(cwd, use)).toMatchObject({ code: 0, stderr: '' });
      const where = await runAi(['where'], { home, cwd });
      expect(where.stdout).toContain(
        'semver 7.7.2 on node:24-trixie-slim, with apt: tree; npm: nanoid@5.1.5; pip: probe-ai==1.0 (image.packages)',
      );
      const made = await runAi(['image', 'build'], { home, cwd });
      expect(made.stderr).toMatch(
        /^ai: the image of derived-test is there: ai-in-docker\/derived-test-project:[0-9a-f]{12}\n$/,
      );
      const list = await runAi(['assistants'], { home, cwd });
      expect(list.stdout).toMatch(/derived-test \(default\).* MB, the project’s/);
      const doctor = await runAi(['doctor', 'image', '--offline'], { home, cwd });
      expect(doctor.stdout).toMatch(/ok .*derived-test-project:[0-9a-f]{12}.*the project’s own/);
    },
    patience,
  );

  it.runIf(mayActAsOthers)(
    'serve another user of the engine without a build',
    async () => {
      const user = testUser();
      const own = { home: homeOf(user), cwd: project({ '.airc.yaml': packages }, user), user };
      expect(await runAi(['trust', '--yes'], own)).toMatchObject({ code: 0 });
      const other = await inside(own.cwd, use, own);
      expect(other).toMatchObject({ code: 0, stdout: used(user.uid) });
      expect(other.stderr).not.toContain('with its packages');
    },
    patience,
  );
});

describe('a Dockerfile', () => {
  const text =
    'ARG AI_IMAGE\nFROM ${AI_IMAGE}\nCOPY hello /hello\nUSER 1234\nENTRYPOINT ["/bin/false"]\n';

  it('is built as the user has agreed to it, whatever has become of it, until he agrees again', async () => {
    const cwd = project({
      '.airc.yaml': 'image:\n  dockerfile: ai.Dockerfile\n',
      'ai.Dockerfile': text,
      hello: 'one\n',
    });
    expect(await runAi(['trust', '--yes'], { home, cwd })).toMatchObject({ code: 0 });
    const first = await inside(cwd, 'cat /hello');
    expect(first).toMatchObject({ code: 0, stdout: 'one\n' });
    expect(first.stderr).toContain('changed since the last image: new: ai.Dockerfile');
    expect(await inside(cwd, 'cat /hello')).toMatchObject({ stdout: 'one\n', stderr: '' });

    // As a session could.
    await inside(cwd, 'echo two >hello');
    const old = await inside(cwd, 'cat /hello');
    expect(old.stdout).toBe('one\n');
    expect(old.stderr).toContain('you have not agreed to ai.Dockerfile as it is now: ai trust');

    const command = aiCommand(['exec', '--', 'cat', '/hello'], { home, cwd });
    const refusing = Terminal.open({ ...command, columns: 200 });
    await refusing.waitFor('that it may copy');
    await refusing.waitFor('    hello changed');
    await refusing.waitFor('Build the image of this project from that? [y/N]');
    refusing.type('\r');
    await refusing.waitFor('one');
    const agreeing = Terminal.open({ ...command, columns: 200 });
    await agreeing.waitFor('Build the image of this project from that?');
    agreeing.type('y\r');
    await agreeing.waitFor(
      'changed since the last image: what ai.Dockerfile copies: hello changed',
    );
    await agreeing.waitFor('two');
    expect(await agreeing.exit).toEqual({ code: 0, signal: null });
    expect(await inside(cwd, 'cat /hello')).toMatchObject({ stdout: 'two\n', stderr: '' });

    writeFileSync(
      path.join(cwd, 'ai.Dockerfile'),
      `${text}RUN ["/bin/rm", "-r", "/opt/ai"]\nUSER root\n`,
    );
    expect((await runAi(['trust', '--show'], { home, cwd })).stdout).toContain('+ RUN ["/bin/rm"');
    writeFileSync(path.join(cwd, 'ai.Dockerfile'), 'FROM debian\n');
    expect((await inside(cwd, 'true')).stderr).toMatch(
      /its last stage is FROM debian[^]*AI_IMAGE_SOURCE/,
    );
    expect(await runAi(['trust', '--show'], { home, cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('its last stage is FROM debian') as string,
    });

    // What is taken back is no image to go on with either, when the user's own settings name the file.
    writeFileSync(path.join(cwd, 'ai.Dockerfile'), `${text}RUN ["/bin/true"]\n`);
    const env = { AI_IMAGE_DOCKERFILE: 'ai.Dockerfile' };
    expect(await inside(cwd, 'cat /hello', { env })).toMatchObject({ code: 0, stdout: 'two\n' });
    expect(await runAi(['trust', '--revoke'], { home, cwd })).toMatchObject({ code: 0 });
    expect((await inside(cwd, 'true', { env })).stderr).toContain('AI_IMAGE_UNTRUSTED');
  });

  it('nobody has agreed to, or that takes our own away, gives no run', async () => {
    const cwd = project({
      '.airc.yaml': 'image: { dockerfile: D }',
      D: 'ARG AI_IMAGE\nFROM ${AI_IMAGE}\nCOPY . /context\nRUN rm -r /opt/ai\n',
      // It is ours as well that this is about, for a client that reads it again.
      '.dockerignore': '**/*Dockerfile*\n',
    });
    const env = { AI_IMAGE_DOCKERFILE: 'D' };
    expect(await inside(cwd, 'true', { env })).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('AI_IMAGE_UNTRUSTED') as string,
    });
    await runAi(['trust', '--yes'], { home, cwd });
    for (let times = 0; times < 2; times++)
      expect((await inside(cwd, 'true')).stderr).toMatch(
        /there is no \/opt\/ai\/start in it[^]*AI_IMAGE_UNFIT/,
      );
  });
});

describe('a devcontainer', () => {
  it('gets the assistant with its Node and the tools that it lacks', async () => {
    const image = JSON.parse((await runAi(['where', '--json'], { home })).stdout) as {
      image: { tag: string };
    };
    const cwd = project({
      '.devcontainer/devcontainer.json': `// ours
{ "build": { "dockerfile": "Dockerfile", "args": { "WORD": "yes" } }, "features": {}, }`,
      // An image of Debian without anything of ours.
      '.devcontainer/Dockerfile': `FROM ${image.image.tag}
ARG WORD
RUN dpkg --purge ripgrep && rm -r /opt/ai /usr/local/bin/node /home/ai && echo "$WORD" >/mark
`,
    });
    const env = { AI_DEVCONTAINER: 'yes' };
    expect((await inside(cwd, 'true', { env })).stderr).toContain('AI_IMAGE_UNTRUSTED');
    await runAi(['trust', '--yes'], { home, cwd, env });
    const { code, stdout, stderr } = await inside(
      cwd,
      'cat /mark; semver 1.2.3; command -v rg; command -v node; git --version | head -c 3; touch ~/x && echo $HOME',
      { env },
    );
    expect(stderr).toContain('of the devcontainer only its image counts, not: features');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'yes\n1.2.3\n/usr/bin/rg\n/opt/ai/node/bin/node\ngit/home/ai\n',
    });
    expect(await inside(cwd, 'true', { env })).toMatchObject({ code: 0, stderr: '' });
  });

  it('in which the assistant cannot run is refused, with the reason', async () => {
    const cwd = project({ '.devcontainer.json': `{"image": "${busyboxImage}"}` });
    const env = { AI_DEVCONTAINER: 'yes' };
    await runAi(['trust', '--yes'], { home, cwd, env });
    expect((await inside(cwd, 'true', { env })).stderr).toMatch(
      /the image ai-test\/busybox cannot be used: Node does not run in it[^]*AI_IMAGE_UNFIT/,
    );
  });
});

describe('ai init', () => {
  it('prints what it would write, asks at a terminal, writes what counts, and replaces nothing', async () => {
    const cwd = project({ 'package.json': '{}', 'pnpm-lock.yaml': '' });
    const printed = await runAi(['init'], { home, cwd });
    expect(printed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('ai init --yes') as string,
    });
    const terminal = Terminal.open({ ...aiCommand(['init'], { home, cwd }), rows: 40 });
    await terminal.waitFor('npm: [pnpm]');
    await terminal.waitFor('Write this to');
    terminal.type('n\r');
    await terminal.waitFor('nothing was written');
    expect(await runAi(['init', '--yes'], { home, cwd })).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(path.join(cwd, '.airc.yaml'), 'utf8')).toBe(printed.stdout);
    expect(await runAi(['config', 'validate'], { home, cwd })).toMatchObject({ code: 0 });
    expect((await runAi(['where'], { home, cwd })).stderr).toContain('ignored until you trust it');
    const again = await runAi(['init', '--yes'], { home, cwd });
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has settings already') as string,
    });
  });
});
