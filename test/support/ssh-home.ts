// A home with an ssh configuration, our copy of it, and what the real ssh makes of both.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sanitiseSshConfig, type SanitisedSshConfig } from '../../src/read/ssh-config.ts';
import { temporaryDirectory } from './test-directory.ts';

/** Files below `~/.ssh`; a text alone is `config`. `HOME` in them is the home directory. */
export type SshFiles = Readonly<Record<string, string>> | string;

type Answer = Record<string, string[]> | undefined;

export class SshHome {
  readonly home = temporaryDirectory();
  readonly inside = path.join(this.home, 'inside');
  /** Of the last time. */
  sanitised: SanitisedSshConfig;

  constructor(files: SshFiles) {
    for (const [name, text] of Object.entries(
      typeof files === 'string' ? { config: files } : files,
    ))
      this.write(name, text.replaceAll('HOME', this.home));
    mkdirSync(this.inside);
    this.sanitised = this.sanitise();
  }

  at(name: string): string {
    return path.join(this.home, '.ssh', name);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), text);
    chmodSync(this.at(name), 0o600);
  }

  sanitise(): SanitisedSshConfig {
    this.sanitised = sanitiseSshConfig(this.home, {
      inside: this.inside,
      user: os.userInfo().username,
      environment: { KEYS: path.join(this.home, '.ssh') },
    });
    writeFileSync(path.join(this.inside, 'config'), this.sanitised.text);
    for (const { name, text } of this.sanitised.publicKeys)
      writeFileSync(path.join(this.inside, name), text);
    return this.sanitised;
  }

  /** What ssh says of a host: keywords with their values. Undefined where it refuses the file. */
  original(host: string): Answer {
    return this.ask(this.at('config'), host);
  }

  copy(host: string): Answer {
    return this.ask(path.join(this.inside, 'config'), host);
  }

  private ask(file: string, host: string): Answer {
    const asked = spawnSync('ssh', ['-G', '-F', file, '--', host], {
      encoding: 'utf8',
      env: { ...process.env, HOME: this.home },
    });
    if (asked.status !== 0) return undefined;
    const found: Record<string, string[]> = {};
    for (const line of asked.stdout.split('\n')) {
      const at = line.indexOf(' ');
      (found[line.slice(0, at)] ??= []).push(line.slice(at + 1));
    }
    return found;
  }
}
