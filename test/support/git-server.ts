// A real sshd on an address that containers reach, with bare repositories behind it, and the user's side of it: an agent with
// a key of each kind, a ~/.ssh that knows the server.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { findCommand } from './packages.ts';
import { temporaryDirectory } from './test-directory.ts';
import { asUser, type TestUser } from './user.ts';

export const keyTypes = ['ed25519', 'rsa', 'ecdsa'] as const;
export type KeyType = (typeof keyTypes)[number];

export interface SshKey {
  file: string;
  /** The line of its `.pub`. */
  line: string;
  /** `SHA256:…`. */
  fingerprint: string;
}

/** A key without a passphrase. */
export function makeKey(directory: string, type: KeyType, name = `id_${type}`): SshKey {
  const file = path.join(directory, name);
  const size = type === 'rsa' ? ['-b', '2048'] : [];
  if (!existsSync(file))
    execFileSync('ssh-keygen', ['-q', '-t', type, ...size, '-N', '', '-C', name, '-f', file]);
  const line = readFileSync(`${file}.pub`, 'utf8').trim();
  const listed = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' });
  return { file, line, fingerprint: listed.split(' ')[1] ?? '' };
}

export class GitServer {
  readonly directory = temporaryDirectory();
  readonly hostKey: SshKey;
  port = 0;
  private process: ChildProcess | undefined;
  private made: string | undefined;
  private said = '';

  /** @param address one that containers reach, too */
  constructor(
    readonly address: string,
    readonly keys: readonly SshKey[],
    { hostKeyType = 'ed25519' }: { hostKeyType?: KeyType } = {},
  ) {
    this.hostKey = makeKey(this.directory, hostKeyType, 'host_key');
  }

  async start(): Promise<void> {
    if (process.getuid?.() === 0) this.made = mkdirSync('/run/sshd', { recursive: true });
    this.port = await freePort();
    const at = (name: string): string => path.join(this.directory, name);
    writeFileSync(at('authorized_keys'), this.keys.map(({ line }) => `${line}\n`).join(''));
    const lines = [
      `ListenAddress ${this.address}:${this.port}`,
      `HostKey ${this.hostKey.file}`,
      `AuthorizedKeysFile ${at('authorized_keys')}`,
      'AuthenticationMethods publickey',
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM yes',
      'PidFile none',
      // Ten sessions at once are no attack.
      'MaxStartups 100',
      'LogLevel VERBOSE',
    ];
    writeFileSync(at('sshd_config'), lines.map((line) => `${line}\n`).join(''));
    const sshd = spawn(findCommand('sshd') ?? 'sshd', ['-D', '-e', '-f', at('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = sshd;
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: sshd.stderr })
        .on('line', (line) => {
          this.said += `${line}\n`;
          if (line.startsWith('Server listening')) resolve();
        })
        .once('close', () => {
          reject(new Error(`sshd did not start: ${this.said}`));
        });
    });
    await ready;
  }

  /** What sshd has logged so far. */
  get log(): string {
    return this.said;
  }

  /** As known_hosts has it. */
  get knownHost(): string {
    const [type = '', key = ''] = this.hostKey.line.split(' ');
    return `[${this.address}]:${this.port} ${type} ${key}\n`;
  }

  /** A bare repository there, and the url of it for that account. */
  repository(name: string, account = 'root'): { directory: string; url: string } {
    const directory = path.join(this.directory, `${name}.git`);
    if (!existsSync(directory))
      execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', directory]);
    return { directory, url: `ssh://${account}@${this.address}:${this.port}${directory}` };
  }

  async stop(): Promise<void> {
    const sshd = this.process;
    if (this.made !== undefined) rmSync(this.made, { recursive: true, force: true });
    if (sshd?.exitCode !== null || sshd.signalCode !== null) return;
    const gone = once(sshd, 'exit');
    sshd.kill();
    await gone;
  }
}

/** A real ssh-agent with these keys. */
export class UserAgent {
  readonly socket = path.join(temporaryDirectory(), 'agent');
  private process: ChildProcess | undefined;

  constructor(private readonly owner?: TestUser) {}

  async start(keys: readonly SshKey[]): Promise<void> {
    rmSync(this.socket, { force: true });
    // It answers nobody but the one who runs it.
    if (this.owner) chownSync(path.dirname(this.socket), this.owner.uid, this.owner.gid);
    const [program = '', ...words] = asUser(this.owner, ['ssh-agent', '-D', '-a', this.socket]);
    const agent = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.process = agent;
    // It prints the variables once it listens.
    await once(agent.stdout, 'data');
    agent.stdout.resume();
    for (const { file } of keys)
      execFileSync('ssh-add', ['-q', file], {
        env: { ...process.env, SSH_AUTH_SOCK: this.socket },
        stdio: 'ignore',
      });
  }

  /** Fingerprints of what it holds. */
  list(): string[] {
    const listed = execFileSync('ssh-add', ['-l'], {
      env: { ...process.env, SSH_AUTH_SOCK: this.socket },
      encoding: 'utf8',
    });
    return listed.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  }

  async stop(): Promise<void> {
    const agent = this.process;
    if (agent?.exitCode !== null || agent.signalCode !== null) return;
    const gone = once(agent, 'exit');
    agent.kill('SIGKILL');
    await gone;
  }
}

/** `~/.ssh` of a home, with these files. */
export function writeSshDirectory(
  home: string,
  files: Readonly<Record<string, string>>,
  owner?: TestUser,
): void {
  const directory = path.join(home, '.ssh');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(directory, name), text, { mode: 0o600 });
  if (owner)
    for (const name of ['', ...Object.keys(files)])
      chownSync(path.join(directory, name), owner.uid, owner.gid);
}
