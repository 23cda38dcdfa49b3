// A run of `ai` that goes on while the test acts on it: its output so far, a wait for words of it, its end.

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { startAi } from './ai.ts';
import type { AiOptions, AiResult } from './ai.ts';

const waitTimeout = 30_000;

export class LiveRun {
  stdout = '';
  stderr = '';
  /** Resolves when the launcher has ended and all its output is here. */
  readonly ended: Promise<AiResult>;

  static start(args: readonly string[], options: AiOptions = {}): LiveRun {
    return new LiveRun(startAi(args, options));
  }

  private constructor(readonly child: ChildProcessWithoutNullStreams) {
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Resolves once stdout holds `wanted`; rejects when the run ends without it, or after half a minute. */
  async waitFor(wanted: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.child.stdout.off('data', look);
        end();
      };
      const look = (): void => {
        if (this.stdout.includes(wanted)) settle(resolve);
      };
      const giveUp = (why: string): void => {
        settle(() => {
          reject(new Error(`${why} without ${wanted}: ${this.stdout}${this.stderr}`));
        });
      };
      const timer = setTimeout(giveUp, waitTimeout, `${waitTimeout} ms passed`);
      void this.ended.then(({ code }) => {
        giveUp(`ended with ${code}`);
      });
      this.child.stdout.on('data', look);
      look();
    });
  }

  /** To the launcher itself, as `kill` sends it. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}
