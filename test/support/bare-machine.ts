// A machine without an engine: Debian by debootstrap in a directory, with processes, mounts and sockets of its own. It shares
// the host's network, so that apt finds its mirror; an administrator's daemon.json keeps its engine away from the host's rules.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { madeBase } from '../../src/assistants/pins.ts';
import { hostMirrors } from '../../src/images/apt-sources.ts';
import type { AiResult } from './ai.ts';
import { installedExecutable } from './installation.ts';
import { installMissing } from './packages.ts';
import { testDirectory } from './test-directory.ts';

export interface RunOptions {
  /** Root by default. */
  user?: string;
  env?: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Its mounts go with its namespace; its first process is the one that all others end with. It says `ready` only with a root
 * of its own: whoever enters before that is on the host.
 */
const enter = `
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 none run
mount --bind "$2" opt/ai
mount -o remount,bind,ro opt/ai
touch usr/local/bin/node
mount --bind "$3" usr/local/bin/node
touch bare-machine
exec chroot . sh -c 'echo ready; exec cat'`;

/** A tree of Debian that machines are copied from. Takes about a minute. */
export async function debianTree(): Promise<string> {
  installMissing({ debootstrap: ['debootstrap'] });
  const tree = path.join(testDirectory(), 'bare-debian');
  const { main } = hostMirrors();
  const packages = main?.startsWith('https:') ? ['--include=ca-certificates'] : [];
  const words = ['--variant=minbase', ...packages, madeBase.suite, tree, ...(main ? [main] : [])];
  await execute('unshare', ['--mount', 'debootstrap', ...words], { maxBuffer: 2 ** 26 });
  const put = (file: string, text: string): void => {
    mkdirSync(path.join(tree, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  };
  put('etc/resolv.conf', readFileSync('/etc/resolv.conf', 'utf8'));
  put('etc/hosts', `127.0.0.1 localhost ${os.hostname()}\n`);
  if (packages.length > 0) put(certificates.slice(1), readFileSync(certificates, 'utf8'));
  put('etc/docker/daemon.json', daemonSettings);
  mkdirSync(path.join(tree, 'opt/ai'), { recursive: true });
  return tree;
}

/** Without `bridge: none`: with it an engine removes the docker0 of this machine, whose network this one shares. */
export const daemonSettings = JSON.stringify({ iptables: false, ip6tables: false });

export class BareMachine {
  private constructor(
    readonly tree: string,
    private readonly holder: ChildProcess,
    /** Its first process, as the host numbers it. */
    private readonly init: number,
  ) {}

  /** Copies a tree and starts the machine, with `ai` and node installed. */
  static async start(tree: string, name: string): Promise<BareMachine> {
    const own = path.join(testDirectory(), name);
    await execute('cp', ['-a', tree, own]);
    const installation = path.dirname(path.dirname(installedExecutable()));
    const flags = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-euc', enter, 'sh'];
    const holder = spawn('unshare', [...flags, own, installation, process.execPath], {
      // It ends with whoever holds its stdin, however that ends.
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await Promise.race([
      once(holder.stdout, 'data'),
      once(holder, 'exit').then(() => {
        throw new Error('the bare machine did not start');
      }),
    ]);
    const { pid = 0 } = holder;
    const init = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
    // What runs in the machine runs as root: it must never be the host that is entered.
    const [root, wanted] = [`/proc/${init}/root/.`, own].map((file) => statSync(file));
    if (root?.ino !== wanted?.ino || root?.dev !== wanted?.dev) {
      holder.kill('SIGKILL');
      throw new Error('the bare machine has the root of another');
    }
    return new BareMachine(own, holder, init);
  }

  /** A command line of the host that runs one in the machine, for tests that bring a terminal of their own. */
  command(argv: readonly string[], { user, env }: RunOptions = {}): string[] {
    const home = user === undefined ? '/root' : `/home/${user}`;
    const variables = { PATH: systemPath, HOME: home, LANG: 'C.UTF-8', ...env };
    const settings = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
    return [
      ...['nsenter', '--target', String(this.init), '--mount', '--pid', '--root', '--wdns=/'],
      ...(user === undefined
        ? []
        : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups']),
      ...['env', '--ignore-environment', 'TERM=xterm-256color', ...settings, ...argv],
    ];
  }

  ai(args: readonly string[], options: RunOptions = {}): Promise<AiResult> {
    return this.run(['node', '/opt/ai/bin/ai.js', ...args], options);
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<AiResult> {
    const [program = '', ...args] = this.command(argv, options);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code, signal] = (await once(child, 'close')) as [AiResult['code'], AiResult['signal']];
    return { code, signal, stdout, stderr };
  }

  /** The path by which the host sees a file of the machine, those on its own mounts too. */
  seen(file: string): string {
    return `/proc/${this.init}/root${file}`;
  }

  /** Runs what must not fail, and returns its stdout. */
  async must(script: string): Promise<string> {
    const guarded = `[ -e /bare-machine ]\n${script}`;
    const { code, stdout, stderr } = await this.run(['sh', '-euc', guarded]);
    if (code !== 0) throw new Error(`${script}\n${stderr}`);
    return stdout.trim();
  }

  /** Ids, as the machine has them, of the live processes of that name. */
  async processes(name: string): Promise<string[]> {
    const found = await this.must(`
      for process in /proc/[0-9]*; do
        [ "$(cat $process/comm)" != ${name} ] || grep -q 'State:.*Z' $process/status || echo "\${process#/proc/}"
      done 2>/dev/null`);
    return found.split('\n').filter((id) => id !== '');
  }

  /** Ends everything in it, and removes it. */
  async destroy(): Promise<void> {
    const gone = once(this.holder, 'exit');
    process.kill(this.init, 'SIGKILL');
    await gone;
    // Should a mount ever have got out of the namespace, what is behind it stays.
    await execute('rm', ['-rf', '--one-file-system', '--', this.tree]);
  }

  /** What the host still has of it: processes that live in its tree, mounts, the tree itself. */
  get leftOnHost(): string[] {
    const roots = readdirSync('/proc').flatMap((id) => {
      try {
        return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/root`).startsWith(this.tree)
          ? [id]
          : [];
      } catch {
        return [];
      }
    });
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.tree));
    return [...roots, ...mounts, ...(existsSync(this.tree) ? [this.tree] : [])];
  }
}
