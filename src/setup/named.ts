// Whether the user has said which engine to use: then bringing that one up is theirs, whatever this machine has.

import path from 'node:path';
import { readTextIfThere } from '../host/files.ts';

export interface NamedEngine {
  /** What names it, as the user wrote it: `--host`, `DOCKER_HOST`, … */
  by: 'host' | 'context' | 'DOCKER_HOST' | 'DOCKER_CONTEXT' | 'docker context';
  /** The endpoint or the context. */
  name: string;
}

export interface NamingInput {
  /** The settings of that name. */
  host: string | undefined;
  context: string | undefined;
  environment: Readonly<Partial<Record<string, string>>>;
  home: string;
}

/** In the order in which they count (engines/docker/find.ts). */
export function namedEngine(input: NamingInput): NamedEngine | undefined {
  const { host, context, environment } = input;
  if (host !== undefined) return { by: 'host', name: host };
  const contexts = [
    { by: 'context', name: context },
    { by: 'DOCKER_HOST', name: environment['DOCKER_HOST'] },
    { by: 'DOCKER_CONTEXT', name: environment['DOCKER_CONTEXT'] },
    { by: 'docker context', name: currentContext(input) },
  ] as const;
  const found = contexts.find(({ name }) => name !== undefined && name !== '');
  // Docker's name for what there is without any.
  return found?.name === undefined || found.name === 'default'
    ? undefined
    : { by: found.by, name: found.name };
}

/** A make of engine for a Mac has a context of its own: starting it is what its user wants. */
export const isContext = ({ by }: NamedEngine): boolean => by !== 'host' && by !== 'DOCKER_HOST';

function currentContext({ environment, home }: NamingInput): string | undefined {
  const directory = environment['DOCKER_CONFIG'] || path.join(home, '.docker');
  try {
    const config: unknown = JSON.parse(
      readTextIfThere(path.join(directory, 'config.json')) ?? 'null',
    );
    const name: unknown =
      typeof config === 'object' && config !== null && 'currentContext' in config
        ? config.currentContext
        : undefined;
    return typeof name === 'string' ? name : undefined;
  } catch {
    // Docker's own file: a broken one is for docker to complain about.
    return undefined;
  }
}
