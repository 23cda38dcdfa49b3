// Why there is no way to an engine, or why what answers is none: what systems, TLS and parsers say, as facts for the user.

import { AiError, messageOf, systemCode, type TlsTrouble } from '../../base/errors.ts';
import { showEndpoint, type Endpoint, type NamedEndpoint } from './endpoint.ts';
import { missingTlsFiles } from './tls-files.ts';

/** The error for a stream that could not be opened. */
export function explainDial(endpoint: Endpoint, error: unknown): AiError {
  const code = systemCode(error);
  const { origin } = endpoint;
  if (endpoint.kind === 'unix' && (code === 'EACCES' || code === 'EPERM'))
    return new AiError('AI_ENGINE_PERMISSION', { socket: endpoint.path, origin }, { cause: error });
  return unreachable(endpoint, error);
}

/** The error for one that broke off, or brought what is no answer of an engine. */
export function unreachable(endpoint: NamedEndpoint, error: unknown): AiError {
  if (error instanceof AiError) return error as AiError;
  const [, why = messageOf(error)] =
    causes.find(([sign]) => sign.test(systemCode(error) ?? '')) ?? [];
  const { origin } = endpoint;
  const tls = tlsTroubleOf(endpoint, error);
  const cause = tls?.kind === 'unspoken' ? 'it does not speak TLS' : why;
  const facts = { endpoint: showEndpoint(endpoint), cause, origin, tls };
  return new AiError('AI_ENGINE_UNREACHABLE', facts, { cause: error });
}

/** The error for an answer in HTTP that no engine gives. */
export const notAnEngine = (cause: unknown): Error =>
  Object.assign(new Error('no engine', { cause }), { code: 'HPE_NO_ENGINE' });

/** The error for one that takes connections and says nothing. */
export const silent = (): Error =>
  Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });

/** True for what connections end with, so that nobody takes it for a bug. */
export const isBrokenOff = (error: unknown): boolean =>
  brokenOff.test(systemCode(error) ?? '') || isAboutTls(error);

const brokenOff =
  /^(ECONN(RESET|REFUSED|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN|HPE_\w+)$/;

/** By the codes of node, libuv, OpenSSL and the parsers of HTTP. */
const causes: readonly [RegExp, string][] = [
  [/^ENOENT$/, 'there is no such socket'],
  [/^ECONNREFUSED$/, 'nothing listens there'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'its name is not known'],
  [/^ETIMEDOUT$/, 'it does not answer'],
  [/^E(HOST|NET)UNREACH$/, 'there is no way to that machine'],
  [/^HPE_/, 'what answers there is no engine'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE)$/, 'it closed the connection'],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired'],
  [/^CERT_NOT_YET_VALID$/, 'its certificate is not valid yet'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate is for another name'],
  [
    /SELF_SIGNED|^UNABLE_TO_(GET_ISSUER|VERIFY)|^CERT_(UNTRUSTED|SIGNATURE_FAILURE)$/,
    'its certificate is signed by nobody that this machine trusts',
  ],
  [/_ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)$/, 'it wants a certificate of yours'],
  [
    /_ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_\w+|ACCESS_DENIED)$/,
    'it does not take your certificate',
  ],
  [/^ERR_(SSL|OSSL)|^ERR_CRYPTO/, 'there is no agreement about TLS'],
];

const isAboutTls = (error: unknown): boolean =>
  /^(ERR_(TLS|SSL|OSSL|CRYPTO)_|CERT_|UNABLE_TO_|\w*SELF_SIGNED)|^EPROTO$/.test(
    systemCode(error) ?? '',
  );

function tlsTroubleOf(endpoint: NamedEndpoint, error: unknown): TlsTrouble | undefined {
  if (endpoint.kind !== 'tcp') return undefined;
  const { tls } = endpoint;
  const code = systemCode(error) ?? '';
  if (tls === undefined)
    return /^(ECONNRESET|HPE_\w+)$/.test(code) ? { kind: 'unused' } : undefined;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code))
    return { kind: 'unspoken' };
  // Some servers that do not like a certificate only hang up.
  if (!isAboutTls(error) && code !== 'ECONNRESET') return undefined;
  return { kind: 'certificates', directory: tls.directory, missing: missingTlsFiles(tls) };
}
