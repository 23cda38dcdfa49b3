// A second Docker Engine that tests may stop, kill and start again, in namespaces of its own, with one small image.

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';
import { engineAnswers } from './engine.ts';
import { loadImage } from './load-image.ts';
import { findCommand } from './packages.ts';

const startTimeout = 60_000;

export class PrivateEngine {
  readonly docker: Docker;
  /** For --host and DOCKER_HOST. */
  readonly host: string;
  private readonly directory = mkdtempSync('/var/tmp/ai-test-engine-');
  private process: ChildProcess | undefined;

  /** @param hidden a directory of the host that this engine sees empty */
  constructor(private readonly hidden?: string) {
    const socket = path.join(this.directory, 'engine.sock');
    this.host = `unix://${socket}`;
    this.docker = new Docker({ socketPath: socket });
  }

  /** Starts it, or starts it again; resolves when it answers. */
  async start(): Promise<void> {
    const at = (name: string): string => path.join(this.directory, name);
    // Where nobody reaps orphans, the processes of the engine before seem to live on.
    for (const file of ['pid', 'exec/containerd/containerd.pid']) rmSync(at(file), { force: true });
    const words = [
      findCommand('dockerd') ?? 'dockerd',
      ...['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
      ...['--host', this.host, '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
    ];
    const hide = this.hidden === undefined ? '' : 'mount -t tmpfs none "$HIDDEN" && ';
    const log = openSync(at('log'), 'a');
    this.process = spawn('unshare', ['-mn', 'sh', '-c', `${hide}exec "$@"`, 'sh', ...words], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, HIDDEN: this.hidden },
    });
    const deadline = Date.now() + startTimeout;
    while (!(await engineAnswers(this.docker))) {
      if (this.process.exitCode !== null || Date.now() > deadline)
        throw new Error(`the private engine did not start:\n${endOf(at('log'))}`);
      await wait(50);
    }
  }

  /** Gives it the busybox image under the name that `ai` looks for, and the files that `ai` keeps of an image. */
  async loadImageFor(home: string, cwd: string): Promise<void> {
    await loadImage(this, { home, cwd });
  }

  /** Sends the engine a signal and resolves when it has ended. Its containerd outlives SIGKILL and is ended too. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const engine = this.process;
    if (engine?.exitCode !== null || engine.signalCode !== null) return;
    const gone = new Promise((resolve) => engine.once('exit', resolve));
    engine.kill(signal);
    await gone;
    const left = this.processes();
    for (const pid of left) kill(pid);
    while (this.processes().length > 0) await wait(20);
  }

  /** Ends it with all that it has started, and removes its files. */
  async destroy(): Promise<void> {
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Those that name its directory on their command line: containerd and its shims, and what runs below the shims. */
  private processes(): number[] {
    const list = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .flatMap((match) =>
        match ? [{ pid: +match[1]!, parent: +match[2]!, args: match[3]! }] : [],
      );
    const own = new Set(
      list
        .filter(({ args }) => args.includes('containerd') && args.includes(this.directory))
        .map(({ pid }) => pid),
    );
    for (const { pid, parent } of list) if (own.has(parent)) own.add(pid);
    for (const { pid, parent } of list) if (own.has(parent)) own.add(pid);
    return [...own];
  }
}

const endOf = (file: string): string =>
  readFileSync(file, 'utf8').split('\n').slice(-15).join('\n');

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
