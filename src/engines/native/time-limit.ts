// The time limit of a process on the host: TERM to it and to what it has started, a time of grace, KILL to what is left.

import type { ChildProcess } from 'node:child_process';
import { grace } from '../../base/grace.ts';
import { descendantsOf, signalProcess, type ProcessEntry } from './descendants.ts';

export class TimeLimit {
  /** True once it has ended the process. */
  isOver = false;
  private timer: NodeJS.Timeout | undefined;
  /** What the process had started: after its end nothing tells any more that they belonged together. */
  private others: readonly ProcessEntry[] = [];

  constructor(
    private readonly child: ChildProcess,
    seconds: number | undefined,
  ) {
    if (seconds === undefined) return;
    this.timer = setTimeout(() => {
      this.isOver = true;
      this.send('SIGTERM');
      // One that is stopped takes it only when it goes on.
      this.send('SIGCONT');
      this.timer = setTimeout(() => {
        this.send('SIGKILL');
      }, grace);
    }, seconds * 1000);
  }

  /** The process has ended; in a container everything else would end with it. */
  stop(): void {
    clearTimeout(this.timer);
    if (this.isOver) for (const other of this.others) signalProcess(other, 'SIGKILL');
  }

  private send(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    const now = pid === undefined ? [] : descendantsOf(pid);
    this.others = [
      ...now,
      ...this.others.filter(({ pid }) => !now.some((other) => other.pid === pid)),
    ];
    this.child.kill(signal);
    for (const other of this.others) signalProcess(other, signal);
  }
}
