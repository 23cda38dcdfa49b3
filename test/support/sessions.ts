// Sessions that run side by side until the test has seen enough of them.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { AiResult } from './ai.ts';
import type { LoggedIn } from './fake-logins.ts';
import { LiveRun } from './live-run.ts';

export interface SessionsOptions {
  env?: Readonly<Record<string, string>>;
  options?: readonly string[];
}

/** A script of the session goes on until this file of the project is there. */
export const enough = 'enough';

export class Sessions {
  readonly runs: LiveRun[] = [];
  /** While one of them is about to be killed. */
  mayEnd = false;
  private isEnough = false;
  private readonly forgotten = new Set<LiveRun>();

  constructor(
    private readonly user: LoggedIn,
    private readonly options: SessionsOptions = {},
  ) {
    // A test that fails half-way must not leave them to the next one.
    onTestFinished(async () => {
      for (const run of this.runs) run.signal('SIGTERM');
      await Promise.all(this.runs.map(async ({ ended }) => ended));
    }, 60_000);
  }

  /** Starts so many of them, each with `ai <options> exec -- sh -ec <script>`. */
  start(count: number, script: string, ...options: string[]): readonly LiveRun[] {
    const words = [...options, 'exec', '--', 'sh', '-ec', script];
    return Array.from({ length: count }, () => {
      const run = this.run(words);
      run.child.stdin.end();
      return run;
    });
  }

  /** `ai` with these words, as one of the sessions. */
  run(words: readonly string[]): LiveRun {
    const { home, cwd, user } = this.user;
    const run = LiveRun.start(['--yes', ...(this.options.options ?? []), ...words], {
      home,
      cwd,
      user,
      // The image is made: nothing asks a registry.
      env: { NODE_EXTRA_CA_CERTS: undefined, ...this.options.env },
    });
    this.runs.push(run);
    return run;
  }

  /** Gives it this text again and again, until the end. */
  feed(run: LiveRun, text: string, interval: number): void {
    const { stdin } = run.child;
    const give = (): void => {
      if (this.isEnough) stdin.end();
      else stdin.write(text);
      if (this.isEnough) clearInterval(timer);
    };
    const timer = setInterval(give, interval);
    give();
    void run.ended.then(() => {
      clearInterval(timer);
    });
  }

  /** The end of this one is no end of a test: it is going to be killed. */
  forget(run: LiveRun): void {
    this.forgotten.add(run);
  }

  /** Resolves once it is so; rejects when one of them ends before, or after so many seconds. */
  async until(isSo: () => boolean, what: string, seconds = 120): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!isSo()) {
      if (Date.now() > end) throw new Error(`${seconds} s passed before ${what}`);
      const early = this.lasting.find(
        ({ child }) => child.exitCode !== null || child.signalCode !== null,
      );
      if (early !== undefined && !this.mayEnd)
        throw new Error(`ended before ${what}: ${early.stdout}${early.stderr}`);
      await wait(20);
    }
  }

  /** Lets them all come to their end. */
  async end(): Promise<AiResult[]> {
    this.isEnough = true;
    writeFileSync(path.join(this.user.cwd, enough), '');
    return this.ended();
  }

  async ended(): Promise<AiResult[]> {
    return Promise.all(this.lasting.map(async ({ ended }) => ended));
  }

  get lasting(): LiveRun[] {
    return this.runs.filter((run) => !this.forgotten.has(run));
  }
}

/** How often something stands in what they have said. */
export const countIn = (results: readonly { stdout: string }[], text: string): number =>
  results.reduce((sum, { stdout }) => sum + stdout.split(text).length - 1, 0);
