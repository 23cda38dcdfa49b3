// What is to be said of the ways out: proxies, name servers, the engine's clock, and the registries that builds use.

import type { NetworkFacts, ProxyFacts } from '../../launch/doctor/look-network.ts';
import type { Registry, RegistryFacts } from '../../launch/doctor/look-registry.ts';
import type { Tried } from '../../launch/doctor/try-connection.ts';
import { formatDuration } from '../../base/units.ts';
import { failure, ok, skipped, warning, type Finding } from './finding.ts';

/** Milliseconds. Certificates and logins go by the time. */
const tolerable = 60_000;

export const judgeNetwork = (facts: NetworkFacts): readonly Finding[] => [
  ...(facts.proxies.length === 0
    ? [ok('network.proxy', 'no proxy is set')]
    : facts.proxies.map(judgeProxy)),
  ...judgeNameServers(facts.nameServers),
  ...judgeClock(facts.ahead),
];

function judgeProxy(facts: ProxyFacts): Finding {
  const id = 'network.proxy';
  const names = facts.variables.join(', ');
  const unset = `unset ${facts.variables.join(' ')}`;
  if (facts.kind === 'malformed')
    return failure(
      id,
      `${names} is no address of a proxy`,
      `${unset}  or correct it: http://HOST:PORT`,
    );
  const place = `${facts.host}:${facts.port} (${names})`;
  return judgeTried(id, facts.tried, {
    what: `the proxy ${place}`,
    fix: `start the proxy, or ${unset}`,
  });
}

function judgeTried(
  id: string,
  tried: Tried,
  { what, fix, worst = failure }: { what: string; fix: string; worst?: typeof failure },
): Finding {
  switch (tried.kind) {
    case 'answers':
      return ok(id, `${what} answers`);
    case 'fails':
      return worst(id, `${what} is out of reach: ${tried.why}`, fix);
    case 'untried':
      return skipped(id, `${what} is not on this machine, so it was not tried (--offline)`);
  }
}

/** resolv.conf(5): without a line, the name server is on this machine, where hardly anybody has one. */
function judgeNameServers(servers: readonly string[] | undefined): readonly Finding[] {
  const id = 'network.names';
  if (servers === undefined) return [];
  return [
    servers.length > 0
      ? ok(id, `names are asked of ${servers.join(', ')}`)
      : warning(
          id,
          'no name server is set in /etc/resolv.conf',
          'cat /etc/resolv.conf  and add one: nameserver ADDRESS',
        ),
  ];
}

function judgeClock(ahead: number | undefined): readonly Finding[] {
  const id = 'network.clock';
  if (ahead === undefined) return [];
  if (Math.abs(ahead) < tolerable) return [ok(id, 'the engine’s clock agrees with this one')];
  const much = formatDuration(Math.abs(ahead) / 1000);
  return [
    warning(
      id,
      `the engine’s clock is ${much} ${ahead > 0 ? 'ahead of' : 'behind'} this one: certificates and logins may pass for invalid`,
      'date -u; docker run --rm busybox date -u  and set the wrong one (a virtual machine: restart it)',
    ),
  ];
}

export function judgeRegistries({ npm, apt }: RegistryFacts): readonly Finding[] {
  return [
    judgeNpm(npm),
    ...apt.map((registry) =>
      judgeRegistry(
        'registry.apt',
        'apt’s mirror',
        registry,
        'check /etc/apt/sources.list.d and the network',
      ),
    ),
  ];
}

function judgeNpm(npm: RegistryFacts['npm']): Finding {
  const id = 'registry.npm';
  switch (npm.kind) {
    case 'missing':
      return skipped(id, 'this machine has no npm: builds use the registry of the image’s own');
    case 'silent':
      return warning(id, 'npm does not say which registry it uses', 'npm config get registry');
    case 'unset':
      return warning(
        id,
        'npm has no registry that could be used',
        'npm config get registry  and then npm config set registry URL',
      );
    case 'set':
      return judgeRegistry(
        id,
        'npm’s registry',
        npm,
        'npm config get registry  and check it and the network',
      );
  }
}

const judgeRegistry = (
  id: string,
  what: string,
  { place, tried }: Registry,
  fix: string,
): Finding =>
  // Images that are there run without.
  judgeTried(id, tried, { what: `${what} ${place}`, fix, worst: warning });
