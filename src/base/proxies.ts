// The variables that name a proxy, in both spellings: programs read one or the other.

const spellings = (name: string): readonly string[] => [name, name.toLowerCase()];

/** Those that every image builder knows without a declaration, and keeps out of the image's history. */
export const proxyVariables: readonly string[] = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap(
  spellings,
);

/** Those that a run gets. */
export const runProxyVariables: readonly string[] = [...proxyVariables, ...spellings('ALL_PROXY')];
