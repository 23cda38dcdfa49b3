// What the engine's refusals mean for the user.

import { AiError } from '../../base/errors.ts';
import { shorten } from '../../base/shorten.ts';
import type { EngineResponse } from './connection.ts';
import { showEndpoint, type Endpoint } from './endpoint.ts';
import { logOf } from './log.ts';
import { notAnEngine, unreachable } from './unreachable.ts';

/** Docker 20.10 (December 2020). Older ones lack parts of the API that a run needs. */
export const oldestApi = '1.41';

/** The engine's own words: `{"message": "…"}`. */
export function messageOfResponse(response: EngineResponse): string {
  try {
    const body: unknown = JSON.parse(response.body);
    if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  } catch {
    // Not JSON: something that is no engine answered.
  }
  return shorten(response.body.trim(), 500);
}

/** @throws AiError AI_ENGINE_API_OLD if the engine that answered speaks an API older than 1.41 */
export function checkApiVersion(response: EngineResponse): void {
  const trouble = apiTrouble(response.headers['api-version']);
  if (trouble) throw trouble;
}

/** The error for an engine that speaks an API older than 1.41; undefined for any other, and where it does not say. */
export const apiTrouble = (version: string | undefined): AiError | undefined =>
  version !== undefined && compareVersions(version, oldestApi) < 0
    ? new AiError('AI_ENGINE_API_OLD', { version, needed: oldestApi })
    : undefined;

/** The error for a refused call. `doing` completes “The engine refused to …”. */
export function refusal(doing: string, response: EngineResponse, endpoint: Endpoint): AiError {
  const message = messageOfResponse(response);
  // The launcher looked at every source before: if the engine sees none, it sees other files.
  if (/bind source path does not exist|mount path must be absolute on the daemon/i.test(message))
    return new AiError('AI_ENGINE_REMOTE', { endpoint: showEndpoint(endpoint), cause: message });
  if (isForeign(response)) return unreachable(endpoint, notAnEngine(message));
  const log = logOf(endpoint, response);
  return new AiError('AI_ENGINE_REFUSED', { doing, status: response.status, message, log });
}

/** True if no engine refuses like that: they name their API, or say why in JSON. Proxies that forbid do it as they like. */
export function isForeign({ status, headers, body }: EngineResponse): boolean {
  if (status < 400) return true;
  // A server in Go that wants TLS says so in plain HTTP with 400.
  return [400, 404, 405, 501].includes(status) && headers['api-version'] === undefined
    ? !body.trimStart().startsWith('{')
    : false;
}

/** True if the refusal says that the image of a container to create is not there. */
export const saysImageMissing = (response: EngineResponse): boolean =>
  response.status === 404 && /image/i.test(messageOfResponse(response));

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
