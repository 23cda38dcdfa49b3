// What a run with `network: allowlist` reaches through the launcher's proxy, and how its programs are told of it. Pure.

import type { Assistant } from '../assistants/assistant.ts';
import { parseHostEntry, showHostEntry, type HostEntry } from '../base/host-name.ts';
import type { Facts } from './facts.ts';
import type { EgressPlan, HostPort, SshPlan, Variable } from './run-plan.ts';
import type { PlannedRoute } from './planned-route.ts';

type EgressFacts = Pick<Facts, 'settings' | 'ssh' | 'network'>;

export interface EgressContext {
  environment: readonly Variable[];
  route: PlannedRoute | undefined;
  ssh: SshPlan;
}

type Reason = EgressPlan['hosts'][number];

/** Undefined where the run has a network, or none. */
export function planEgress(
  facts: EgressFacts,
  assistant: Assistant,
  { environment, route, ssh }: EgressContext,
): EgressPlan | undefined {
  if (facts.settings.network !== 'allowlist') return undefined;
  const all: readonly Reason[] = [
    ...(route ? [] : named(domainsOf(assistant, environment), assistant.title)),
    ...(route && !route.hostPort
      ? addresses([route.url], `model ${route.provider}:${route.model}`)
      : []),
    ...endpoints(assistant, environment),
    ...(facts.network?.registries ?? []).map(({ origin, ...host }) => ({
      ...host,
      reason: `packages: ${origin}`,
    })),
    ...(facts.network?.gitHosts ?? []).map(({ origin, ...host }) => ({ ...host, reason: origin })),
    ...[...facts.ssh.remotes, ...ssh.hosts].flatMap(({ host, port, origin }) =>
      named([port === undefined ? host : `${host}:${port}`], origin),
    ),
    ...named(facts.settings.allow, 'setting allow'),
  ];
  const keys = all.map(showHostEntry);
  return {
    port: egressPort(route?.hostPort),
    hosts: all.filter((entry, index) => keys.indexOf(showHostEntry(entry)) === index),
    reason: 'setting network: allowlist',
  };
}

/** With the regions that the run's variables name; a value that is no part of a name leads nowhere. */
const domainsOf = (
  { domains = [] }: Assistant,
  environment: readonly Variable[],
): readonly string[] =>
  domains.map((text) =>
    text.replace(/\{(\w+)\}/, (whole, name) => {
      const value = environment.find((variable) => variable.name === name)?.value ?? '';
      return /^[a-z0-9-]{1,40}$/.test(value) ? value : whole;
    }),
  );

/** What is not a host name (an address, an alias of ssh with signs of its own) is not reached. */
const named = (texts: readonly string[], reason: string): readonly Reason[] =>
  texts.flatMap((text) => {
    const entry = parseHostEntry(text);
    return entry === undefined ? [] : [{ ...entry, reason }];
  });

const addresses = (texts: readonly string[], reason: string): readonly Reason[] =>
  texts.flatMap((text) => {
    const entry = hostOfUrl(text);
    return entry === undefined ? [] : [{ ...entry, reason }];
  });

/** The host of an address, with its port where that is none of the web's own. */
export function hostOfUrl(text: string): HostEntry | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  if (!/^https?:$/.test(protocol)) return undefined;
  return parseHostEntry(
    port === '' || port === '80' || port === '443' ? hostname : `${hostname}:${port}`,
  );
}

/** Where the user's own variables send it; never where only a project's settings do. */
const endpoints = (
  { endpoint, addresses: more = [] }: Assistant,
  environment: readonly Variable[],
): readonly Reason[] =>
  environment
    .filter(({ name }) => [...(endpoint?.variables ?? []), ...more].includes(name))
    .flatMap(({ name, value }) => addresses(endpoint?.addressesIn?.(value) ?? [value], name));

/** The port of the loopback inside; another one where the run has that already. */
export const egressPort = (taken: Pick<HostPort, 'port'> | undefined): number =>
  taken?.port === usualPort ? usualPort + 1 : usualPort;

/** As proxies have it (squid). */
const usualPort = 3128;

/** Programs know one or the other. Everything but the loopback goes that way: there is no other. */
export function egressVariables(port: number): readonly Variable[] {
  const url = `http://127.0.0.1:${port}`;
  const values = {
    // Not the SOCKS side: some programs need a library for it, and fail.
    ...{ HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, NO_PROXY: 'localhost,127.0.0.1,::1' },
  };
  const reason = 'the way out: setting network: allowlist';
  return [
    ...Object.entries(values).flatMap(([name, value]) =>
      [name, name.toLowerCase()].map((one) => ({ name: one, value, secret: false, reason })),
    ),
    // Node's own fetch and http know proxies only so (nodejs.org/api/cli.html, NODE_USE_ENV_PROXY).
    { name: 'NODE_USE_ENV_PROXY', value: '1', secret: false, reason },
  ];
}

/** How ssh inside gets out, for its configuration; it stands behind the user's own, so that their jump hosts count. */
export const egressProxyCommand = ({ port }: Pick<EgressPlan, 'port'>): string =>
  `sh -c 'command -v socat >/dev/null && exec socat - "PROXY:127.0.0.1:$1:$2,proxyport=${port}"; exec node -e "$0" "$1:$2"' '${throughNode(port)}' %h %p`;

/** Where a ready image has no socat. */
const throughNode = (port: number): string =>
  [
    `require("http").request({host:"127.0.0.1",port:${port},method:"CONNECT",path:process.argv[1]})`,
    '.on("connect",(answer,socket,head)=>{',
    'if(answer.statusCode!==200){process.stderr.write(answer.statusMessage+"\\n");process.exit(1)}',
    'process.stdout.write(head);process.stdin.pipe(socket).pipe(process.stdout)}).end()',
  ].join('');

/** What the user has to know of it. */
export function egressNotes({ settings, network }: EgressFacts): readonly string[] {
  const fresh = network?.freshGitHosts ?? [];
  if (settings.network !== 'allowlist') return [];
  return [
    ...[...new Set(fresh.map(showHostEntry))].map(
      (host) =>
        `network: ${host}, new in this project’s remotes since its last run, is not reached: ai net allow ${host}`,
    ),
    ...(network?.silent ?? []).map(
      (program) =>
        `network: ${program} did not say in time which registry it uses: ai net allow HOST lets runs reach one`,
    ),
  ];
}
