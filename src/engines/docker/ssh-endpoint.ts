// An engine behind ssh, as docker writes it: ssh://[user@]host[:port][/path/to/socket].

import { AiError } from '../../base/errors.ts';

export interface SshEndpoint {
  kind: 'ssh';
  /** A name, an address, or a `Host` of the user's ssh configuration. */
  host: string;
  user: string | undefined;
  port: number | undefined;
  /** The engine's socket over there. */
  socket: string;
  /** What names it, for errors (find.ts). */
  origin?: string | undefined;
}

const usualSocket = '/var/run/docker.sock';

/** ssh takes words that begin with a dash for options, and lets a `ProxyCommand` of the user's see the names in a shell. */
const safeHost = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const safeAddress = /^[0-9a-f:.]+$/i;
const safeUser = /^[\p{L}\p{N}_][\p{L}\p{N}_.@+-]*$/u;
/** ssh expands `%` and `${}` in paths, and a colon ends one. */
const safePath = /^\/[\p{L}\p{N}_.@+,=/-]*$/u;

/** @throws AiError AI_USAGE */
export function parseSshEndpoint(text: string): SshEndpoint {
  const refuse = (why: string): never => {
    throw new AiError('AI_USAGE', {
      problem: `“${withoutPassword(text)}” is no engine behind ssh: ${why}`,
      next: 'write it as ssh://user@host, ssh://user@host:port or ssh://host/path/to/docker.sock',
    });
  };
  // A line break would be dropped by the parser of URLs, and what is left be another host.
  if (!URL.canParse(text) || /[\p{Cc}\s\\]/u.test(text)) return refuse('it cannot be read');
  const url = new URL(text);
  if (url.password !== '') return refuse('a password has no place there; ssh asks for it');
  if (url.search !== '' || url.hash !== '') return refuse('nothing may follow the path');
  const isAddress = url.hostname.startsWith('[');
  const host = decoded(url.hostname.replace(/^\[|\]$/g, ''));
  const user = decoded(url.username);
  const socket = decoded(url.pathname);
  if (host === undefined || !(isAddress ? safeAddress : safeHost).test(host))
    return refuse('the name of the host is none');
  if (user === undefined || (user !== '' && !safeUser.test(user)))
    return refuse('the name of the user is none');
  if (socket === undefined || (socket !== '' && !safePath.test(socket)))
    return refuse('the path of the socket has characters that ssh would read otherwise');
  return {
    kind: 'ssh',
    host,
    user: user || undefined,
    port: Number(url.port) || undefined,
    socket: socket === '' || socket === '/' ? usualSocket : socket,
  };
}

/** As docker writes it. */
export function showSshEndpoint({ host, user, port, socket }: SshEndpoint): string {
  const who = user === undefined ? '' : `${user}@`;
  const where = host.includes(':') ? `[${host}]` : host;
  const path = socket === usualSocket ? '' : socket;
  return `ssh://${who}${where}${port === undefined ? '' : `:${port}`}${path}`;
}

/** The words by which `ssh` gets there. */
export const sshWords = ({ host, user, port }: SshEndpoint): readonly string[] => [
  ...(port === undefined ? [] : ['-p', `${port}`]),
  ...(user === undefined ? [] : ['-l', user]),
  '--',
  host,
];

/** The same for people: what they would type. */
export const sshCommand = ({ host, user, port }: SshEndpoint): string =>
  `ssh ${port === undefined ? '' : `-p ${port} `}${user === undefined ? '' : `${user}@`}${host}`;

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const withoutPassword = (text: string): string => text.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:…@');
