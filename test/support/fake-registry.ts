// A package registry on this machine with the packages of a test, for installations that go wrong and versions that are newer.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { temporaryDirectory } from './test-directory.ts';

export interface FakePackage {
  name: string;
  /** As the registry has it. */
  version: string;
  /** As the package itself says, where that differs. */
  ownVersion?: string;
  command: string;
  /** The program. */
  script: string;
}

export interface FakeRegistry {
  url: string;
  /** How often the package was downloaded so far. */
  downloads: () => number;
  /** Resolves when a download begins; with `hold` it never ends. */
  asked: Promise<void>;
  /** Another package, or a newer version of one. */
  publish: (given: FakePackage) => void;
  close: () => void;
}

/** Starts it with one package, on a port of its own. `hold`: a download begins and never ends. */
export const startFakeRegistry = (
  given: FakePackage,
  { hold = false } = {},
): Promise<FakeRegistry> => startRegistry([given], { hold });

/**
 * Starts it with several packages, and versions of them; the last one of a package is its newest.
 * @param address of this machine; containers reach that of the engine's bridge
 */
export async function startRegistry(
  packages: readonly FakePackage[],
  { hold = false, address = '127.0.0.1' } = {},
): Promise<FakeRegistry> {
  const published = new Map<string, Published[]>();
  const publish = (given: FakePackage): void => {
    const all = published.get(given.name) ?? [];
    published.set(given.name, [...all, { ...given, archive: pack(given) }]);
  };
  packages.forEach(publish);
  let downloads = 0;
  let tell = (): void => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const server = createServer((request, response) => {
    const place = decodeURIComponent(request.url ?? '').slice(1);
    const [, name = place, version] = /^(.*)\/-\/it-(.*)\.tgz$/.exec(place) ?? [];
    const all = published.get(name) ?? [];
    if (version !== undefined) {
      downloads++;
      tell();
      if (!hold) response.end(all.find((one) => one.version === version)?.archive);
    } else if (all.length === 0) response.writeHead(404).end('{}');
    else response.end(JSON.stringify(metadata(all, `http://${request.headers.host ?? ''}`)));
  });
  await once(server.listen(0, address), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address}:${port}/`,
    downloads: () => downloads,
    asked,
    publish,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Published = FakePackage & { archive: Buffer };

function metadata(all: readonly Published[], url: string): object {
  const versions = all.map(({ name, version, command, archive }) => {
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    const manifest = {
      ...{ name, version, bin: { [command]: 'program' } },
      dist: { tarball: `${url}/${name}/-/it-${version}.tgz`, integrity },
    };
    return [version, manifest] as const;
  });
  const last = all.at(-1);
  return {
    name: last?.name,
    'dist-tags': { latest: last?.version },
    versions: Object.fromEntries(versions),
  };
}

function pack({ name, version, ownVersion = version, command, script }: FakePackage): Buffer {
  const directory = temporaryDirectory();
  const root = path.join(directory, 'package');
  mkdirSync(root);
  const manifest = { name, version: ownVersion, bin: { [command]: 'program' } };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(root, 'program'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(root, 'program'), 0o755);
  return execFileSync('tar', ['-czf', '-', '-C', directory, 'package']);
}
