// Tells trouble with the network from other failures, by the words that engines, apt, npm and curl have for it.

const signs = [
  // Go: engines that pull.
  /dial tcp|no such host|i\/o timeout|TLS handshake timeout|connection refused|connection reset/i,
  /network is unreachable|no route to host|Client\.Timeout|context deadline exceeded|proxyconnect/i,
  // A proxy that opens TLS with certificates of its own.
  /x509: |certificate signed by unknown authority|UNABLE_TO_(GET|VERIFY)|SELF_SIGNED_CERT|unable to get local issuer/i,
  // getaddrinfo, libc and apt.
  /(Temporary failure|failure in name|Could not) resolv/i,
  /Could not connect to|Connection timed out|Unable to connect to|Name or service not known/i,
  // Node and npm.
  /\b(EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/,
];

/** True if the output of a failed command or the message of a failed pull speaks of DNS, connections or their TLS. */
export const looksLikeNetworkTrouble = (text: string): boolean =>
  signs.some((sign) => sign.test(text));
