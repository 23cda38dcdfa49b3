// The environment of what root runs: what finds programs and the network. A daemon keeps it for months; keys are not for it.

import { userInfo } from 'node:os';
import { runProxyVariables } from '../base/proxies.ts';
import { withSystemPath } from '../host/command.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Those that are kept of the user's environment when root's rights come by sudo, which keeps none of them. */
export const proxiesOf = (environment: Environment): Environment =>
  pick(environment, runProxyVariables);

/** English, because failures are recognised by their words. */
export const rootEnvironment = (environment: Environment): Environment =>
  withSystemPath({
    ...pick(environment, ['PATH', 'APT_CONFIG', ...runProxyVariables]),
    HOME: homeOfRoot(),
    LC_ALL: 'C.UTF-8',
  });

/** Not the user's, which sudo may have kept. */
function homeOfRoot(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/root';
  }
}

const pick = (environment: Environment, names: readonly string[]): Environment =>
  Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
