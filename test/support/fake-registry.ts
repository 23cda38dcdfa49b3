// A package registry on this machine with one package, for tests of installations that go wrong.

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
  close: () => void;
}

/** Starts it on a port of its own. `hold`: a download begins and never ends. */
export async function startFakeRegistry(
  given: FakePackage,
  { hold = false } = {},
): Promise<FakeRegistry> {
  const archive = pack(given);
  let downloads = 0;
  let tell = (): void => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) {
      downloads++;
      tell();
      if (!hold) response.end(archive);
    } else
      response.end(
        JSON.stringify(metadata(given, archive, `http://${request.headers.host ?? ''}`)),
      );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    downloads: () => downloads,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function metadata({ name, version, command }: FakePackage, archive: Buffer, url: string): object {
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const manifest = {
    ...{ name, version, bin: { [command]: 'program' } },
    dist: { tarball: `${url}/${name}/-/it-${version}.tgz`, integrity },
  };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: manifest } };
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
