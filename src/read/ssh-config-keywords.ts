// Which keywords of ssh's configuration mean inside a container what they mean outside (OpenSSH, readconf.c).

/** Kept as they stand. Anything that is not listed is left out: unknown, obsolete, or about this machine (see below). */
export const keptKeywords: ReadonlySet<string> = new Set([
  ...['addressfamily', 'batchmode', 'checkhostip', 'compression', 'connectionattempts'],
  ...['connecttimeout', 'tcpkeepalive', 'keepalive', 'serveralivecountmax', 'serveraliveinterval'],
  ...['hostname', 'hostkeyalias', 'port', 'user', 'proxyjump', 'proxycommand', 'proxyusefdpass'],
  ...['canonicaldomains', 'canonicalizefallbacklocal', 'canonicalizehostname'],
  ...['canonicalizemaxdots', 'canonicalizepermittedcnames'],
  ...['casignaturealgorithms', 'ciphers', 'hostkeyalgorithms', 'kexalgorithms', 'macs'],
  ...['pubkeyacceptedalgorithms', 'pubkeyacceptedkeytypes', 'requiredrsasize', 'rekeylimit'],
  ...['pubkeyauthentication', 'passwordauthentication', 'preferredauthentications'],
  ...['kbdinteractiveauthentication', 'kbdinteractivedevices', 'challengeresponseauthentication'],
  ...['numberofpasswordprompts', 'identitiesonly', 'identityfile', 'certificatefile'],
  ...['stricthostkeychecking', 'nohostauthenticationforlocalhost', 'verifyhostkeydns'],
  ...['visualhostkey', 'fingerprinthash', 'hashknownhosts', 'updatehostkeys', 'warnweakcrypto'],
  ...['ignoreunknown', 'sendenv', 'setenv', 'ipqos', 'loglevel', 'logverbose', 'syslogfacility'],
  ...['escapechar', 'enableescapecommandline', 'obscurekeystroketiming', 'channeltimeout'],
  ...['requesttty', 'remotecommand', 'sessiontype', 'stdinnull', 'forkafterauthentication'],
  ...['clearallforwardings', 'exitonforwardfailure', 'gatewayports', 'permitremoteopen'],
  ...['streamlocalbindmask', 'streamlocalbindunlink', 'refuseconnection'],
]);

/** Those of them that take more than one word; ssh refuses a file where another has two. */
export const listKeywords: ReadonlySet<string> = new Set([
  ...[
    'sendenv',
    'setenv',
    'ipqos',
    'canonicaldomains',
    'canonicalizepermittedcnames',
    'rekeylimit',
  ],
  ...['channeltimeout', 'permitremoteopen', 'logverbose', 'proxycommand', 'remotecommand'],
]);

/** Left out, and the user should know: something is other than outside. */
export const missedKeywords: Readonly<Partial<Record<string, string>>> = {
  revokedhostkeys: 'revoked host keys are not known inside',
  knownhostscommand: 'host keys are not looked up by a command inside',
  pkcs11provider: 'keys of smart cards work inside through the agent only',
  smartcarddevice: 'keys of smart cards work inside through the agent only',
};

/** Programs of a ProxyCommand that a container can have, under the paths that Debian gives them. */
export const isProxyProgram = (word: string): boolean =>
  /^(\/usr\/bin\/|\/bin\/)?(ssh|nc|ncat|netcat|socat)$/.test(word);
