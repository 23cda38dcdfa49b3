// What the first bytes of a tunnel are, and whether they ask the host for the name that was allowed.

import { normaliseHost } from '../base/host-name.ts';
import { readClientHello } from './client-hello.ts';
import type { Denial, Target } from './egress-policy.ts';

export type Verdict =
  /** It takes more bytes to tell. */
  | 'more'
  | 'pass'
  /** Plain HTTP: every request is looked at. */
  | 'http'
  | { denied: Denial };

/**
 * @param isListed the user has named the port: whatever speaks neither TLS nor HTTP there passes
 */
export function judgeFirstBytes(data: Buffer, target: Target, isListed: boolean): Verdict {
  const hello = readClientHello(data);
  if (hello.kind === 'more') return 'more';
  if (hello.kind === 'malformed') return { denied: 'protocol' };
  if (hello.kind === 'hello') {
    const name = hello.name === undefined ? undefined : normaliseHost(hello.name);
    return name === target.host ? 'pass' : { denied: 'name' };
  }
  const text = data.subarray(0, longestMethod).toString('latin1');
  if (text.startsWith('SSH-')) return 'pass';
  if (/^[A-Z]{3,} /.test(text) && !text.startsWith('PRI ')) return 'http';
  const mayBecome =
    'SSH-'.startsWith(text) || (/^[A-Z]+$/.test(text) && text.length < longestMethod);
  if (mayBecome) return 'more';
  return isListed ? 'pass' : { denied: 'protocol' };
}

/** Bytes: PROPPATCH and a space, and some more. */
const longestMethod = 16;
