// The certificates of an engine that is reached by TLS.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TlsFiles } from './endpoint.ts';

/** Those of ca, cert and key that are there. */
export function readTlsFiles(tls: TlsFiles): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return { ...read(tls, 'ca'), ...read(tls, 'cert'), ...read(tls, 'key') };
}

function read<N extends string>(tls: TlsFiles, name: N): Partial<Record<N, Buffer>> {
  const file = path.join(tls.directory, `${name}.pem`);
  return existsSync(file) ? ({ [name]: readFileSync(file) } as Partial<Record<N, Buffer>>) : {};
}
