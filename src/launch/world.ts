// Where a command runs: the parts of the process and the machine that everything else gets handed.

import path from 'node:path';
import { homeOf } from '../read/host-facts.ts';
import { readKeptSecrets } from '../read/kept-secrets.ts';
import { stateDirectoryOf } from '../read/state-facts.ts';
import type { Emit } from '../base/events.ts';
import { Redactor } from '../base/redact.ts';
import { secretsOfEnvironment } from '../plan/known-secrets.ts';
import type { StandardStreams } from '../session/streams.ts';

export interface World {
  environment: Readonly<Partial<Record<string, string>>>;
  home: string;
  uid: number;
  /** `~/.docker-ai-config`. */
  stateDirectory: string;
  /** The directory that a relative path on the command line counts from. */
  directory: string;
  templates: string;
  /** Where the build is: the leash's program stands there. */
  dist: string;
  streams: StandardStreams;
  emit: Emit;
  /** Knows the secrets of the run, and covers them in whatever is shown or written. */
  redactor: Redactor;
  /** Asks the user, with what the yes would be to; false where nobody can be asked. */
  confirm: (question: string, details?: readonly string[]) => Promise<boolean>;
  /** The same where only the user may say yes: --yes does not answer. Undefined where nobody has said anything. */
  consent: (question: string, details?: readonly string[]) => Promise<boolean | undefined>;
}

/** Somebody can be asked there, and sees the question. */
export const isAtTerminal = ({ streams: { stdin, stderr } }: Pick<World, 'streams'>): boolean =>
  [stdin, stderr].every((stream) => 'isTTY' in stream && stream.isTTY === true);

export type WorldInput = Pick<
  World,
  'environment' | 'streams' | 'emit' | 'confirm' | 'consent' | 'directory'
> & { packageRoot: string; redactor?: Redactor };

export function makeWorld({ packageRoot, redactor = new Redactor(), ...rest }: WorldInput): World {
  const home = homeOf(rest.environment);
  const stateDirectory = stateDirectoryOf(rest.environment, home);
  redactor.learnLater(() => [
    ...secretsOfEnvironment(rest.environment),
    ...readKeptSecrets(stateDirectory),
  ]);
  return {
    ...rest,
    redactor,
    home,
    uid: process.getuid?.() ?? 0,
    stateDirectory,
    templates: path.join(packageRoot, 'templates'),
    dist: path.join(packageRoot, 'dist'),
  };
}
