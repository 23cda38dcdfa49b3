// What an API is to the fake server: paths, how a question is read, how an answer is worded.

import type { IncomingHttpHeaders } from 'node:http';
import type { Said, Turn } from './answer.ts';

export interface FakeRequest {
  method: string;
  path: string;
  /** The address that it came from. */
  from: string;
  headers: IncomingHttpHeaders;
  /** The body as it came. */
  text: string;
  /** The same, parsed; undefined where it is no JSON object. */
  body: object | undefined;
}

export type Endpoint = Place & (FixedEndpoint | ModelEndpoint);

interface Place {
  method: string;
  /** Matches the end of the path: whatever prefix an assistant is given as its base URL is fine. */
  path: RegExp;
}

/** Always says the same. */
interface FixedEndpoint {
  fixed: JsonReply;
}

/** Asks the model. */
export interface ModelEndpoint {
  turnOf: (body: object) => Turn;
  reply: (said: Said, request: FakeRequest) => Reply;
  /** The body that goes with a status of failure. */
  failure: (status: number) => object;
}

export type Reply = JsonReply | { events: readonly ServerEvent[] };

interface JsonReply {
  status?: number;
  json: object;
}

/** An event of a stream. */
export interface ServerEvent {
  event?: string;
  /** An object goes out as JSON. */
  data: object | string;
}
