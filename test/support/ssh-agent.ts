// A real ssh-agent for tests, keys for it, and programs that use it; the filter runs in the test's own process, so none blocks.

import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

export interface UserKey {
  /** The private key; the public one is `${file}.pub`. */
  file: string;
  publicKey: string;
  blob: Buffer;
}

/** @param type as ssh-keygen names it: `ed25519`, `rsa`, `ecdsa-384` */
export function generateKey(directory: string, type: string, name = type): UserKey {
  const file = path.join(directory, name);
  const [kind = '', bits] = type.split('-');
  const size = bits === undefined ? [] : ['-b', bits];
  execFileSync('ssh-keygen', ['-q', '-t', kind, ...size, '-N', '', '-C', name, '-f', file]);
  return { file, ...readPublicKey(`${file}.pub`) };
}

export function readPublicKey(file: string): { publicKey: string; blob: Buffer } {
  const publicKey = readFileSync(file, 'utf8').trim();
  return { publicKey, blob: Buffer.from(publicKey.split(' ')[1]!, 'base64') };
}

export class SshAgent {
  private process: ChildProcess | undefined;

  constructor(
    readonly socket: string,
    private readonly env: NodeJS.ProcessEnv = {},
  ) {}

  async start(): Promise<void> {
    const agent = spawn('ssh-agent', ['-D', '-a', this.socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...this.env },
    });
    this.process = agent;
    // It says where it is once it listens there.
    await once(agent.stdout, 'data');
  }

  async add(file: string, ...options: readonly string[]): Promise<void> {
    const result = await run('ssh-add', ['-q', ...options, file], { SSH_AUTH_SOCK: this.socket });
    if (result.code !== 0) throw new Error(result.stderr);
  }

  /** The fingerprints that it holds, whatever the filter shows. */
  async keys(): Promise<string[]> {
    const { stdout } = await run('ssh-add', ['-l'], { SSH_AUTH_SOCK: this.socket });
    return stdout.match(/SHA256:\S+/g) ?? [];
  }

  async kill(): Promise<void> {
    const agent = this.process;
    if (agent?.exitCode !== null || agent.signalCode !== null) return;
    const gone = once(agent, 'exit');
    agent.kill('SIGKILL');
    await gone;
    rmSync(this.socket, { force: true });
  }
}

export interface Result {
  code: number | string;
  stdout: string;
  stderr: string;
}

/** Runs it to its end, without input. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { directory, timeout = 60_000 }: { directory?: string; timeout?: number } = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { env: { ...process.env, ...env }, cwd: directory, timeout, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code ?? 'killed'), stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}
