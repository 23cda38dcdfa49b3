// Paths in ssh's configuration: `~`, environment variables, and those tokens that do not depend on the connection.

import { path } from '../base/path.ts';

export interface Expansion {
  /** The user's home directory. */
  home: string;
  /** The user's name on this machine. */
  user: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** The path that ssh would take, or undefined where that depends on the connection (ssh_config(5), TOKENS). */
export function expandPath(
  written: string,
  { home, user, environment }: Expansion,
): string | undefined {
  const known: Partial<Record<string, string>> = {
    '%%': '%',
    '%d': home,
    '%u': user,
    '%i': String(process.getuid?.() ?? ''),
  };
  const unknown: string[] = [];
  const expanded = written
    .replace(/^~(?=\/|$)/, () => home)
    .replace(/%.?|\$\{([^}]*)\}/g, (token, name: string | undefined) => {
      const value = name === undefined ? known[token] : environment[name];
      if (value === undefined) unknown.push(token);
      return value ?? '';
    });
  return unknown.length > 0 || expanded.startsWith('~') ? undefined : expanded;
}

/** As above, and absolute. */
export function expandAbsolutePath(written: string, expansion: Expansion): string | undefined {
  const expanded = expandPath(written, expansion);
  return expanded !== undefined && path.isAbsolute(expanded) ? expanded : undefined;
}
