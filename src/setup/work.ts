// What there is to do until an engine answers: plain data, which can be shown, asked about, and handed to a process of root.

import { quoteForShell } from '../base/quote.ts';

export type Step = CommandStep | DaemonStep;

interface CommandStep {
  kind: 'command';
  /** What it does, for the progress. */
  title: string;
  argv: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Where stopping in the middle would leave a mess, Ctrl-C waits for its end. */
  untouchable?: true;
  /** It counts only if a later step fails for it. */
  mayFail?: true;
  /** Another one of it may hold its lock: tried again for a while. */
  waitsForLock?: true;
  /** Tells more where it has failed. */
  explain?: readonly string[];
}

/** A program that goes on by itself, in a session of its own. */
interface DaemonStep {
  kind: 'daemon';
  title: string;
  argv: readonly string[];
  log: string;
}

export interface Work {
  /** What is missing, as a sentence without a full stop. */
  missing: string;
  steps: readonly Step[];
  /** True if the steps need root's rights. */
  asRoot: boolean;
  /** What was installed, for the last word. */
  installs: readonly string[];
  /** Who becomes a member of which group. */
  joins?: Membership;
  wait: {
    /** Absolute path. */
    socket: string;
    seconds: number;
    /** What to do where it does not answer in time. */
    hint?: string;
  };
}

/** A step as a line for a shell, as somebody types it who is not root where `sudo` is true. */
export function commandLine(step: Step, sudo: boolean): string {
  const words = step.argv.map(quoteForShell).join(' ');
  if (step.kind === 'daemon') {
    const line = `setsid --fork ${words} >>${quoteForShell(step.log)} 2>&1 </dev/null`;
    return sudo ? `sudo sh -c ${quoteForShell(line)}` : line;
  }
  const variables = Object.entries(step.environment ?? {}).map(
    ([name, value]) => `${name}=${quoteForShell(value)} `,
  );
  return `${sudo ? 'sudo ' : ''}${variables.join('')}${words}`;
}

export interface Membership {
  user: string;
  group: string;
}

/** What it means to be added to the group of an engine. */
export const groupNote = ({ user, group }: Membership): string =>
  `whoever is in the group ${group}, as ${user} will be, can do what root can on this machine`;
