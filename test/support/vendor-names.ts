// A fake under the names of a real vendor, for programs whose endpoints are fixed: inside, the names lead to it by the hosts
// file, and its certificate is trusted.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FakeModelOptions } from './fake-api/server.ts';
import { temporaryDirectory } from './test-directory.ts';

export interface VendorNames {
  /** For the fake, on `address`. */
  tls: NonNullable<FakeModelOptions['tls']>;
  /** Options of `ai` with which a container takes the fake for the vendor, and variables that go with them. */
  options: readonly string[];
  env: Readonly<Record<string, string>>;
}

export function takeNames(names: readonly string[], address: string): VendorNames {
  const directory = temporaryDirectory();
  const [key, cert, hosts] = ['key.pem', 'cert.pem', 'hosts'].map((name) =>
    path.join(directory, name),
  ) as [string, string, string];
  const usage = ['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=fake', ...usage, ...files], {
    stdio: 'pipe',
  });
  writeFileSync(hosts, `127.0.0.1 localhost\n${address} ${names.join(' ')}\n`);
  return {
    tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8'), port: 443 },
    options: ['-v', `${hosts}:/etc/hosts:ro`],
    env: { AI_CA_CERTIFICATES: cert },
  };
}
