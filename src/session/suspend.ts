// Ctrl-Z. Inside a shell it is the shell's; but an assistant that stops itself would leave nobody to wake it, so then the
// launcher stops too, as any program of the user's shell would, and `fg` wakes both.

import type { Container } from '../engines/engine.ts';

const ctrlZ = 0x1a;
/** When to look whether it has stopped, in milliseconds after the key: it tidies the terminal first, and machines are busy. */
const looks = [200, 500, 1200, 3000] as const;

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
    if (!(await becomesStopped(container))) return;
    leave();
    // Returns when the user's shell continues us, or at once where there is no job control.
    process.kill(0, 'SIGTSTP');
    enter();
    await container.signal('SIGCONT');
  };
  return (input) => {
    if (checking || !input.includes(ctrlZ)) return;
    checking = true;
    check()
      .catch(() => undefined)
      .finally(() => (checking = false));
  };
}

async function becomesStopped(container: Container): Promise<boolean> {
  let waited = 0;
  for (const look of looks) {
    await new Promise((resolve) => setTimeout(resolve, look - waited).unref());
    waited = look;
    if (await container.isStopped()) return true;
  }
  return false;
}
