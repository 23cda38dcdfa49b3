// Signals to a container that the engine is still starting: it may run before the engine says so, or not yet, and then a signal would
// be refused.

import type { Container } from '../engines/engine.ts';

export type Signalled = Pick<Container, 'signal'>;

/** Keeps signals until the engine has answered to the start, and passes them on from then on. */
export class EarlySignals implements Signalled {
  /** Each once, in the order in which they came. */
  private early: Set<NodeJS.Signals> | undefined = new Set();

  constructor(private readonly container: Signalled) {}

  async signal(name: NodeJS.Signals): Promise<void> {
    if (this.early) this.early.add(name);
    else await this.container.signal(name);
  }

  /** The engine has answered. Nobody waits for what was kept: as for signals of later, a lost engine tells so through the watch. */
  started(): void {
    const early = [...(this.early ?? [])];
    this.early = undefined;
    for (const name of early) this.container.signal(name).catch(() => undefined);
  }
}
