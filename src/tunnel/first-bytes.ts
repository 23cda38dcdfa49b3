// What the first bytes of a tunnel are, and whether they ask the host for the name that was allowed.

import { METHODS } from 'node:http';
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

/** Bytes of HTTP or SSH. */
const longestMethod = 16;

/**
 * @param isListed the user has named the port: whatever speaks neither TLS nor HTTP there passes
 */
export function judgeFirstBytes(data: Buffer, target: Target, isListed: boolean): Verdict {
  const hello = readClientHello(data);
  if (hello.kind === 'more') return 'more';
  // It names nothing that every server would read alike.
  if (hello.kind === 'malformed') return { denied: 'name' };
  if (hello.kind === 'hello') {
    const name = hello.name === undefined ? undefined : normaliseHost(hello.name);
    return name === target.host ? 'pass' : { denied: 'name' };
  }
  const text = data.subarray(0, longestMethod).toString('latin1');
  if (text.startsWith('SSH-')) return 'pass';
  // Others begin with a word and a space as well: EHLO, USER.
  if (METHODS.includes(/^([A-Z]+) /.exec(text)?.[1] ?? '')) return 'http';
  const mayBecome =
    'SSH-'.startsWith(text) || (/^[A-Z]+$/.test(text) && text.length < longestMethod);
  if (mayBecome) return 'more';
  return isListed ? 'pass' : { denied: 'protocol' };
}

/** The same of bytes of a client that says nothing more, or too much. */
export function judgeLastBytes(data: Buffer, isListed: boolean): Exclude<Verdict, 'more'> {
  if (readClientHello(data).kind !== 'other') return { denied: 'name' };
  return isListed ? 'pass' : { denied: 'protocol' };
}
