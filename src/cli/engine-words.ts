// The words of what engines refuse and systems answer: their own texts, without what only their makers understand.

import type { ErrorFacts, TlsTrouble } from '../base/errors.ts';
import { quoteForShell } from '../base/quote.ts';
import { withoutIt } from './setup-words.ts';

/** What happened and what to do, for a refusal of the engine. */
export function refusalWords({ doing, status, message, log }: ErrorFacts['AI_ENGINE_REFUSED']): {
  what: string;
  next: string;
} {
  const [, network] =
    /^network (\S+) not found$|no such network: "?([^"\s]+)/i.exec(message)?.filter(Boolean) ?? [];
  if (network !== undefined)
    return { what: `there is no docker network ${network}`, next: 'docker network ls' };
  const taken = takenPort(message);
  if (taken !== undefined) {
    const { address, port } = taken;
    const other = port < 65_535 ? port + 1 : port - 1;
    return {
      what: `port ${port}${address ? ` of ${address}` : ''} of this machine is taken already`,
      next: `publish on another one: ai -P ${other}:PORT …  (docker ps and ss -ltnp say who has ${port})`,
    };
  }
  const said = plainEngineText(message) || 'it does not say why';
  return {
    what: `the engine refused to ${doing} (${status}): ${said}`,
    next: nextAfter(message, log),
  };
}

function nextAfter(message: string, log: string | undefined): string {
  const [, next] = steps.find(([pattern]) => pattern.test(message)) ?? [];
  return (
    next ??
    (log === undefined
      ? 'docker info (or podman info)  says whether the engine is well; then try again'
      : `${log}  (what the engine says itself), then try again`)
  );
}

/** What to do where TLS is what stands between `ai` and the engine; undefined where it is not. */
export function tlsNext(tls: TlsTrouble | undefined): string | undefined {
  if (tls?.kind === 'unused')
    return 'where that engine wants TLS: export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=DIRECTORY  (the one with ca.pem, cert.pem and key.pem)';
  if (tls?.kind === 'unspoken')
    return 'unset DOCKER_TLS_VERIFY DOCKER_TLS  where that engine is meant to be reached without TLS';
  if (tls?.kind !== 'certificates') return undefined;
  const { directory, missing } = tls;
  const place = quoteForShell(directory);
  return missing.length === 0
    ? `ls -l ${place}  and compare ca.pem, cert.pem and key.pem with that engine’s`
    : `put ${missing.join(', ')} into ${place}, or name the directory that has them: export DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=DIRECTORY`;
}

/** Where the choice of a context is made anew. */
export function contextNext(origin: string | undefined): string {
  const lists = 'docker context ls  lists those that there are';
  return origin === undefined ? lists : `${lists}; or ${withoutIt(origin)}`;
}

const steps: readonly [RegExp, string][] = [
  [
    /access denied|unauthorized|authentication required|docker login/i,
    'docker login, or name another base image: AI_IMAGE_BASE=… ai',
  ],
  [
    /manifest (for .* )?(unknown|not found)|no such image|invalid reference/i,
    'check the image’s name (setting image.base, AI_IMAGE_BASE); docker images lists those here',
  ],
  [/authorization denied|forbidden|not authori[sz]ed/i, 'ask whoever runs this engine'],
  [
    /container-init binary not found/i,
    'sudo apt-get install catatonit  (Podman’s init; other systems: podman-catatonit)',
  ],
  [/no space left on device/i, 'docker system df  shows what fills the disk'],
];

/** The port of the host that a container cannot have: Docker's proxy and its network, Podman's rootlessport. */
function takenPort(message: string): { address: string; port: number } | undefined {
  if (!/port is already allocated|address already in use/i.test(message)) return undefined;
  const [, address = '', port] =
    /(?:bind for|listen (?:tcp|udp)[46]?|host port(?: for)?) (\[[0-9a-f:]*\]|[0-9.]*):(\d{1,5})\b/i.exec(
      message,
    ) ?? [];
  return port === undefined ? undefined : { address, port: Number(port) };
}

/** An engine's text without the wrapping of the client (dockerode), of Go's errors and of the runtime's layers. */
export function plainEngineText(text: string): string {
  let plain = text.trim();
  for (let before = ''; before !== plain;) {
    before = plain;
    for (const wrapping of wrappings) plain = plain.replace(wrapping, '');
  }
  return plain.trim().replace(/\.$/, '');
}

const wrappings = [
  /^\(HTTP code \d+\) .{0,60}? - /,
  /^Error response from daemon: /i,
  /^Error: /,
  /^container create: /,
  /^rpc error: code = \w+ desc = /,
  /^failed to create (?:task for container|shim task): /,
  /^failed to set up container networking: /,
  /^driver failed programming external connectivity on endpoint \S+(?: \([0-9a-f]+\))?: /,
  /^(?:OCI runtime create failed|runc create failed|crun): /,
  /^runc did not terminate successfully: exit status \d+: /,
  /^\w+\.go:\d+: (?:starting container process caused: )?/,
  /^unable to start container process: /,
  /: unknown$/,
];

/** A system's answer as people say it: node's `EACCES: permission denied, open '/x'` without code, call and path. */
export function plainCause(text: string): string {
  return text.replace(/^E[A-Z0-9]+: ([^,]+), [a-z]+(?: '[^]*')?$/, '$1');
}
