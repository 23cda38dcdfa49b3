// Ctrl-Z. Inside a shell it is the shell's; but an assistant that stops itself would leave nobody to wake it, so then the
// launcher stops too, as any program of the user's shell would, and `fg` wakes both.

import type { Container } from '../engines/engine.ts';

const ctrlZ = 0x1a;
/** Milliseconds that an assistant gets to tidy the terminal and stop. */
const timeToStop = 200;

export interface Suspension {
  /** Gives the terminal back before the launcher stops. */
  leave: () => void;
  /** Takes it again afterwards. */
  enter: () => void;
}

/** Returns what has to see the user's input. */
export function suspendOnCtrlZ(
  container: Container,
  { leave, enter }: Suspension,
): (input: Buffer) => void {
  let checking = false;
  const check = async (): Promise<void> => {
    // The first is the init, which the main process's group hangs from.
    const [, main] = (await container.processStates()) ?? [];
    if (!main?.startsWith('T')) return;
    leave();
    // Returns when the user's shell continues us, or at once where there is no job control.
    process.kill(0, 'SIGTSTP');
    enter();
    await container.signal('SIGCONT');
  };
  return (input) => {
    if (checking || !input.includes(ctrlZ)) return;
    checking = true;
    setTimeout(() => {
      check()
        .catch(() => undefined)
        .finally(() => (checking = false));
    }, timeToStop);
  };
}
