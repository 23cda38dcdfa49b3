// The way to an engine behind ssh: OpenSSH forwards a socket of ours to the engine's. So the user's configuration, known
// hosts and agents count, one connection serves every request, and nobody but this user gets at the socket.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { AiError, messageOf, systemCode, type SshTrouble } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { Connection } from './connection.ts';
import { dialer } from './dial.ts';
import type { Endpoint } from './endpoint.ts';
import { showSshEndpoint, sshCommand, sshWords, type SshEndpoint } from './ssh-endpoint.ts';
import { lastWordsOf, sshTroubleOf } from './ssh-trouble.ts';

export interface Forward {
  endpoint: Endpoint;
  /** Ends ssh and removes the socket. */
  close(): Promise<void>;
}

export interface ForwardOptions {
  environment: Readonly<Partial<Record<string, string>>>;
  /** There is a user at a terminal, whom ssh may ask for passwords and about keys of hosts. */
  mayAsk: boolean;
  /** Milliseconds until ssh has to be through; by default 30 s, and as long as it takes where it may ask. */
  limit?: number;
}

/** Milliseconds between two looks whether ssh listens at its socket. */
const pause = 10;
/** Milliseconds that an engine has for its first answer. */
const timeToAnswer = 10_000;

/** Milliseconds that ssh has to end in its own way: it may have to restore the terminal. */
const timeToEnd = 1000;

/** @throws AiError AI_ENGINE_SSH */
export async function openForward(target: SshEndpoint, options: ForwardOptions): Promise<Forward> {
  const directory = makeDirectory();
  const socket = path.join(directory, 'engine.sock');
  const ssh = new Ssh(target, socket, options);
  const watcher = holdWatcher(ssh.pid, directory);
  const close = async (): Promise<void> => {
    await ssh.end();
    rmSync(directory, { recursive: true, force: true });
    watcher.stdin?.end('done\n');
  };
  try {
    const { mayAsk, limit = mayAsk ? Infinity : 30_000 } = options;
    const deadline = Date.now() + limit;
    const endpoint: Endpoint = { kind: 'unix', path: socket };
    while (!(await hasAnswered(endpoint, options.limit ?? timeToAnswer))) {
      if (ssh.hasEnded) throw new Error('ssh has ended');
      if (Date.now() > deadline) throw new TooLate();
      await wait(pause);
    }
    return { endpoint, close };
  } catch (error) {
    await close();
    throw ssh.explain(error);
  }
}

class TooLate extends Error {}
/** ssh is through, and the engine behind it says nothing. */
class EngineSilent extends Error {}

class Ssh {
  hasEnded = false;
  private said = '';
  private failure: unknown;
  private readonly process: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(
    private readonly target: SshEndpoint,
    socket: string,
    { environment, mayAsk }: ForwardOptions,
  ) {
    // Not in a session of its own: it asks at this terminal, and Ctrl-C means it too.
    const child = spawn('ssh', forwardWords(target, socket, mayAsk), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...environment },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.ended = new Promise((resolve) => {
      const settle = (): void => {
        this.hasEnded = true;
        resolve();
      };
      child.once('close', settle).once('error', (error) => {
        this.failure = error;
        settle();
      });
    });
    this.process = child;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Ends it if it runs, and waits until it has gone and all it had to say is here. */
  async end(): Promise<void> {
    if (!this.hasEnded) this.process.kill();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), timeToEnd);
    await this.ended;
    clearTimeout(timer);
  }

  explain(cause: unknown): AiError {
    let trouble: SshTrouble = sshTroubleOf(this.said);
    if (trouble === 'other' && cause instanceof TooLate) trouble = 'timeout';
    if (trouble === 'other' && cause instanceof EngineSilent) trouble = 'engine-silent';
    if (systemCode(this.failure) === 'ENOENT') trouble = 'not-installed';
    return new AiError(
      'AI_ENGINE_SSH',
      {
        endpoint: showSshEndpoint(this.target),
        command: sshCommand(this.target),
        socket: this.target.socket,
        trouble,
        said: lastWordsOf(this.said) || (this.failure ? messageOf(this.failure) : ''),
      },
      { cause },
    );
  }
}

function forwardWords(target: SshEndpoint, socket: string, mayAsk: boolean): string[] {
  const settings = {
    BatchMode: mayAsk ? 'no' : 'yes',
    ConnectTimeout: '15',
    LogLevel: 'INFO',
    ServerAliveInterval: '5',
    StreamLocalBindUnlink: 'yes',
    // The user's other forwards may be open in another session already: no reason to give up. Ours is looked at.
    ExitOnForwardFailure: 'no',
    // A connection of our own: in a shared one the forward would outlive us.
    ControlMaster: 'no',
    ControlPath: 'none',
    PermitLocalCommand: 'no',
    RemoteCommand: 'none',
    // A process that leaves for the background is lost to us. Older ssh do not know the word; the user's own list of words
    // that may be unknown loses to this one, so it has to allow all.
    IgnoreUnknown: '*',
    ForkAfterAuthentication: 'no',
    // A list needs neither the agent nor the screen over there.
    ForwardAgent: 'no',
    ForwardX11: 'no',
  };
  return [
    '-N',
    '-T',
    ...['-L', `${socket}:${target.socket}`],
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...sshWords(target),
  ];
}

/**
 * False while ssh does not listen: its socket is there a moment earlier than it takes connections. It takes them before it
 * knows whether the other side does, so only an answer tells that there is an engine.
 */
async function hasAnswered(endpoint: Endpoint, limit: number): Promise<boolean> {
  const connection = new Connection(dialer(endpoint));
  const signal = AbortSignal.timeout(limit);
  try {
    await connection.request('GET', '/_ping', { signal });
    return true;
  } catch (error) {
    const { cause } = error as Error;
    if (['ENOENT', 'ECONNREFUSED'].includes(systemCode(cause) ?? '')) return false;
    throw signal.aborted ? new EngineSilent() : error;
  }
}

/** Asked for a password or about a key, ssh takes TERM for an answer and may go on asking. */
const endAll = `trap '' HUP INT TERM
read -r _ && exit 0
rm -rf -- "$2"
kill "$1" && sleep ${timeToEnd / 1000} && case $(ps -o comm= -p "$1") in *ssh*) kill -9 "$1" ;; esac`;

/** However this process ends, SIGKILL included, ssh and the socket go with it (leash.ts does the same for containers). */
function holdWatcher(pid: number | undefined, directory: string): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', endAll, 'sh', `${pid ?? ''}`, directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return watcher;
}

/** One of this user alone, in the usual place for what is temporary, or in /tmp where that one does not do. */
function makeDirectory(): string {
  try {
    return mkdtempSync(path.join(shortTemporary(), 'ai-ssh-'));
  } catch {
    try {
      return mkdtempSync('/tmp/ai-ssh-');
    } catch (error) {
      const facts = { path: '/tmp/ai-ssh-…', cause: messageOf(error) };
      throw new AiError('AI_STATE_UNWRITABLE', facts, { cause: error });
    }
  }
}

/** The path of a socket may have 104 bytes (macOS), and ssh takes a colon in it for its end. */
function shortTemporary(): string {
  const usual = os.tmpdir();
  return /^\/[\w./+-]{0,60}$/.test(usual) ? usual : '/tmp';
}
