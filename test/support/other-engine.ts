// Podman, as root and as a user, and Docker as a user: real ones, started for a test file, in namespaces of their own.

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import Docker from 'dockerode';
import { engineAnswers } from './engine.ts';
import { loadImage } from './load-image.ts';
import { installMissing, packagesOfOtherEngines } from './packages.ts';
import { asUser, testUser, type TestUser } from './user.ts';

export type OtherEngineKind = 'Podman as root' | 'Podman as a user' | 'Docker as a user';

const startTimeout = 60_000;
/** Below these, programs put things on the real filesystem: mount points of other-engine.sh, and what engines keep. */
const outside = ['/dev/net/tun', '/dev/net', '/dev/fuse', '/var/lib/cni', '/etc/cni'];
const prepare = fileURLToPath(new URL('other-engine.sh', import.meta.url));

/** No systemd here to ask for cgroups and logs; the limits that Podman would raise by itself may not be raised everywhere. */
const containersConf = `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
`;

export class OtherEngine {
  readonly docker: Docker;
  /** For --host and DOCKER_HOST. */
  readonly host: string;
  /** Who uses it, and whom it runs as; undefined for root. */
  readonly user: TestUser | undefined;
  /** What `ai` and the engine's own programs find in the user's environment. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly directory = mkdtempSync('/var/tmp/ai-test-other-');
  private readonly isPodman: boolean;
  private process: ChildProcess | undefined;
  private readonly cleanUps: (() => void)[] = [removeNewOutside()];

  constructor(kind: OtherEngineKind) {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      throw new Error(`${kind} can be started here only by root on Linux`);
    installMissing(packagesOfOtherEngines);
    this.isPodman = kind.startsWith('Podman');
    this.user = kind.endsWith('as root') ? undefined : testUser();
    if (this.user) this.cleanUps.push(addSubordinateIds(this.user));
    this.makeDirectories();
    const runtime = this.at('runtime');
    const socket = path.join(runtime, this.isPodman ? 'podman/podman.sock' : 'docker.sock');
    this.host = `unix://${socket}`;
    this.environment = { XDG_RUNTIME_DIR: runtime };
    this.docker = new Docker({ socketPath: socket });
  }

  /** Starts it and resolves when it answers. Throws with its own words where it cannot start: nothing is left out. */
  async start(): Promise<void> {
    const log = openSync(this.at('log'), 'a');
    const namespaces = ['--mount', '--pid', '--mount-proc', '--fork', '--kill-child'];
    const words = [
      ...namespaces,
      ...(this.user ? [] : ['--net']),
      ...[prepare, this.at('devices')],
      ...(this.user ? [] : ['--as-root']),
      ...asUser(this.user, this.command()),
    ];
    this.process = spawn('unshare', words, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        HOME: this.at('home'),
        // Podman unpacks there, and leaves behind what it is killed over.
        TMPDIR: this.at('home'),
        CONTAINERS_CONF: this.at('containers.conf'),
        ...this.environment,
      },
    });
    const deadline = Date.now() + startTimeout;
    while (!(await engineAnswers(this.docker))) {
      if (this.process.exitCode !== null || Date.now() > deadline)
        throw new Error(`${this.command().join(' ')} did not start:\n${this.endOfLog()}`);
      await wait(50);
    }
  }

  /** Gives it the busybox image under the name that `ai` looks for, for runs from that home. */
  async loadImageFor(home: string, cwd: string): Promise<void> {
    await loadImage(this, { home, cwd, user: this.user });
  }

  /** Ends it with all that it has started, from one moment to the next, as a power failure does. */
  async kill(): Promise<void> {
    const engine = this.process;
    if (engine?.exitCode === null && engine.signalCode === null) {
      const gone = new Promise((resolve) => engine.once('exit', resolve));
      engine.kill('SIGKILL');
      await gone;
    }
    // What a reboot forgets; the ids of processes begin anew, too.
    rmSync(this.at('runtime'), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    this.makeDirectories();
  }

  /** Ends it, and removes what it has kept. */
  async destroy(): Promise<void> {
    await this.kill();
    removeControlGroups();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    for (const cleanUp of this.cleanUps) cleanUp();
  }

  endOfLog(): string {
    return readFileSync(this.at('log'), 'utf8').split('\n').slice(-15).join('\n');
  }

  private command(): readonly string[] {
    if (!this.isPodman) return ['/usr/share/docker.io/contrib/dockerd-rootless.sh'];
    const places = this.user
      ? []
      : ['--root', this.at('home/storage'), '--runroot', this.at('runtime/storage')];
    return ['podman', ...places, 'system', 'service', '--time', '0', this.host];
  }

  private makeDirectories(): void {
    chmodSync(this.directory, 0o755);
    writeFileSync(this.at('containers.conf'), containersConf);
    for (const name of ['home', 'runtime', 'runtime/podman']) {
      mkdirSync(this.at(name), { mode: 0o700, recursive: true });
      if (this.user) chownSync(this.at(name), this.user.uid, this.user.gid);
    }
  }

  private at(name: string): string {
    return path.join(this.directory, name);
  }
}

/** useradd gives subordinate ids where that is the system's habit; a user's engine cannot do without. Returns the way back. */
function addSubordinateIds({ name }: TestUser): () => void {
  const files = [
    ['/etc/subuid', 'subuids'],
    ['/etc/subgid', 'subgids'],
  ] as const;
  const missing = files.filter(([file]) => !readFileSync(file, 'utf8').includes(`${name}:`));
  const change = (verb: 'add' | 'del'): void => {
    for (const [, ids] of missing)
      execFileSync('usermod', [`--${verb}-${ids}`, '700000-765535', name]);
  };
  change('add');
  return () => {
    change('del');
  };
}

/** Returns what removes those things again that are not there now. */
function removeNewOutside(): () => void {
  const missing = outside.filter((file) => !existsSync(file));
  const before = rootlesskits();
  return () => {
    for (const file of [...missing, ...rootlesskits().filter((name) => !before.includes(name))])
      rmSync(file, { recursive: true, force: true });
  };
}

/** Where it makes them whatever TMPDIR says. */
const rootlesskits = (): string[] =>
  readdirSync('/tmp')
    .filter((name) => name.startsWith('rootlesskit'))
    .map((name) => path.join('/tmp', name));

/** Podman leaves the groups above those of its containers; the kernel removes only what is empty. */
function removeControlGroups(): void {
  const script = `for top in /sys/fs/cgroup/libpod_parent /sys/fs/cgroup/*/libpod_parent; do
    [ ! -d "$top" ] || find "$top" -depth -type d -exec rmdir {} + 2>/dev/null; done; true`;
  execFileSync('sh', ['-c', script]);
}
