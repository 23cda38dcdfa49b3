// The registries that builds of images use, as the package managers of this machine name them, and whether they answer.

import { isAiError } from '../../base/errors.ts';
import { proxyValues } from '../../base/proxies.ts';
import { isInstalled, withSystemPath } from '../../host/command.ts';
import { hostMirrors } from '../../images/apt-sources.ts';
import { npmRegistry } from '../../images/npm.ts';
import { parseProxy, proxyFor } from '../../tunnel/host-proxies.ts';
import type { Examination } from './examination.ts';
import { tryConnection, type Tried } from './try-connection.ts';

export interface RegistryFacts {
  npm: { kind: 'missing' | 'silent' | 'unset' } | ({ kind: 'set' } & Registry);
  /** None where this machine is no Debian: then images use their own. */
  apt: readonly Registry[];
}

export interface Registry {
  /** Without what its address says of users and paths. */
  place: string;
  tried: Tried;
}

/** Milliseconds that npm gets to say which it is. */
const patience = 4000;

export async function lookAtRegistries(examination: Examination): Promise<RegistryFacts> {
  const { main, security } = hostMirrors();
  const [npm, ...apt] = await Promise.all([
    lookAtNpm(examination),
    ...[...new Set([main, security])].flatMap((url) =>
      url === undefined ? [] : [tryRegistry(examination, url)],
    ),
  ]);
  const byPlace = new Map(apt.map((one) => [one.place, one]));
  return { npm, apt: [...byPlace.values()] };
}

async function lookAtNpm(examination: Examination): Promise<RegistryFacts['npm']> {
  const environment = withSystemPath(examination.world.environment);
  if (!isInstalled('npm', environment)) return { kind: 'missing' };
  try {
    // No project's .npmrc counts there.
    const url = await npmRegistry({
      environment,
      cwd: '/',
      interrupt: AbortSignal.timeout(patience),
    });
    return url === undefined
      ? { kind: 'unset' }
      : { kind: 'set', ...(await tryRegistry(examination, url)) };
  } catch (error) {
    if (isAiError(error, 'AI_INTERRUPTED')) return { kind: 'silent' };
    throw error;
  }
}

async function tryRegistry({ world, online }: Examination, url: string): Promise<Registry> {
  const { hostname, port, protocol, host } = new URL(url);
  const isTls = protocol === 'https:';
  const target = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (isTls ? 443 : 80)),
  };
  return {
    place: host,
    tried: await tryConnection(target, { online, proxy: proxyTo(target), plain: !isTls }),
  };

  function proxyTo(place: { host: string; port: number }) {
    const { environment } = world;
    const proxies = proxyValues((name) => environment[name.toLowerCase()] ?? environment[name]);
    const text = proxyFor(place, isTls ? 'tunnel' : 'plain', proxies);
    try {
      return text === undefined ? undefined : parseProxy(text);
    } catch {
      // Said where proxies are looked at.
      return undefined;
    }
  }
}
