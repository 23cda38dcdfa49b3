// What the user's own ssh makes of the machines that remotes name, and of those on the way to them.

import { userInfo } from 'node:os';
import { path } from '../base/path.ts';
import { isSshHost, isSshUser, parseJump, type SshTarget } from '../base/ssh-url.ts';
import { answerOf } from '../host/answer-of.ts';
import type { ResolvedHost } from '../plan/ssh-facts.ts';
import { exists } from './project-file.ts';

export interface ResolveOptions {
  /** The user's home directory. */
  home: string;
  environment: NodeJS.ProcessEnv;
  /** Runs ssh with these words; its output, or undefined where that failed. */
  run?: (words: readonly string[]) => Promise<string | undefined>;
}

/** More machines than anybody has on the way to one. */
const mostJumps = 8;
/** Milliseconds; `Match exec` in the configuration may wait for something. */
const patience = 5000;

/**
 * Each machine once for each user and port, and after it those that it is reached through (`jumpFor`). Asks ssh of all of them at
 * once; of what it does not say, the plain values. Nothing is connected, but a `Match exec` of the configuration runs.
 */
export async function resolveSshHosts(
  remotes: readonly SshTarget[],
  options: ResolveOptions,
): Promise<readonly ResolvedHost[]> {
  const answers = new Map<string, Promise<ResolvedHost>>();
  const ask = (target: SshTarget): Promise<ResolvedHost> => {
    const key = JSON.stringify([target.user, target.host, target.port]);
    const answer = answers.get(key) ?? resolve(target, options);
    answers.set(key, answer);
    return answer;
  };
  /** A jump host has a configuration of its own, by which it may have others before it. */
  const follow = async (remote: SshTarget): Promise<ResolvedHost[]> => {
    const first = await ask(remote);
    const found = new Map<string, ResolvedHost>();
    let next = jumpsOf(first);
    while (next.length > 0 && found.size < mostJumps) {
      const jumps = (await Promise.all(next.map(ask))).filter((jump) => !found.has(keyOf(jump)));
      for (const jump of jumps) found.set(keyOf(jump), { ...jump, jumpFor: first.alias });
      next = jumps.flatMap(jumpsOf);
    }
    return [first, ...found.values()];
  };
  const found = (await Promise.all(remotes.map(follow))).flat();
  return [...new Map(found.map((one) => [keyOf(one), one])).values()];
}

const keyOf = ({ alias, user, port, jumpFor }: ResolvedHost): string =>
  JSON.stringify([alias, user, port, jumpFor]);

const jumpsOf = ({ proxyJump = '' }: ResolvedHost): SshTarget[] =>
  proxyJump.split(',', mostJumps).flatMap((word) => parseJump(word) ?? []);

async function resolve(target: SshTarget, options: ResolveOptions): Promise<ResolvedHost> {
  const { home, run = runSsh(options.environment) } = options;
  const { user, host, port } = target;
  const config = configOf(home);
  const output = await run([
    '-G',
    ...(config === undefined ? [] : ['-F', config]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
  ]);
  return readAnswer(target, output ?? '', home);
}

/** Ssh takes the home directory from passwd, whatever HOME says. */
function configOf(home: string): string | undefined {
  const config = path.join(home, '.ssh/config');
  return home !== userInfo().homedir && exists(config) ? config : undefined;
}

/** Lines of `keyword value`; what may stand several times is collected. */
function readAnswer(target: SshTarget, output: string, home: string): ResolvedHost {
  const values = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const at = line.indexOf(' ');
    const keyword = line.slice(0, at);
    values.set(keyword, [...(values.get(keyword) ?? []), line.slice(at + 1).trim()]);
  }
  const first = (keyword: string): string | undefined => values.get(keyword)?.[0] || undefined;
  const place = placeIn(home);
  const files = (keyword: string, usual: readonly string[]): string[] =>
    (first(keyword)?.split(/\s+/) ?? usual).filter((file) => file !== 'none').map(place);
  const hostKeyAlias = first('hostkeyalias');
  const agent = first('identityagent');
  const proxyJump = first('proxyjump');
  const port = Number(first('port') ?? target.port ?? 22);
  return {
    alias: target.host,
    host: [first('hostname')].find((name) => name !== undefined && isSshHost(name)) ?? target.host,
    port: Number.isInteger(port) && port > 0 ? port : 22,
    user:
      [first('user')].find((name) => name !== undefined && isSshUser(name)) ??
      target.user ??
      userInfo().username,
    ...(hostKeyAlias !== undefined && { hostKeyAlias }),
    ...(agent !== undefined && { identityAgent: place(agent) }),
    identityFiles: (values.get('identityfile') ?? []).map(place),
    userKnownHostsFiles: files('userknownhostsfile', usualUserFiles),
    globalKnownHostsFiles: files('globalknownhostsfile', usualGlobalFiles),
    ...(proxyJump !== undefined && proxyJump !== 'none' && { proxyJump }),
  };
}

/** A path as ssh says it, below the home directory that was asked for. */
const placeIn =
  (home: string) =>
  (file: string): string => {
    const { homedir } = userInfo();
    const below = ['~', homedir].find((start) => file.startsWith(`${start}/.ssh/`)) ?? '~';
    return file.startsWith(`${below}/`) ? home + file.slice(below.length) : file;
  };

/** What ssh reads where nothing else is said (ssh_config(5)). */
const usualUserFiles = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const usualGlobalFiles = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

const runSsh =
  (environment: NodeJS.ProcessEnv) =>
  async (words: readonly string[]): Promise<string | undefined> => {
    const limits = { timeout: patience, maxBuffer: 1024 * 1024 };
    const { text, code } = await answerOf('ssh', words, { env: environment, ...limits });
    return code === 0 ? text : undefined;
  };
