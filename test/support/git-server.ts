// A real sshd on an address that containers reach, with bare repositories behind it, and a ~/.ssh that knows it.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { findCommand } from './packages.ts';
import { generateKey, type UserKey } from './ssh-agent.ts';
import { temporaryDirectory } from './test-directory.ts';
import type { TestUser } from './user.ts';

export class GitServer {
  readonly directory = temporaryDirectory();
  private readonly hostKey: UserKey;
  port = 0;
  private process: ChildProcess | undefined;
  private said = '';

  /** @param address one that containers reach, too */
  constructor(
    readonly address: string,
    private readonly keys: readonly UserKey[],
  ) {
    this.hostKey = generateKey(this.directory, 'ed25519', 'host_key');
  }

  async start(): Promise<void> {
    this.port = await freePort();
    const at = (name: string): string => path.join(this.directory, name);
    writeFileSync(
      at('authorized_keys'),
      this.keys.map(({ publicKey }) => `${publicKey}\n`).join(''),
    );
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

  /** As known_hosts has it. */
  get knownHost(): string {
    const [type = '', key = ''] = this.hostKey.publicKey.split(' ');
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
    if (sshd?.exitCode !== null || sshd.signalCode !== null) return;
    const gone = once(sshd, 'exit');
    sshd.kill();
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
