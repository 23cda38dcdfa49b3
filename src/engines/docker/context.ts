// Docker's contexts: engines with names, in files of docker's own (docker/cli, cli/context/store).

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { AiError, messageOf } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { readTextIfThere } from '../../host/files.ts';
import type { NamedEndpoint } from './endpoint.ts';
import { parseHost } from './parse-host.ts';

export interface DockerFiles {
  environment: Readonly<Partial<Record<string, string>>>;
  home: string;
}

/** The context that `docker context use` has chosen. */
export function currentContext(files: DockerFiles): string | undefined {
  const text = readTextIfThere(path.join(dockerDirectory(files), 'config.json'));
  if (text === undefined) return undefined;
  try {
    const config: unknown = JSON.parse(text);
    return stringAt(config, 'currentContext') || undefined;
  } catch {
    // Docker's own file: a broken one is for docker to complain about.
    return undefined;
  }
}

/**
 * The endpoint of a context, which is kept under the sha256 of its name.
 * @param origin what names the context, for errors
 * @throws AiError AI_ENGINE_CONTEXT, AI_USAGE
 */
export function endpointOfContext(
  context: string,
  files: DockerFiles,
  origin: string,
): NamedEndpoint {
  const id = createHash('sha256').update(context).digest('hex');
  const contexts = path.join(dockerDirectory(files), 'contexts');
  const unusable = (cause: string, error?: unknown): AiError =>
    new AiError('AI_ENGINE_CONTEXT', { context, cause, origin }, { cause: error });
  try {
    const text = readTextIfThere(path.join(contexts, 'meta', id, 'meta.json'));
    if (text === undefined) throw unusable('docker has no context of that name');
    const docker = objectAt(objectAt(JSON.parse(text), 'Endpoints'), 'docker');
    const host = stringAt(docker, 'Host');
    if (host === undefined) throw unusable('it names no docker endpoint');
    const directory = path.join(contexts, 'tls', id, 'docker');
    const verify = objectAt(docker, 'SkipTLSVerify') !== true;
    // Docker speaks TLS for either of both: own certificates, or the wish to believe any.
    const wanted = isDirectory(directory) || !verify;
    return parseHost(host, { wanted, directory, verify }, `context ${context}`);
  } catch (error) {
    if (error instanceof AiError) throw error;
    throw unusable(messageOf(error), error);
  }
}

function dockerDirectory({ environment, home }: DockerFiles): string {
  return environment['DOCKER_CONFIG'] || path.join(home, '.docker');
}

function objectAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function stringAt(value: unknown, key: string): string | undefined {
  const found = objectAt(value, key);
  return typeof found === 'string' ? found : undefined;
}

const isDirectory = (file: string): boolean =>
  statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
