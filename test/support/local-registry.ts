// A registry of images on a port of this machine's loopback: Debian's docker-registry, with all that it keeps in a directory of the test.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { findCommand } from './packages.ts';
import { temporaryDirectory } from './test-directory.ts';

export interface LocalRegistry {
  /** `127.0.0.1:PORT`, which engines reach without TLS. */
  host: string;
  close: () => void;
}

export async function startLocalRegistry(): Promise<LocalRegistry> {
  const directory = temporaryDirectory();
  const host = `127.0.0.1:${await freePort()}`;
  const configuration = path.join(directory, 'registry.yml');
  writeFileSync(
    configuration,
    `version: 0.1
storage: { filesystem: { rootdirectory: ${path.join(directory, 'data')} } }
http: { addr: '${host}' }
`,
  );
  const registry = spawn(
    findCommand('docker-registry') ?? 'docker-registry',
    ['serve', configuration],
    { stdio: 'ignore' },
  );
  await eventually(async () => {
    await fetch(`http://${host}/v2/`);
  });
  return {
    host,
    close: () => {
      registry.kill();
    },
  };
}
