// A machine behind ssh for tests: this one. An sshd on a loopback port with keys and configuration of its own, and an `ssh`
// for the PATH of `ai` that reads a configuration beside them, because ssh looks for the user's by passwd and not by HOME.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { findCommand } from './packages.ts';
import { temporaryDirectory } from './test-directory.ts';

/** The name that the client's configuration gives the server. */
export const sshHost = 'engine-machine';

export class SshServer {
  readonly directory = temporaryDirectory();
  /** Lines of sshd's own configuration beyond the usual ones. */
  private readonly more: readonly string[];
  private process: ChildProcess | undefined;
  port = 0;

  constructor(...more: readonly string[]) {
    this.more = more;
  }

  async start(): Promise<void> {
    this.port = await freePort();
    const at = (name: string): string => path.join(this.directory, name);
    for (const key of ['host_key', 'user_key'])
      if (!existsSync(at(key)))
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
    this.write('sshd_config', [
      `ListenAddress 127.0.0.1:${this.port}`,
      `HostKey ${at('host_key')}`,
      `AuthorizedKeysFile ${at('user_key.pub')}`,
      'AuthenticationMethods publickey',
      'StrictModes no',
      `UsePAM ${isLocked(os.userInfo().username) ? 'yes' : 'no'}`,
      'PidFile none',
      ...this.more,
    ]);
    this.write('config', [
      `Host ${sshHost}`,
      '  HostName 127.0.0.1',
      `  Port ${this.port}`,
      `  User ${os.userInfo().username}`,
      `  IdentityFile ${at('user_key')}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${at('known_hosts')}`,
      '  GlobalKnownHostsFile /dev/null',
    ]);
    mkdirSync(at('bin'), { recursive: true });
    this.write('bin/ssh', [
      '#!/bin/sh',
      `exec ${findCommand('ssh') ?? 'ssh'} -F ${at('config')} "$@"`,
    ]);
    chmodSync(at('bin/ssh'), 0o755);
    this.knowHost();

    const sshd = spawn(findCommand('sshd') ?? 'sshd', ['-D', '-e', '-f', at('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = sshd;
    const said: string[] = [];
    for await (const line of createInterface({ input: sshd.stderr })) {
      said.push(line);
      if (line.startsWith('Server listening')) {
        sshd.stderr.resume();
        return;
      }
    }
    throw new Error(`sshd did not start: ${said.join('\n')}`);
  }

  get hostKey(): string {
    return readFileSync(path.join(this.directory, 'host_key.pub'), 'utf8');
  }

  /** The client knows the server's key, or takes another one for it. */
  knowHost(key = this.hostKey): void {
    this.write('known_hosts', [`[127.0.0.1]:${this.port} ${key.trim()}`]);
  }

  /** The client has never heard of it. */
  forgetHost(): void {
    this.write('known_hosts', []);
  }

  /** What the environment of `ai` needs to have this `ssh`. */
  get env(): { PATH: string } {
    return { PATH: `${path.join(this.directory, 'bin')}:${process.env['PATH'] ?? ''}` };
  }

  /** Those ssh processes of clients that are still there. */
  clients(): string[] {
    return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(`-F ${path.join(this.directory, 'config')} `));
  }

  async stop(): Promise<void> {
    const sshd = this.process;
    if (sshd?.exitCode !== null || sshd.signalCode !== null) return;
    const gone = once(sshd, 'exit');
    sshd.kill();
    await gone;
  }

  private write(name: string, lines: readonly string[]): void {
    writeFileSync(path.join(this.directory, name), lines.map((line) => `${line}\n`).join(''), {
      mode: 0o600,
    });
  }
}

/** Without PAM, sshd lets nobody in whose password is locked, whatever their keys. */
function isLocked(user: string): boolean {
  try {
    return readFileSync('/etc/shadow', 'utf8')
      .split('\n')
      .some((line) => line.startsWith(`${user}:!`));
  } catch {
    // Not for us to read; then sshd does not see it either.
    return false;
  }
}
