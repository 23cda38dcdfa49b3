// The files with certificates that this machine is told to trust: whether they can be read, hold any, and until when.

import { X509Certificate } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import { path } from '../../base/path.ts';
import { largestFile } from '../../host/files.ts';
import type { Examination } from './examination.ts';

export interface CertificateFacts {
  files: readonly CertificateFile[];
  /** Milliseconds since 1970. */
  now: number;
}

export interface CertificateFile {
  /** The variable or the setting that names it. */
  by: CertificateSource;
  /** Where the setting was set. */
  origin?: string | undefined;
  path: string;
  /** Why it cannot be read, as the system says it. */
  trouble?: string;
  /** When each of them begins and ends, in milliseconds since 1970. */
  certificates: readonly { name: string; from: number; until: number }[];
  /** Blocks that are called a certificate and are none. */
  broken: number;
}

export type CertificateSource = 'caCertificates' | 'NODE_EXTRA_CA_CERTS' | 'SSL_CERT_FILE';

export function lookAtCertificates({
  world: { environment, home },
  settings,
  origins,
}: Examination): CertificateFacts {
  const ofVariables = (['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'] as const).flatMap((by) => {
    const file = environment[by];
    return file ? [{ by, file: path.resolve(file) }] : [];
  });
  const ofSetting = settings.caCertificates.map((file) => ({
    by: 'caCertificates' as const,
    file: path.resolve(file.replace(/^~(?=\/|$)/, home)),
  }));
  const files = [...ofSetting, ...ofVariables].map(({ by, file }) => ({
    ...lookAtFile(by, file),
    ...(by === 'caCertificates' && { origin: origins.caCertificates }),
  }));
  return { files, now: Date.now() };
}

function lookAtFile(by: CertificateSource, file: string): CertificateFile {
  const common = { by, path: file, certificates: [], broken: 0 };
  try {
    const stats = statSync(realpathSync(file));
    if (!stats.isFile()) return { ...common, trouble: 'it is no regular file' };
    if (stats.size > largestFile) return { ...common, trouble: 'it is too large' };
    return { ...common, ...certificatesIn(readFileSync(file, 'latin1')) };
  } catch (error) {
    return { ...common, trouble: messageOf(error) };
  }
}

/** RFC 7468: text between the blocks is for people. */
export function certificatesIn(text: string): Pick<CertificateFile, 'certificates' | 'broken'> {
  const blocks = text.match(
    /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^]*?-----END [^-]+-----/g,
  );
  const certificates: { name: string; from: number; until: number }[] = [];
  let broken = 0;
  for (const block of blocks ?? [])
    try {
      const { subject, validFrom, validTo } = new X509Certificate(block);
      const name = /^(?:CN|O)=(.*)$/m.exec(subject)?.[1] ?? subject;
      certificates.push({ name, from: Date.parse(validFrom), until: Date.parse(validTo) });
    } catch {
      broken += 1;
    }
  return { certificates, broken };
}
