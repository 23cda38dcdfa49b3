// What is to be said of the certificates that this machine is told to trust.

import { quoteForShell } from '../../base/quote.ts';
import type { CertificateFacts, CertificateFile } from '../../launch/doctor/look-certificates.ts';
import { plainCause } from '../engine-words.ts';
import { count, failure, listed, ok, warning, type Finding } from './finding.ts';

const aDay = 24 * 60 * 60 * 1000;
/** Milliseconds before its end at which a certificate is worth a word. */
const soon = 14 * aDay;
/** Whole lists of a system's have expired ones among them, which nobody misses. */
const ofAList = 20;

export const judgeCertificates = ({ files, now }: CertificateFacts): readonly Finding[] =>
  files.length === 0
    ? [ok('ca.files', 'no certificates are set beyond the system’s')]
    : files.map((file) => judgeFile(file, now));

function judgeFile(file: CertificateFile, now: number): Finding {
  const { by, path, trouble, certificates, broken } = file;
  const id = `ca.${by}`;
  const what = `${path} (${by})`;
  const place = quoteForShell(path);
  if (trouble !== undefined)
    // Node and OpenSSL go on without; a run does not.
    return (by === 'caCertificates' ? failure : warning)(
      id,
      `cannot read ${what}: ${plainCause(trouble)}`,
      withoutIt(file),
      by === 'caCertificates' ? { code: 'AI_FILE_UNREADABLE' } : {},
    );
  if (certificates.length === 0)
    return failure(
      id,
      `no certificate is in ${what}`,
      `head -3 ${place}  (it has to be PEM: -----BEGIN CERTIFICATE-----); ${withoutIt(file)}`,
    );
  if (broken > 0)
    return failure(
      id,
      `${count(broken, 'block')} in ${what} ${broken === 1 ? 'is' : 'are'} no certificate`,
      `openssl crl2pkcs7 -nocrl -certfile ${place} | openssl pkcs7 -print_certs -noout  shows them`,
    );
  return judgeTimes(file, now, { id, what, fix: `put a current one into ${place}` });
}

function judgeTimes(
  { certificates }: CertificateFile,
  now: number,
  { id, what, fix }: { id: string; what: string; fix: string },
): Finding {
  const nameOf = ({ name }: { name: string }): string => name;
  const expired = certificates.filter(({ until }) => until <= now);
  const early = certificates.filter(({ from }) => from > now);
  const ending = certificates.filter(({ until }) => until > now && until - now < soon);
  if (expired.length === certificates.length)
    return failure(id, `${what} has expired: ${listed(expired.map(nameOf))}`, fix);
  if (early.length === certificates.length)
    return failure(
      id,
      `${what} is not valid yet: ${listed(early.map(nameOf))}`,
      `date  shows this machine’s time; ${fix}`,
    );
  const all = count(certificates.length, 'certificate');
  if (certificates.length >= ofAList) return ok(id, `${what}: ${all}`);
  if (expired.length > 0)
    return warning(
      id,
      `${count(expired.length, 'certificate')} of ${certificates.length} in ${what} ${expired.length === 1 ? 'has' : 'have'} expired: ${listed(expired.map(nameOf))}`,
      fix,
    );
  if (ending.length > 0)
    return warning(id, `${what} ends within 14 days: ${listed(ending.map(nameOf))}`, fix);
  return ok(id, `${what}: ${all}`);
}

function withoutIt({ by, origin = '' }: CertificateFile): string {
  if (by !== 'caCertificates') return `unset ${by}`;
  if (origin.startsWith('AI_')) return `unset ${origin}`;
  return /config\.yaml(:\d+)*$/.test(origin) || origin === ''
    ? 'ai config unset caCertificates'
    : `take caCertificates out of ${origin}`;
}
