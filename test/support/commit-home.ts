// A user with a repository, a remote behind a real sshd, a key in an agent, and git settings, for tests of `ai commit`.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GitServer } from './git-server.ts';
import { git, makeRepository } from './repository.ts';
import { generateKey, SshAgent, type UserKey } from './ssh-agent.ts';
import { temporaryDirectory } from './test-directory.ts';

/** One sshd and one agent for a file of tests. */
export class CommitWorld {
  private readonly directory = temporaryDirectory();
  private readonly key: UserKey = generateKey(this.directory, 'ed25519', 'user');
  private readonly server = new GitServer('127.0.0.1', [this.key]);
  private readonly agent = new SshAgent(path.join(this.directory, 'agent'));
  private number = 0;

  async start(): Promise<void> {
    await Promise.all([this.server.start(), this.agent.start()]);
    await this.agent.add(this.key.file);
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.stop(), this.agent.kill()]);
  }

  /** A repository of its own, with a first commit on the remote; `HOME` with the settings that git needs for it. */
  newUser({ settings = '' } = {}): CommitUser {
    const home = temporaryDirectory();
    const project = makeRepository();
    const remote = this.server.repository(`remote-${++this.number}`);
    const known = path.join(this.directory, 'known_hosts');
    writeFileSync(known, this.server.knownHost);
    // The ssh of these tests’ user looks for files in that user’s own home, whatever HOME says.
    const ssh = `ssh -F /dev/null -o UserKnownHostsFile=${known} -o StrictHostKeyChecking=yes`;
    writeFileSync(
      path.join(home, '.gitconfig'),
      `[user]\nname = Ann\nemail = ann@example.invalid\n[core]\nsshCommand = ${ssh}\n${settings}`,
    );
    git(['remote', 'add', 'origin', remote.url], { directory: project });
    git(['push', '--quiet', remote.directory, 'main'], { directory: project });
    git(['fetch', '--quiet', remote.directory, 'main:refs/remotes/origin/main'], {
      directory: project,
    });
    git(['branch', '--quiet', '--set-upstream-to=origin/main'], { directory: project });
    const signers = path.join(home, 'signers');
    writeFileSync(signers, `ann@example.invalid ${this.key.publicKey}\n`);
    return {
      ...{ home, project, remote: remote.directory, key: this.key, signers },
      env: { SSH_AUTH_SOCK: this.agent.socket },
      write: (name, text) => {
        const file = path.join(project, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
      },
      git: (...words) => git(words, { directory: project }),
      pushed: (format = '%s') =>
        git(['log', '-1', `--format=${format}`, 'main'], { directory: remote.directory }).trim(),
    };
  }
}

export interface CommitUser {
  home: string;
  project: string;
  /** The bare repository's directory. */
  remote: string;
  key: UserKey;
  signers: string;
  env: Record<string, string>;
  write: (name: string, text: string) => void;
  git: (...words: string[]) => string;
  /** Of the last commit that the remote has. */
  pushed: (format?: string) => string;
}
