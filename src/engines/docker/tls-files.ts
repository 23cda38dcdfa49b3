// The certificates of an engine that is reached by TLS.

import { existsSync, readFileSync } from 'node:fs';
import { path } from '../../base/path.ts';
import type { TlsFiles } from './endpoint.ts';

const names = ['ca', 'cert', 'key'] as const;

/** What a connection needs to know: those of ca, cert and key that are there, and whether any certificate will do. */
export function tlsOptions(
  tls: TlsFiles,
): Partial<Record<(typeof names)[number], Buffer>> & { rejectUnauthorized: boolean } {
  const there = names.map((name) => [name, fileOf(tls, name)] as const);
  return {
    ...Object.fromEntries(
      there
        .filter(([, file]) => existsSync(file))
        .map(([name, file]) => [name, readFileSync(file)]),
    ),
    rejectUnauthorized: tls.verify,
  };
}

/** The files that are not there. Not all have to be. */
export const missingTlsFiles = (tls: TlsFiles): readonly string[] =>
  names
    .map((name) => fileOf(tls, name))
    .filter((file) => !existsSync(file))
    .map((file) => path.basename(file));

const fileOf = (tls: TlsFiles, name: string): string => path.join(tls.directory, `${name}.pem`);
