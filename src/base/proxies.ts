// The variables that name a proxy, in both spellings: programs read one or the other.

const spellings = (name: string): readonly string[] => [name, name.toLowerCase()];

/** Those that every image builder knows without a declaration, and keeps out of the image's history. */
export const proxyVariables: readonly string[] = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap(
  spellings,
);

/** Those that a run gets. */
export const runProxyVariables: readonly string[] = [...proxyVariables, ...spellings('ALL_PROXY')];

/** Those of them that say where one is. */
export const proxyAddresses: readonly string[] = runProxyVariables.filter(
  (name) => !/^no_proxy$/i.test(name),
);

/** What the variables say, by what each is for. */
export interface ProxyValues {
  http?: string;
  https?: string;
  all?: string;
  /** NO_PROXY. */
  none?: string;
}

/** @param find the value of a variable, whichever its spelling */
export function proxyValues(find: (name: string) => string | undefined): ProxyValues {
  const one = (key: keyof ProxyValues, name: string): ProxyValues => {
    const value = find(name);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...one('http', 'HTTP_PROXY'),
    ...one('https', 'HTTPS_PROXY'),
    ...one('all', 'ALL_PROXY'),
    ...one('none', 'NO_PROXY'),
  };
}

/**
 * The variables that keep programs from asking a proxy for these hosts, beside those that they were told before; none where
 * there is no proxy.
 */
export function bypassVariables(
  environment: Readonly<Partial<Record<string, string>>>,
  hosts: readonly string[],
): Readonly<Record<string, string>> {
  if (!proxyAddresses.some((name) => environment[name])) return {};
  const before = noProxy.map((name) => environment[name]).find(Boolean);
  const value = [...(before ? [before] : []), ...hosts].join(',');
  return Object.fromEntries(noProxy.map((name) => [name, value]));
}

const noProxy = spellings('NO_PROXY');
