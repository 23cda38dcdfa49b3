// What the engine's refusals mean for the user.

import { AiError } from '../../base/errors.ts';
import type { EngineResponse } from './connection.ts';

/** Docker 20.10 (December 2020). Older ones lack parts of the API that a run needs. */
const oldestApi = '1.41';

/** The engine's own words: `{"message": "…"}`. */
export function messageOfResponse(response: EngineResponse): string {
  try {
    const body: unknown = JSON.parse(response.body);
    if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  } catch {
    // Not JSON: something that is no engine answered.
  }
  return response.body.trim().slice(0, 500);
}

/** @throws AiError AI_ENGINE_API_OLD if the engine that answered speaks an API older than 1.41 */
export function checkApiVersion(response: EngineResponse): void {
  const version = response.headers['api-version'];
  if (version !== undefined && compareVersions(version, oldestApi) < 0)
    throw new AiError('AI_ENGINE_API_OLD', { version, needed: oldestApi });
}

/** The error for a refused call. `doing` completes “The engine refused to …”. */
export function refusal(doing: string, response: EngineResponse, endpoint: string): AiError {
  const message = messageOfResponse(response);
  // The launcher looked at every source before: if the engine sees none, it sees other files.
  if (/bind source path does not exist|mount path must be absolute on the daemon/i.test(message))
    return new AiError('AI_ENGINE_REMOTE', { endpoint, cause: message });
  return new AiError('AI_ENGINE_REFUSED', { doing, status: response.status, message });
}

/** True if the refusal says that the image of a container to create is not there. */
export const saysImageMissing = (response: EngineResponse): boolean =>
  response.status === 404 && /image/i.test(messageOfResponse(response));

function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
