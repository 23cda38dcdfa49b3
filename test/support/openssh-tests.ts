// OpenSSH's own tests, as Debian packages them, with the filter between every client and its agent.

import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { findCommand } from './packages.ts';
import { run, type Result } from './ssh-agent.ts';
import { temporaryDirectory } from './test-directory.ts';
import { asUser, mayActAsOthers, testUser } from './user.ts';

const installed = '/usr/lib/openssh/regress';

/** What the package brings; it is no command of anybody's PATH. */
export const packagesOfOpensshTests = { [`${installed}/run-tests`]: ['openssh-tests'] };

export class OpensshTests {
  /** Of the user that the tests run as: they refuse nobody, but as root they would test another sshd. */
  private readonly user = mayActAsOthers ? testUser() : undefined;
  private readonly directory = temporaryDirectory({ owner: this.user });
  /** Lines of JSON: what went through the filters. */
  readonly uses = path.join(this.directory, 'uses.jsonl');

  async prepare(): Promise<void> {
    await build({
      entryPoints: [path.join(import.meta.dirname, 'agent-filter-program.ts')],
      outfile: this.at('agent-filter.cjs'),
      absWorkingDir: path.join(import.meta.dirname, '../..'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'warning',
      // Its optional parts are no JavaScript; nothing that the filter does in the mode all needs it.
      external: ['ssh2'],
    });
    mkdirSync(this.at('tmp'));
    chmodSync(this.at('tmp'), 0o777);
    this.script('ssh-agent', agentWrapper(this.at('agent-filter.cjs'), this.uses));
    this.script('ssh-add', addWrapper);
  }

  /** Runs one of them by the name of its script, in a directory of its own. */
  async run(name: string): Promise<Result> {
    const objects = this.at(name);
    execFileSync('cp', ['--archive', installed, objects]);
    if (this.user !== undefined)
      execFileSync('chown', ['-R', `${this.user.uid}:${this.user.gid}`, objects]);
    const script = path.join(objects, `${name}.sh`);
    const command = ['sh', path.join(objects, 'test-exec.sh'), objects, script];
    const [program = '', ...args] = asUser(this.user, command);
    return run(
      program,
      args,
      {
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        HOME: this.directory,
        TMPDIR: this.at('tmp'),
        BUILDDIR: objects,
        TEST_SHELL: 'sh',
        TEST_SSH_SSH: 'ssh',
        TEST_SSH_SSHAGENT: this.at('ssh-agent'),
        TEST_SSH_SSHADD: this.at('ssh-add'),
        TEST_SSH_SFTPSERVER: '/usr/lib/openssh/sftp-server',
        TEST_SSH_UNSAFE_PERMISSIONS: '1',
      },
      { directory: objects, timeout: 280_000 },
    );
  }

  /** Servers and agents make directories in /tmp, whatever TMPDIR says, and leave some. Nobody else is this user. */
  removeLeftovers(): void {
    if (this.user === undefined) return;
    for (const name of readdirSync('/tmp')) {
      const left = path.join('/tmp', name);
      const isOurs = lstatSync(left, { throwIfNoEntry: false })?.uid === this.user.uid;
      if (name.startsWith('ssh-') && isOurs) rmSync(left, { recursive: true, force: true });
    }
  }

  private at(name: string): string {
    return path.join(this.directory, name);
  }

  private script(name: string, text: string): void {
    writeFileSync(this.at(name), text, { mode: 0o755 });
    chmodSync(this.at(name), 0o755);
  }
}

const real = (name: string): string => findCommand(name) ?? name;

/** Starts the agent and a filter before it, and says that the filter's socket is the agent's. The filter ends with the agent. */
const agentWrapper = (program: string, uses: string): string => `#!/bin/sh
for word; do
  case "$word" in -k) exec ${real('ssh-agent')} "$@" ;; esac
done
told=$(${real('ssh-agent')} "$@") || exit
eval "$told" >/dev/null
ready=$(mktemp -u)
mkfifo "$ready"
${process.execPath} ${program} "$SSH_AUTH_SOCK" "$SSH_AUTH_SOCK.filter" ${uses} >"$ready" 2>>${uses}.trouble &
read -r line <"$ready"
rm "$ready"
printf '%s\\n' "$told" | sed "s|^SSH_AUTH_SOCK=[^;]*|&.filter|"
`;

/** What changes an agent goes to the agent itself: the filter would refuse it. */
const addWrapper = `#!/bin/sh
case "$1" in
  -l | -L | -T) ;;
  *) SSH_AUTH_SOCK=\${SSH_AUTH_SOCK%.filter} ;;
esac
exec ${real('ssh-add')} "$@"
`;
