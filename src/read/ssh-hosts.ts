// What the user's ssh makes of a remote: `ssh -G` says, without connecting.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ResolvedHost, SshRemote } from '../plan/ssh-facts.ts';

type Environment = Readonly<Partial<Record<string, string>>>;
const patience = 5000;

export async function resolveSshHosts(
  remotes: readonly SshRemote[],
  { home, environment }: { home: string; environment: Environment },
): Promise<readonly ResolvedHost[]> {
  return Promise.all(remotes.map((remote) => resolveHost(remote, home, environment)));
}

async function resolveHost(
  remote: SshRemote,
  home: string,
  environment: Environment,
): Promise<ResolvedHost> {
  const file = path.join(home, '.ssh/config');
  const isOther = os.userInfo().homedir !== home;
  const words = [
    ...(isOther ? ['-F', existsSync(file) ? file : 'none'] : []),
    '-G',
    ...(remote.port === undefined ? [] : ['-p', String(remote.port)]),
    ...(remote.user === undefined ? [] : ['-l', remote.user]),
    '--',
    remote.host,
  ];
  const answer = await ask(words, environment);
  const values = new Map(
    answer.split('\n').map((line) => {
      const at = line.indexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const files = (name: string): string[] =>
    (values.get(name) ?? '')
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => word.replace(/^~(?=\/)/, home));
  const identityAgent = values.get('identityagent');
  const hostKeyAlias = values.get('hostkeyalias');
  return {
    alias: remote.host,
    host: values.get('hostname') ?? remote.host,
    port: Number(values.get('port') ?? remote.port ?? 22),
    user: values.get('user') ?? remote.user ?? '',
    ...(hostKeyAlias !== undefined && hostKeyAlias !== 'none' && { hostKeyAlias }),
    ...(identityAgent !== undefined && { identityAgent }),
    identityFiles: [],
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
  };
}

const ask = (words: readonly string[], env: Environment): Promise<string> =>
  new Promise((resolve) => {
    execFile('ssh', words, { env, timeout: patience }, (error, stdout) => {
      resolve(error ? '' : stdout);
    });
  });
