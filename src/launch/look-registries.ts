// The registries that this machine's package managers use, apt's mirrors among them.

import { hostMirrors } from '../images/apt-sources.ts';
import { hostOfUrl } from '../plan/egress.ts';
import type { NamedHost } from '../plan/network-facts.ts';
import { askRegistries } from '../read/ask-registries.ts';
import { readPackageRegistries, type RegistryOptions } from '../read/package-registries.ts';

export async function readRegistries(options: RegistryOptions): Promise<readonly NamedHost[]> {
  const { main, security } = hostMirrors(options.root);
  const mirrors = [main, security].flatMap((url) =>
    url === undefined ? [] : (hostOfUrl(url) ?? []),
  );
  return [
    ...(await askRegistries({ environment: options.environment, cwd: options.home })),
    ...readPackageRegistries(options),
    ...mirrors.map((host) => ({ ...host, origin: 'apt’s sources' })),
  ];
}
