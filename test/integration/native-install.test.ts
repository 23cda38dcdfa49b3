// Installations on the host, by the real npm from a registry of this test: all of it or nothing, once, and no other version.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { pinnedVersion } from '../../src/assistants/pins.ts';
import { assistants } from '../../src/assistants/registry.ts';
import { aiCommand, runAi, startAi, type AiOptions } from '../support/ai.ts';
import {
  startFakeRegistry,
  type FakePackage,
  type FakeRegistry,
} from '../support/fake-registry.ts';
import { stateOf } from '../support/left-behind.ts';
import { Terminal } from '../support/terminal.ts';
import { temporaryDirectory } from '../support/test-directory.ts';

const program = assistants.copilot.package;
const version = pinnedVersion(program);

let home: string;

beforeEach(() => {
  home = temporaryDirectory();
});

const parent = (): string => path.join(stateOf(home), 'native', program.name);
/** What lies there, but for the lock of one that runs. */
const installed = (): string[] => (existsSync(parent()) ? readdirSync(parent()) : []);

async function registry(
  more: Partial<FakePackage> = {},
  options: { hold?: boolean } = {},
): Promise<FakeRegistry> {
  const script = 'echo "copilot $*"; echo "auto update: $COPILOT_AUTO_UPDATE"';
  const given = { name: program.npm, version, command: program.command, script, ...more };
  const started = await startFakeRegistry(given, options);
  onTestFinished(started.close);
  return started;
}

const from = ({ url }: FakeRegistry): AiOptions => ({
  home,
  env: {
    npm_config_registry: url,
    npm_config_cache: temporaryDirectory(),
    npm_config_fetch_retries: '0',
  },
});

describe('an installation on the host', () => {
  it('is made once, with --yes, and started from then on', async () => {
    const one = await registry();
    const options = from(one);
    const first = await runAi(['--native', '--yes', 'copilot', 'a'], options);
    expect(first, first.stderr).toMatchObject({
      code: 0,
      stdout: 'copilot a\nauto update: false\n',
    });
    expect(first.stderr).toContain(`installing copilot ${version} …`);
    expect(installed()).toEqual([version]);
    expect(statSync(path.join(stateOf(home), 'native')).mode & 0o777).toBe(0o700);
    const second = await runAi(['--native', 'copilot', 'b'], options);
    expect(second).toMatchObject({ code: 0, stdout: 'copilot b\nauto update: false\n' });
    expect(second.stderr).not.toContain('installing');
    expect(one.downloads()).toBe(1);
    expect(readdirSync(home)).toEqual(['.docker-ai-config']);
  });

  it('is made at a terminal after a yes', async () => {
    const options = from(await registry());
    const terminal = Terminal.open(aiCommand(['--native', 'copilot', 'a'], options));
    await terminal.waitFor('[Y/n]');
    terminal.type('\r');
    await terminal.waitFor('copilot a');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(installed()).toEqual([version]);
  });

  it('is made once by several at the same time', async () => {
    const one = await registry();
    const options = from(one);
    const words = ['1', '2', '3'];
    const runs = await Promise.all(
      words.map((word) => runAi(['--native', '--yes', 'copilot', word], options)),
    );
    for (const [index, run] of runs.entries()) {
      expect(run, run.stderr).toMatchObject({ code: 0 });
      expect(run.stdout).toContain(`copilot ${words[index] ?? ''}\n`);
    }
    expect(one.downloads()).toBe(1);
    expect(installed()).toEqual([version]);
  });

  it.each<[string, Partial<FakePackage>, string]>([
    ['of another version', { ownVersion: '0.0.1' }, `installed ${program.npm} 0.0.1 where`],
    ['of a version that is not there', { version: '0.0.1' }, 'npm could not install'],
    ['that does not start', { script: 'echo no such library; exit 1' }, 'no such library'],
  ])('%s leaves nothing', async (_what, more, words) => {
    const run = await runAi(['--native', '--yes', 'copilot'], from(await registry(more)));
    expect(run).toMatchObject({ code: 125, stdout: '' });
    expect(run.stderr).toContain(words);
    expect(run.stderr).toMatch(/AI_INSTALL_FAILED\n$/);
    expect(installed()).toEqual([]);
  });

  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('that is interrupted by %s leaves nothing', async (signal, code) => {
    const one = await registry({}, { hold: true });
    const child = startAi(['--native', '--yes', 'copilot'], from(one));
    await one.asked;
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([code, null]);
    expect(installed()).toEqual([]);
    expect(processesIn(parent())).toEqual([]);
  });

  it('that was killed half-way is in nobody’s way', async () => {
    const held = await registry({}, { hold: true });
    const child = startAi(['--native', '--yes', 'copilot'], from(held));
    await held.asked;
    child.kill('SIGKILL');
    await once(child, 'exit');
    held.close();
    expect(installed()).toContain(`${version}.tmp`);
    const run = await runAi(['--native', '--yes', 'copilot', 'a'], from(await registry()));
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(installed()).toEqual([version]);
  });

  it('that has lost files is made again', async () => {
    mkdirSync(path.join(parent(), version), { recursive: true });
    writeFileSync(path.join(parent(), version, 'rest'), '');
    const run = await runAi(['--native', '--yes', 'copilot', 'a'], from(await registry()));
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(existsSync(path.join(parent(), version, 'rest'))).toBe(false);
  });

  it('listens to no .npmrc of the project', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(path.join(cwd, '.npmrc'), 'registry=http://127.0.0.1:9/\nbin-links=false\n');
    const { url } = await registry();
    writeFileSync(path.join(home, '.npmrc'), `registry=${url}\n`);
    const env = { npm_config_cache: temporaryDirectory() };
    const run = await runAi(['--native', '--yes', 'copilot', 'a'], { home, cwd, env });
    expect(run, run.stderr).toMatchObject({ code: 0 });
  });

  it('needs npm', async () => {
    const PATH = temporaryDirectory();
    const run = await runAi(['--native', '--yes', 'copilot'], { home, env: { PATH } });
    expect(run).toMatchObject({ code: 125 });
    expect(run.stderr).toContain('there is no npm on your PATH');
  });
});

/** Command lines of processes that work in a directory. */
function processesIn(directory: string): string[] {
  return spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(directory));
}
