// The words of a command that should have given a secret and has not.

import type { ErrorFacts } from '../base/errors.ts';
import { quoteForShell } from '../base/quote.ts';

type CommandFacts = ErrorFacts['AI_SECRET_COMMAND'];

const reasons: Record<CommandFacts['failure'], (detail: string) => string> = {
  exit: (code) =>
    code === '127' ? 'there is no such program (exit code 127)' : `it ended with exit code ${code}`,
  signal: (signal) => (signal === '' ? 'it was ended' : `it was ended by ${signal}`),
  start: (cause) => `it could not be started: ${cause}`,
  time: () => 'it took more than 60 s, and was ended',
  empty: () => 'it printed nothing',
  long: () => 'it printed more than 64 kB, and was ended',
  text: () => 'what it printed is not UTF-8 text',
};

export const secretCommandWords = ({
  name,
  command,
  failure,
  detail = '',
}: CommandFacts): { what: string; details: readonly string[]; next: string } => ({
  what: `no value for ${name}: ${reasons[failure](detail)}`,
  details: [`command: ${command}`],
  next: `try it by itself: (cd; sh -c ${quoteForShell(command)})  or: export ${name}=… and start with -e ${name}`,
});
